// The bound of shared buckets against writers that take what they can, when they like: all short courses, and long ones at random.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BucketState, Standing } from '../../service/usage-plans/shared-bucket.ts';
import { NEVER_WRITTEN } from '../../service/usage-plans/shared-bucket.ts';
import { writtenOver } from '../support/memory-cell-rates.ts';

/** A small world, in which an admission costs one: leases last two, clocks are one apart, and the burst is six. */
const VALID = 2;
const SKEW = 1;
const LAG = VALID + SKEW;
const BURST = 6;
const START = 100;

/** How a charge is tried; `before` as a version of the broker does that knows no reserves. */
interface Attempt {
  /** After the last write. */
  readonly after: number;
  /** How long it was on its way. */
  readonly late: number;
  readonly skew: number;
  readonly cost: number;
  readonly write: Standing | 'before';
  /** Whether the writer knows the bucket as it is. */
  readonly knows: boolean;
}

/** What may be spent from when it was written until its lease is over. */
interface Charge {
  readonly from: number;
  readonly until: number;
  readonly cost: number;
}

interface World {
  readonly at: number;
  readonly state: BucketState;
  readonly charges: readonly Charge[];
}

const beginning: World = { at: START, state: NEVER_WRITTEN, charges: [] };

/** What becomes of the world; nothing where the write has no effect. */
function charged({ at, state, charges }: World, attempt: Attempt): World | undefined {
  const { after, late, skew, cost, write, knows } = attempt;
  const from = at + after;
  const asked = from - late;
  const now = asked + skew;
  const written =
    write === 'before'
      ? writtenBefore(state, now, cost)
      : writtenOver(state, {
          now,
          cost,
          burst: BURST,
          lag: LAG,
          known: knows ? state.arrivalTime : -1,
          expects: write,
        });
  if (!written) return undefined;
  return { at: from, state: written, charges: [...charges, { from, until: asked + VALID, cost }] };
}

function writtenBefore({ arrivalTime }: BucketState, now: number, cost: number): BucketState | undefined {
  const moved = Math.max(arrivalTime, now) + cost;
  return moved <= now + BURST - LAG ? { arrivalTime: moved, reserve: 0 } : undefined;
}

/** By how much more than burst + span can be spent, in the worst span that begins or ends with the last charge's. */
function excessOf(charges: readonly Charge[]): number {
  const instants = charges.flatMap(({ from, until }) => [from, until]);
  let excess = -BURST;
  for (const begin of instants) {
    for (const end of instants) {
      if (end < begin) continue;
      let spent = 0;
      for (const { from, until, cost } of charges) if (from <= end && until >= begin) spent += cost;
      excess = Math.max(excess, spent - BURST - (end - begin));
    }
  }
  return excess;
}

const writes = ['rested', 'full', 'reserved', 'filling', 'before'] as const;

describe('a shared bucket', () => {
  it('keeps to burst + rate × t in every course of three charges', () => {
    let courses = 0;
    let worst = -BURST;
    const attempts: Attempt[] = [];
    for (const after of [0, 1, 2, 3, 6]) {
      for (const late of [0, VALID - 1]) {
        for (const skew of [0, SKEW]) {
          for (const write of writes) {
            for (const knows of write === 'full' ? [true, false] : [true]) {
              for (const cost of [1, BURST - LAG, BURST - 1]) {
                attempts.push({ after, late, skew, cost, write, knows });
              }
            }
          }
        }
      }
    }
    const explore = (world: World, left: number) => {
      for (const attempt of attempts) {
        const next = charged(world, attempt);
        if (!next) continue;
        courses += 1;
        worst = Math.max(worst, excessOf(next.charges));
        if (left > 1) explore(next, left - 1);
      }
    };
    explore(beginning, 3);
    expect(courses).toBeGreaterThan(100_000);
    expect(worst).toBe(0);
  });

  it('keeps to it in long courses', () => {
    const attempts = fc.record({
      after: fc.nat({ max: LAG + BURST }),
      late: fc.nat({ max: VALID - 1 }),
      skew: fc.nat({ max: SKEW }),
      cost: fc.integer({ min: 1, max: BURST }),
      write: fc.constantFrom(...writes),
      knows: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(attempts, { minLength: 20, maxLength: 200 }), (course) => {
        const { charges } = course.reduce((world, attempt) => charged(world, attempt) ?? world, beginning);
        expect(excessOf(charges)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });
});
