// What the doctor tells: a line for each finding, or all of them as JSON.
import { escaped } from '../shown-text.ts';
import { statuses } from './finding.ts';
import type { StepFinding } from './steps.ts';

const STATUS_WIDTH = Math.max(...statuses.map(({ length }) => length)) + 2;
const STEP_WIDTH = 'registration'.length + 2;

export function renderFinding({ status, step, what, remedy }: StepFinding): string {
  const told = remedy === undefined ? what : `${what}  (${remedy})`;
  return `${status.padEnd(STATUS_WIDTH)}${step.padEnd(STEP_WIDTH)}${escaped(told)}\n`;
}

/** Pretty; `ok` where nothing fails. */
export function renderJson(findings: readonly StepFinding[]): string {
  const ok = findings.every(({ status }) => status !== 'fails');
  return `${JSON.stringify({ ok, findings }, null, 2).split('\n').map(escaped).join('\n')}\n`;
}
