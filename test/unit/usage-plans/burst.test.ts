// How many requests a plan admits at once: its whole burst after a rest, and a part of it while it is in use.
import { beforeEach, describe, expect, it } from 'vitest';
import { leaseTermsOf } from '../../../service/usage-plans/plan.ts';
import { TooManyRequests } from '../../../service/usage-plans/too-many-requests.ts';
import { UsagePlans } from '../../../service/usage-plans/usage-plans.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';

const plan = { rateLimit: 100, burstLimit: 200 };
const { lagMs, sharedBurst } = leaseTermsOf(plan);
/** A bucket that was drained is full again, and nothing can be out that was leased of it. */
const restMs = (plan.burstLimit / plan.rateLimit) * 1_000 + lagMs;

let clock: FrozenClock;
let shared: MemoryCellRates;
beforeEach(() => {
  clock = frozenClock();
  shared = new MemoryCellRates();
});

const environment = () =>
  new UsagePlans(
    { default: plan, registration: plan, applications: {} },
    {
      cellRates: shared,
      now: clock.now,
      random: () => 0.5,
      onFailure: (error) => {
        throw error;
      },
    },
  );

/** How many of so many requests in one instant are admitted, which the environments get by turns. */
async function admittedAtOnce(requests: number, ...environments: UsagePlans[]): Promise<number> {
  const outcomes = Array.from({ length: requests }, async (_, request) => {
    try {
      await environments[request % environments.length]?.begin('Yellow');
      return 1;
    } catch (error) {
      if (error instanceof TooManyRequests) return 0;
      throw error;
    }
  });
  return (await Promise.all(outcomes)).reduce<number>((sum, admitted) => sum + admitted, 0);
}

describe('after a rest', () => {
  it('the whole burst is admitted at once, and no more, in two writes', async () => {
    const one = environment();
    for (let round = 1; round <= 3; round += 1) {
      expect(await admittedAtOnce(plan.burstLimit + 50, one)).toBe(plan.burstLimit);
      expect(shared.writes).toBe(2 * round);
      clock.advance(restMs);
    }
  });

  it.each([2, 10, 50, 200])('it is, over %d environments', async (count) => {
    const environments = Array.from({ length: count }, environment);
    for (let round = 1; round <= 3; round += 1) {
      expect(await admittedAtOnce(plan.burstLimit + 50, ...environments)).toBe(plan.burstLimit);
      clock.advance(2 * restMs);
    }
  });

  it('what is left of it can be had for as long as it is not used, also when the bucket is full again', async () => {
    const [one, other] = [environment(), environment()];
    expect(await admittedAtOnce(1, one)).toBe(1);
    clock.advance(lagMs / 2);
    expect(await admittedAtOnce(1, other)).toBe(1);
    clock.advance(lagMs / 2);
    expect(await admittedAtOnce(plan.burstLimit, one)).toBe(plan.burstLimit - 2);
  });
});

describe('while it is in use', () => {
  it('a plan has no less than its rate leaves of its burst, over all that can be out', async () => {
    const one = environment();
    for (let request = 0; request < 2_000; request += 1) {
      expect(await admittedAtOnce(1, one)).toBe(1);
      clock.advance(1_000 / (plan.rateLimit * 0.8));
    }
    const admitted = await admittedAtOnce(plan.burstLimit, one);
    expect(admitted).toBeGreaterThanOrEqual(Math.floor(sharedBurst));
    expect(admitted).toBeLessThan(plan.burstLimit);
  });

  it('it has the more of its burst, the longer it has been full', async () => {
    const one = environment();
    await admittedAtOnce(plan.burstLimit, one);
    clock.advance(2_000 + lagMs / 2);
    const half = await admittedAtOnce(plan.burstLimit, one);
    expect(half).toBe(Math.floor(plan.burstLimit - (plan.rateLimit * lagMs) / 2_000));
  });

  it('of a burst at once, nothing is admitted again before all of it can be out no more', async () => {
    const one = environment();
    await admittedAtOnce(plan.burstLimit, one);
    clock.advance(lagMs);
    expect(await admittedAtOnce(1, one)).toBe(0);
    clock.advance(1_000);
    expect(await admittedAtOnce(plan.burstLimit, one)).toBe(plan.rateLimit);
  });
});
