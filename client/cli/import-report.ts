// What `isb import` tells: of every application whether it is, or can be, registered, and what to send.
import type { Outcome } from './registering.ts';
import { escaped } from './shown-text.ts';

const statuses = ['ready', 'registered', 'already registered', 'needs attention'] as const;
const indent = ' '.repeat(20);

/** The lines about one application. The document is one line, ready to be the body of `POST /applications`. */
export function renderOutcome({ name, status, problems, warnings = [], document }: Outcome): string[] {
  const isThere = status === 'registered' || status === 'already registered';
  return [
    `${status.padEnd(indent.length)}${name}`,
    ...problems.map((problem) => `${indent}${problem}`),
    ...(warnings.length > 0 ? [`${indent}warnings: ${warnings.join(', ')}`] : []),
    ...(document && !isThere ? [`${indent}${escaped(JSON.stringify(document))}`] : []),
  ];
}

/** The last line: how many there are of each. */
export function renderTotal(outcomes: readonly Outcome[]): string {
  const counts = statuses
    .map((status) => [outcomes.filter((outcome) => outcome.status === status).length, status] as const)
    .filter(([count]) => count > 0);
  if (counts.length === 0) return 'the table is empty';
  return `in all              ${counts.map(([count, status]) => `${count} ${status}`).join(', ')}`;
}
