// The backoff of an environment that the shared bucket refused.
import { beforeEach, describe, expect, it } from 'vitest';
import { Backoff } from '../../../service/usage-plans/backoff.ts';

const NOW = Date.UTC(2030, 3, 1, 12);
/** So many requests a second that none of the ends by time comes first. */
const GAP_MS = 10;

let backoff: Backoff;
beforeEach(() => {
  backoff = new Backoff(() => 0.5);
});

/** How many requests pass before the bucket is asked again. */
function passesAt(now: number): number {
  let passes = 0;
  for (; backoff.holds(now); passes += 1) backoff.pass();
  return passes;
}

const refuse = (times: number) => {
  for (let time = 0; time < times; time += 1) backoff.refused(NOW, GAP_MS);
};

describe('the backoff', () => {
  it('does not hold before a refusal', () => {
    expect(backoff.isActive).toBe(false);
    expect(backoff.holds(NOW)).toBe(false);
  });

  it.each([
    [1, 1],
    [2, 4],
    [3, 16],
    [4, 64],
    [5, 64],
  ])('after %i refusals lets %i requests pass', (refusals, passes) => {
    refuse(refusals);
    expect(backoff.isActive).toBe(true);
    expect(passesAt(NOW)).toBe(passes);
  });

  it('holds again after a grant from a bucket that was not well filled', () => {
    refuse(3);
    backoff.granted(NOW, 0.75);
    expect(passesAt(NOW)).toBe(16);
  });

  it('is over, and its next one a quarter as long, when the bucket is found well filled', () => {
    refuse(4);
    backoff.granted(NOW, 0.76);
    expect(backoff.holds(NOW)).toBe(false);
    backoff.granted(NOW, 0.5);
    expect(passesAt(NOW)).toBe(16);
  });

  it('is forgotten when it has shrunk to nothing', () => {
    refuse(1);
    backoff.granted(NOW, 1);
    expect(backoff.isActive).toBe(false);
    backoff.granted(NOW, 0.5);
    expect(backoff.holds(NOW)).toBe(false);
  });

  it('ends when the requests that it waits for should have come', () => {
    refuse(3);
    expect(backoff.holds(NOW + 16 * GAP_MS - 1)).toBe(true);
    expect(backoff.holds(NOW + 16 * GAP_MS)).toBe(false);
  });

  it('ends after half a minute, however seldom requests come', () => {
    for (let time = 0; time < 4; time += 1) backoff.refused(NOW, 1_000);
    expect(backoff.holds(NOW + 29_999)).toBe(true);
    expect(backoff.holds(NOW + 30_000)).toBe(false);
  });

  it.each([
    [0, 32],
    [0.999, 96],
  ])('is spread by chance, so that environments do not come back together (%d)', (random, passes) => {
    backoff = new Backoff(() => random);
    refuse(4);
    expect(passesAt(NOW)).toBe(passes);
  });
});
