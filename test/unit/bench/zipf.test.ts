// Zipf's law, by which tenants are asked for.
import { describe, expect, it } from 'vitest';
import { zipf } from '../../../bench/support/zipf.ts';
import { seededRandom } from '../../support/seeded-random.ts';

describe('zipf', () => {
  it('draws the first twice as often as the second, and ten times as often as the tenth', () => {
    const draw = zipf(1_000, seededRandom(7));
    const times = new Array<number>(1_000).fill(0);
    for (let index = 0; index < 200_000; index += 1) {
      const rank = draw();
      times[rank] = (times[rank] ?? 0) + 1;
    }
    const [first = 0, second = 1] = times;
    expect(first / second).toBeCloseTo(2, 0);
    expect(first / (times[9] ?? 1)).toBeGreaterThan(9);
    expect(first / (times[9] ?? 1)).toBeLessThan(11);
  });

  it.each([
    ['lowest', 0, 0],
    ['highest', 1 - 2 ** -32, 9],
  ])('stays within its range at the %s random number', (_, random, expected) => {
    expect(zipf(10, () => random)()).toBe(expected);
  });

  it('divides the range as the weights are', () => {
    // Of ranks 1 and 2: weights 1 and 1/2, and so the border is at two thirds.
    expect(zipf(2, () => 0.66)()).toBe(0);
    expect(zipf(2, () => 0.67)()).toBe(1);
    // With the square, weights 1 and 1/4: the border is at four fifths.
    expect(zipf(2, () => 0.79, 2)()).toBe(0);
    expect(zipf(2, () => 0.81, 2)()).toBe(1);
  });
});
