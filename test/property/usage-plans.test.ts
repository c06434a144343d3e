// The promise of usage plans, over random interleavings of requests, environments, latencies and clocks.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CellRateTable } from '../../service/usage-plans/cell-rate-table.ts';
import {
  leaseTermsOf,
  MAX_SKEW_MS,
  smallestBurstOf,
  type UsagePlan,
} from '../../service/usage-plans/plan.ts';
import { type CellRates, NEVER_WRITTEN, SharedBucket } from '../../service/usage-plans/shared-bucket.ts';
import { TooManyRequests } from '../../service/usage-plans/too-many-requests.ts';
import { UsagePlans } from '../../service/usage-plans/usage-plans.ts';
import { DynamoDbTable } from '../support/dynamodb-table.ts';
import { MemoryCellRates } from '../support/memory-cell-rates.ts';
import { withoutAbortTimeouts } from '../support/patience.ts';
import { excessOver } from '../support/plan-bound.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { VirtualTime } from '../support/virtual-time.ts';

/** Everything that chance decides in a run. */
interface Course {
  readonly plan: UsagePlan;
  /** What each environment's clock is ahead by, in milliseconds. */
  readonly skews: readonly number[];
  /** One way, in milliseconds; used in turn. */
  readonly latencies: readonly number[];
  /** Milliseconds after the last one, and the environment that gets it. */
  readonly requests: readonly (readonly [afterMs: number, environment: number])[];
  readonly seed: number;
}

const plans = fc
  .record({ rateLimit: fc.constantFrom(1, 2, 3, 10, 70, 300, 1000), more: fc.nat({ max: 40 }) })
  .map(({ rateLimit, more }) => ({ rateLimit, burstLimit: smallestBurstOf(rateLimit) + more }));

/** Requests come thick and fast, with pauses in which a bucket fills again. */
const gaps = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 400, max: 3_000 }) },
);

const coursesOf = (requests: number, slowestMs = 90): fc.Arbitrary<Course> =>
  fc.record({
    plan: plans,
    skews: fc.array(fc.integer({ min: 0, max: MAX_SKEW_MS }), { minLength: 1, maxLength: 6 }),
    latencies: fc.array(fc.integer({ min: 0, max: slowestMs }), { minLength: 1, maxLength: 20 }),
    requests: fc.array(fc.tuple(gaps, fc.nat({ max: 5 })), { minLength: 1, maxLength: requests }),
    seed: fc.integer(),
  });

/**
 * An environment finds the bucket filled by the other's clock, and full again when it has been told so: a second wrong
 * guess would hold its next request up, too, and leave that one no room.
 */
const takingTurnsWithClocksApart: [Course, number[]] = [
  { plan: { rateLimit: 10, burstLimit: 5 }, skews: [0, 59], latencies: [23], requests: [], seed: 0 },
  [0, 1, 0, 1, 0, 0],
];

interface Result {
  readonly admittedAt: readonly number[];
  readonly failures: readonly unknown[];
}

/** Runs a course on a store that is `latencies` away; `connect` makes the store out of that way. */
async function run(
  { plan, skews, latencies, requests, seed }: Course,
  connect: (time: VirtualTime, travel: () => Promise<void>) => CellRates,
): Promise<Result> {
  const time = new VirtualTime();
  let travelled = 0;
  const cellRates = connect(time, () => time.sleep(latencies[travelled++ % latencies.length] as number));
  const failures: unknown[] = [];
  const environments = skews.map(
    (skew, index) =>
      new UsagePlans(
        { default: plan, registration: plan, applications: {} },
        {
          cellRates,
          now: () => time.now + skew,
          random: seededRandom(seed + index),
          onFailure: (error) => failures.push(error),
        },
      ),
  );

  const admittedAt: number[] = [];
  const call = async (environment: UsagePlans) => {
    try {
      const admission = environment.begin('Yellow');
      // What is admitted at once is so now: time may go on before an await comes back.
      if (admission) await admission;
      admittedAt.push(time.now);
    } catch (error) {
      if (!(error instanceof TooManyRequests)) failures.push(error);
    }
  };
  let at = time.now;
  for (const [afterMs, environment] of requests) {
    at += afterMs;
    time.at(at, () => void call(environments[environment % environments.length] as UsagePlans));
  }
  await time.run();
  return { admittedAt, failures };
}

const inMemory = (_: VirtualTime, travel: () => Promise<void>) => new MemoryCellRates(travel);

/** What rounding may add up to: instants in milliseconds have some ten digits after the point. */
const ROUNDING = 1e-6;

const start = Date.UTC(2030, 3, 1, 12);

describe('leases', () => {
  // Environments lease by their demand, which is far from the worst that the terms must withstand: here they
  // take all there is whenever they like, with clocks as wrong as allowed, and spend it all at one instant.
  it('keep to burst + rate × t whoever takes how much of them and when, and however late it is spent', async () => {
    const asks = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), skew: fc.nat({ max: MAX_SKEW_MS }) }),
    );
    const worst = Array.from({ length: 21 }, (_, step) => ({
      at: step / 20,
      skew: (step / 20) * MAX_SKEW_MS,
    }));
    await fc.assert(
      fc.asyncProperty(plans, asks, fc.boolean(), async (plan, others, inUse) => {
        const { validMs } = leaseTermsOf(plan);
        const bucket = new SharedBucket(plan);
        const cellRates = new MemoryCellRates();
        if (inUse) cellRates.states.set('Yellow', { arrivalTime: start * 1_000, reserve: 0 });
        let spentAtOnce = 0;
        for (const { at, skew } of [...worst, ...others].sort((a, b) => a.at - b.at)) {
          const now = start + at * validMs + skew;
          const state = cellRates.states.get('Yellow') ?? NEVER_WRITTEN;
          const size = bucket.room(state, now);
          if (size === 0) continue;
          const ask = bucket.charge(size, now, state, bucket.standing(state, now));
          expect(await cellRates.advance('Yellow', ask)).toMatchObject({ granted: true });
          spentAtOnce += size;
        }
        expect(spentAtOnce).toBeLessThanOrEqual(plan.burstLimit);
        // The terms give away no more than rounding.
        expect(spentAtOnce).toBeGreaterThan(plan.burstLimit - 2);
      }),
    );
  });
});

describe('all environments together', () => {
  it('admit no more than burst + rate × t in any span t', async () => {
    await fc.assert(
      fc.asyncProperty(coursesOf(300), async (course) => {
        const { admittedAt, failures } = await run(course, inMemory);
        expect(failures).toEqual([]);
        expect(admittedAt.length).toBeGreaterThan(0);
        expect(excessOver(course.plan, admittedAt)).toBeLessThanOrEqual(ROUNDING);
      }),
      { numRuns: 400 },
    );
  });

  it('admit every request of an application that keeps to 80% of its rate', async () => {
    // What is leased for the time that its own answer takes is lost: a quarter of the shortest lease at most.
    const steady = fc.tuple(
      coursesOf(1, 25),
      fc.array(fc.nat({ max: 5 }), { minLength: 50, maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(steady, async ([course, environments]) => {
        const period = 1000 / (course.plan.rateLimit * 0.8);
        const requests = environments.map((environment) => [period, environment] as const);
        const { admittedAt, failures } = await run({ ...course, requests }, inMemory);
        expect(failures).toEqual([]);
        expect(admittedAt).toHaveLength(requests.length);
      }),
      { numRuns: 200, examples: [[takingTurnsWithClocksApart]] },
    );
  });
});

describe('after a rest', () => {
  /** A course, then a rest, and then the whole burst and one more at once, which the environments get by turns. */
  const burstAfter = async (course: Course, restMs: number) => {
    const { rateLimit, burstLimit } = course.plan;
    const refillMs = leaseTermsOf(course.plan).lagMs + (burstLimit / rateLimit) * 1_000;
    const burst = Array.from({ length: burstLimit + 1 }, (_, request): [number, number] => [
      request === 0 ? 2 * refillMs + restMs : 0,
      request,
    ]);
    const requests = [...course.requests, ...burst];
    const { admittedAt, failures } = await run({ ...course, requests }, inMemory);
    expect(failures).toEqual([]);
    expect(excessOver(course.plan, admittedAt)).toBeLessThanOrEqual(ROUNDING);
    const sentAt = Date.UTC(2030, 3, 1, 12) + requests.reduce((sum, [afterMs]) => sum + afterMs, 0);
    return admittedAt.filter((at) => at >= sentAt - ROUNDING).length;
  };

  it('an environment that is alone admits the whole burst at once, and no more', async () => {
    const alone = coursesOf(100).map((course) => ({ ...course, skews: [0] }));
    await fc.assert(
      fc.asyncProperty(alone, async (course) => {
        expect(await burstAfter(course, 0)).toBe(course.plan.burstLimit);
      }),
      { numRuns: 100 },
    );
  });

  it('several do together, as soon as none of them remembers a flood', async () => {
    await fc.assert(
      fc.asyncProperty(coursesOf(100), async (course) => {
        // While their answers are on their way, time goes on, and the plan has more.
        expect(await burstAfter(course, 30_000)).toBeGreaterThanOrEqual(course.plan.burstLimit);
      }),
      { numRuns: 100 },
    );
  });
});

describe('each environment by itself, while the shared buckets cannot be asked', () => {
  it('admits no more than burst + rate × t in any span t', async () => {
    const alone = coursesOf(300).map((course) => ({ ...course, skews: [0] }));
    const down = (_: VirtualTime, travel: () => Promise<void>): CellRates => ({
      advance: async () => {
        await travel();
        throw new Error('down');
      },
    });
    await fc.assert(
      fc.asyncProperty(alone, async (course) => {
        const { admittedAt, failures } = await run(course, down);
        expect(failures.length).toBeGreaterThan(0);
        expect(admittedAt.length).toBeGreaterThan(0);
        expect(excessOver(course.plan, admittedAt)).toBeLessThanOrEqual(ROUNDING);
      }),
      { numRuns: 100 },
    );
  });
});

describe('on DynamoDB', () => {
  let table: DynamoDbTable;
  beforeAll(async () => {
    table = await DynamoDbTable.start();
    withoutAbortTimeouts();
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await table.stop();
  });

  const inDynamoDb = (time: VirtualTime, travel: () => Promise<void>): CellRates => {
    const store = new CellRateTable(table.client, table.name);
    return {
      advance: async (key, advance) => {
        await travel();
        const answer = await time.standStill(store.advance(key, advance));
        await travel();
        return answer;
      },
    };
  };

  it('the promise holds all the same, write for write', async () => {
    await fc.assert(
      fc.asyncProperty(coursesOf(120), async (course) => {
        await table.reset();
        const { admittedAt, failures } = await run(course, inDynamoDb);
        expect(failures).toEqual([]);
        expect(excessOver(course.plan, admittedAt)).toBeLessThanOrEqual(ROUNDING);
        // The stand-in in memory, which the simulation and the other properties build on, is the same.
        expect(admittedAt).toEqual((await run(course, inMemory)).admittedAt);
      }),
      { numRuns: 40 },
    );
  });
});
