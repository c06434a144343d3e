// The page that compares ours with a straightforward broker: a table of what the questions last measured, in bench/README.md.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type ComparedRow, type Finding, type Form, shown } from './question.ts';

export const resultsDirectory = new URL('results/', import.meta.url);
const page = new URL('README.md', import.meta.url);
const begin = '<!-- comparison: written by npm run bench -->';
const end = '<!-- end of the comparison -->';

/** What a file of results/ says, as far as the page goes. */
export interface KeptResult {
  readonly title: string;
  /** ISO 8601. */
  readonly at: string;
  readonly form: Form;
  readonly machine: { readonly cpu?: string; readonly cores: number; readonly node: string };
  /** How many processes wanted to run, in the last minute of it. */
  readonly load: number;
  readonly findings: readonly Finding[];
  readonly compared?: readonly ComparedRow[];
}

/** So near to each other, neither is better. */
const ALIKE = 1.05;

export function renderComparison(results: readonly KeptResult[]): string {
  const runs = results
    .filter(({ compared = [] }) => compared.length > 0)
    .map((result, index) => ({ ...result, run: String.fromCharCode('a'.charCodeAt(0) + index) }));
  return [
    ...table(
      ['', 'Ours', 'Straightforward', 'Less', 'Run'],
      runs.flatMap(({ compared = [], run }) =>
        compared.map(({ what, unit, ours, straightforward }) => [
          what,
          `${shown(ours)} ${unit}`,
          `${shown(straightforward)} ${unit}`,
          less(ours, straightforward),
          run,
        ]),
      ),
    ),
    '',
    ...table(
      ['What', 'Target', 'Figure', 'Verdict', 'Run'],
      runs.flatMap(({ findings, form, run }) =>
        findings.map(({ what, figure, target = 'none', verdict, quickVerdict, noise = 0 }) => {
          const said = form === 'quick' ? quickVerdict : verdict;
          const isOpen = said === 'cannot be judged here';
          return [what, target, figure, isOpen ? `${said} (noise ${Math.round(noise * 100)}%)` : said, run];
        }),
      ),
    ),
    '',
    ...runs.map(
      ({ run, title, at, form, machine: { cpu, cores, node }, load }) =>
        `- ${run}: ${title}. ${at.slice(0, 10)}, ${form} form, ${cores} cores of ${cpu}, Node.js ${node}, load ${load}.`,
    ),
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const rule = head.map((title) => (['Ours', 'Straightforward'].includes(title) ? '--:' : '---'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

function less(ours: number, straightforward: number): string {
  const factor = Math.max(ours, straightforward) / Math.min(ours, straightforward);
  if (factor < ALIKE) return 'alike';
  return `${ours < straightforward ? 'ours' : '**straightforward**'}, ${shown(factor)} ×`;
}

/** The page as it is to be, with this table in the place of the one that it has. */
export function withComparison(text: string, table: string): string {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`bench/README.md has no place for the comparison: ${begin}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/** Of all files of results/, in the order of their names. */
export function keptResults(): KeptResult[] {
  return readdirSync(resultsDirectory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, resultsDirectory), 'utf8')));
}

export function writeComparison(): void {
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, withComparison(text, renderComparison(keptResults())));
}
