// Verdicts of measurements: a noisy run tells nothing near its target, and misses it all the same where it is far off.
import { describe, expect, it } from 'vitest';
import { atLeast, atMost, type Finding, stated } from '../../../bench/question.ts';
import { asPercentAdded, MOST_NOISE, QUIET, ratio, sampled } from '../../../bench/support/verdict.ts';

/** Rounds of one side, in a quiet run and in a noisy one: the same median. */
const quiet = [99, 100, 101, 100, 100, 99, 101];
const noisy = [60, 100, 150, 80, 140, 70, 110];

/** How many times as long as the base a task took, if it took `factor` times as long in every round. */
function times(factor: number, base: readonly number[], swings: readonly number[] = base.map(() => 1)) {
  const task = base.map((one, round) => one * factor * (swings[round] as number));
  return ratio({ task, base: [...base] }, 'task', 'base');
}
/** Of the ratio itself. */
const swings = [0.7, 1, 1.4, 0.8, 1.3, 0.75, 1.1];

const most = (value: Parameters<typeof atMost>[1]) => atMost('warm request', value, 2, '× base');
const least = (value: Parameters<typeof atLeast>[1]) => atLeast('requests', value, 2, '× base');

describe('a verdict of few rounds', () => {
  it.each<[string, Finding, string]>([
    ['clean and under', most(times(1.9, quiet)), 'pass'],
    ['clean and over', most(times(2.1, quiet)), 'missed'],
    ['noisy and near, under', most(times(1.9, noisy)), 'cannot be judged here'],
    ['noisy and near, over', most(times(2.1, noisy)), 'cannot be judged here'],
    ['noisy and far under', most(times(0.9, noisy)), 'pass'],
    ['noisy and far over', most(times(4.1, noisy)), 'missed'],
    ['of a ratio that swings itself, near', most(times(2.1, quiet, swings)), 'cannot be judged here'],
    ['of a ratio that swings itself, far over', most(times(4.1, quiet, swings)), 'missed'],
    ['at least: clean and above', least(times(2.1, quiet)), 'pass'],
    ['at least: clean and below', least(times(1.9, quiet)), 'missed'],
    ['at least: noisy and near', least(times(1.9, noisy)), 'cannot be judged here'],
    ['at least: noisy and far below', least(times(0.9, noisy)), 'missed'],
    ['at least: noisy and far above', least(times(4.1, noisy)), 'pass'],
  ])('%s', (_, { quickVerdict }, expected) => {
    expect(quickVerdict).toBe(expected);
  });

  it('is that of many rounds in a quiet run', () => {
    for (const factor of [1, 1.99, 2, 2.01, 3]) {
      const { verdict, quickVerdict } = most(times(factor, quiet));
      expect(quickVerdict).toBe(verdict);
    }
  });

  it('is never left open at more than twice the target, however noisy the run', () => {
    const chaos = [1, 1_000, 1, 1_000, 1, 1_000, 1];
    expect(times(2, chaos).noise).toBe(MOST_NOISE);
    expect(most(times(4.01, chaos)).quickVerdict).toBe('missed');
    expect(least(times(0.99, chaos)).quickVerdict).toBe('missed');
  });

  it('is never left open of what does not vary: calls, bytes', () => {
    expect(atMost('calls', 7, 6, 'calls').quickVerdict).toBe('missed');
    expect(atMost('calls', 6, 6, 'calls')).not.toHaveProperty('noise');
  });

  it('counts what a ratio adds with the noise of the ratio', () => {
    const added = (factor: number, base: readonly number[]) =>
      atMost('a tenfold adds', asPercentAdded(times(factor, base)), 50, '%').quickVerdict;
    expect([added(1.4, quiet), added(1.6, quiet), added(1.4, noisy), added(3.2, noisy)]).toEqual([
      'pass',
      'missed',
      'cannot be judged here',
      'missed',
    ]);
  });
});

describe('a verdict of many rounds', () => {
  it('is by the figure alone, however noisy the run: none is left open', () => {
    expect(most(times(2.1, noisy)).verdict).toBe('missed');
    expect(most(times(1.9, noisy)).verdict).toBe('pass');
  });

  it('is none where there is no target', () => {
    expect(stated('provisioned', times(9, quiet), '×')).toMatchObject({
      verdict: 'stated',
      quickVerdict: 'stated',
    });
    expect(stated('provisioned', 9, 'MB')).not.toHaveProperty('target');
  });
});

describe('noise', () => {
  it('is told by the same side against itself, where both sides swing together and the ratio does not', () => {
    expect(times(2, noisy).low).toBeLessThan(1.5);
    expect(times(2, noisy).value).toBe(2);
    expect(times(2, quiet).noise).toBeLessThan(QUIET);
  });

  it('is not made by one round that was disturbed', () => {
    expect(times(2, [100, 100, 100, 900, 100, 100, 101]).noise).toBeLessThan(QUIET);
  });

  it('is told by the spread of a ratio that was one for a while and then another', () => {
    const { noise } = times(1.9, quiet, [1, 1, 1, 1, 1.6, 1.6, 1.6]);
    expect(noise).toBeGreaterThan(0.2);
    expect(most(times(1.9, quiet, [1, 1, 1, 1, 1.6, 1.6, 1.6])).quickVerdict).toBe('cannot be judged here');
  });

  it('is as much as can be where times came out below nothing', () => {
    expect(sampled([1, 2, -1], [[1, -2, 3]]).noise).toBe(MOST_NOISE);
  });
});
