// A question's findings: held against their target, and none where nothing was measured.
import { describe, expect, it } from 'vitest';
import { atLeast, atMost } from '../../../bench/question.ts';
import { median } from '../../../bench/support/rounds.ts';

describe('a finding', () => {
  it.each([
    [atMost('calls', 1, 1, 'calls'), 'pass'],
    [atMost('calls', 1.01, 1, 'calls'), 'missed'],
    [atLeast('ratio', 0.8, 0.8, '×'), 'pass'],
    [atLeast('ratio', 0.79, 0.8, '×'), 'missed'],
  ])('is met at its target, and not beyond: %j', ({ verdict }, expected) => {
    expect(verdict).toBe(expected);
  });

  it.each([atMost, atLeast])('is none, and no miss, where nothing was measured', (finding) => {
    expect(() => finding('warm request', median([]), 2, '× crypto.verify')).toThrow(
      'nothing was measured: warm request',
    );
  });
});
