// The comparison with a straightforward broker: who is better, row by row, and that the page is what was measured.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type KeptResult, keptResults, renderComparison, withComparison } from '../../../bench/comparison.ts';
import { atMost } from '../../../bench/question.ts';
import { sampled } from '../../../bench/support/verdict.ts';

const machine = { cpu: 'AMD EPYC', cores: 2, node: 'v20.20.2' };
const kept = (title: string, ours: number, straightforward: number): KeptResult => ({
  title,
  at: '2030-04-01T12:00:00.000Z',
  form: 'quick',
  machine,
  load: 1.5,
  findings: [atMost(title, ours / straightforward, 1, '× straightforward')],
  compared: [{ what: `What ${title} measured`, unit: 'ms', ours, straightforward }],
});

describe('the comparison', () => {
  it('says who is better and by how much, the straightforward broker too, and with which run', () => {
    const table = renderComparison([
      kept('A', 10, 45),
      { ...kept('B', 1, 1), compared: [] },
      kept('C', 120, 100),
      kept('D', 100, 102),
    ]);
    expect(table.split('\n')).toEqual([
      '|  | Ours | Straightforward | Less | Run |',
      '| --- | --: | --: | --- | --- |',
      '| What A measured | 10.0 ms | 45.0 ms | ours, 4.50 × | a |',
      '| What C measured | 120 ms | 100 ms | **straightforward**, 1.20 × | b |',
      '| What D measured | 100 ms | 102 ms | alike | c |',
      '',
      '| What | Target | Figure | Verdict | Run |',
      '| --- | --- | --- | --- | --- |',
      '| A | ≤ 1 × straightforward | 0.22 × straightforward | pass | a |',
      '| C | ≤ 1 × straightforward | 1.20 × straightforward | missed | b |',
      '| D | ≤ 1 × straightforward | 0.98 × straightforward | pass | c |',
      '',
      '- a: A. 2030-04-01, quick form, 2 cores of AMD EPYC, Node.js v20.20.2, load 1.5.',
      '- b: C. 2030-04-01, quick form, 2 cores of AMD EPYC, Node.js v20.20.2, load 1.5.',
      '- c: D. 2030-04-01, quick form, 2 cores of AMD EPYC, Node.js v20.20.2, load 1.5.',
    ]);
  });

  it('says of the quick form what could not be judged, and of the full one what came out', () => {
    const ratio = sampled([0.8, 1.1, 1.4], [[50, 100, 160]]);
    const result = { ...kept('A', 110, 100), findings: [atMost('A', ratio, 1, '× straightforward')] };
    expect(renderComparison([result])).toContain('| cannot be judged here (noise ');
    expect(renderComparison([{ ...result, form: 'full' }])).toContain(
      '| 1.10 × straightforward | missed | a |',
    );
  });

  it('stands in bench/README.md as the files of results/ have it (npm run bench -- --keep)', () => {
    const page = readFileSync('bench/README.md', 'utf8');
    expect(page).toBe(withComparison(page, renderComparison(keptResults())));
  });

  it('is not written into a page that has no place for it', () => {
    expect(() => withComparison('# Measurements\n', '')).toThrow('no place for the comparison');
  });
});
