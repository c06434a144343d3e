// The usage plan authorizer of one environment, or a few, on shared buckets in memory.
import { beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { leaseTermsOf } from '../../../service/usage-plans/plan.ts';
import { TooManyRequests } from '../../../service/usage-plans/too-many-requests.ts';
import { UsagePlans } from '../../../service/usage-plans/usage-plans.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';

const plan = { rateLimit: 10, burstLimit: 20 };
const { validMs, lagMs, sharedBurst } = leaseTermsOf(plan);
const settings = {
  default: plan,
  registration: { rateLimit: 1, burstLimit: 5 },
  applications: { Small: { rateLimit: 1, burstLimit: 3 } },
};

let clock: FrozenClock;
let shared: MemoryCellRates;
let onFailure: ReturnType<typeof vi.fn<(error: unknown) => void>>;
let environment: UsagePlans;

beforeEach(() => {
  clock = frozenClock();
  shared = new MemoryCellRates();
  onFailure = vi.fn();
  environment = environmentOn(shared);
});

const environmentOn = (cellRates: MemoryCellRates) =>
  new UsagePlans(settings, { cellRates, now: clock.now, random: () => 0.5, onFailure });

/** Whether one request is admitted, whatever it has to wait for. */
async function admits(by = environment, application = 'Yellow'): Promise<boolean> {
  try {
    await by.begin(application);
    return true;
  } catch (error) {
    if (error instanceof TooManyRequests) return false;
    throw error;
  }
}

/** How many of so many requests, one after another, are admitted. */
async function admitted(requests: number, by = environment, application = 'Yellow'): Promise<number> {
  let count = 0;
  for (let request = 0; request < requests; request += 1) {
    if (await admits(by, application)) count += 1;
  }
  return count;
}

/** Makes the environment lease four admissions, and spends one of them. */
async function lease(): Promise<void> {
  await Promise.all(Array.from({ length: 6 }, () => admits()));
  await admits();
}

/** What was asked for, call by call. */
const sizes = (advance: MockInstance<MemoryCellRates['advance']>) =>
  advance.mock.calls.map(([, { cost }]) => (cost / 1_000_000) * plan.rateLimit);

describe('a lease', () => {
  it('answers at once, and without a write', async () => {
    await lease();
    const { writes } = shared;
    expect(environment.begin('Yellow')).toBeUndefined();
    expect(shared.writes).toBe(writes);
  });

  it('is sized by the environment’s own demand: a lone request leases one admission', async () => {
    for (let request = 0; request < 5; request += 1) {
      expect(await admits()).toBe(true);
      clock.advance(60_000);
    }
    expect(shared.writes).toBe(5);
  });

  it('ends when it has been valid for its time', async () => {
    await lease();
    clock.advance(validMs);
    expect(environment.begin('Yellow')).toBeInstanceOf(Promise);
  });

  it('is valid from when it was asked for, not from when it came', async () => {
    const travelMs = validMs / 40;
    environment = environmentOn(new MemoryCellRates(async () => clock.advance(travelMs)));
    await lease();
    expect(environment.begin('Yellow')).toBeUndefined();
    clock.advance(validMs - 2 * travelMs);
    expect(environment.begin('Yellow')).toBeInstanceOf(Promise);
  });

  it('that was not spent makes the next one smaller', async () => {
    const advance = vi.spyOn(shared, 'advance');
    await lease();
    clock.advance(validMs);
    await admits();
    expect(sizes(advance)).toEqual([1, 5, 4, 1]);
  });

  it('that was spent lets the next one grow, as demand does', async () => {
    const advance = vi.spyOn(shared, 'advance');
    await admitted(7);
    expect(sizes(advance)).toEqual([1, 1, 2, 3]);
  });
});

describe('requests that come while the shared bucket is asked', () => {
  it('wait for the one call under way, and are admitted in their order', async () => {
    const order: number[] = [];
    const advance = vi.spyOn(shared, 'advance');
    const requests = [0, 1, 2, 3].map((request) =>
      (environment.begin('Yellow') as Promise<void>).then(() => order.push(request)),
    );
    expect(advance).toHaveBeenCalledTimes(1);
    await Promise.all(requests);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(advance).toHaveBeenCalledTimes(2);
  });

  it('are refused where there is no room for all of them, the last ones first', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => admits()));
    const count = outcomes.filter((isAdmitted) => isAdmitted).length;
    expect(count).toBe(plan.burstLimit);
    expect(outcomes.slice(0, count)).not.toContain(false);
  });

  it('do not wait for the bucket to fill again', async () => {
    shared = new MemoryCellRates(async () => clock.advance(50));
    environment = environmentOn(shared);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => admits()));
    expect(outcomes.filter((isAdmitted) => isAdmitted).length).toBe(plan.burstLimit);
    expect(shared.writes).toBeLessThanOrEqual(3);
  });

  it('need not be awaited by a caller that failed on its way', async () => {
    const requests = Array.from({ length: 30 }, () => environment.begin('Yellow'));
    await expect(requests.at(-1)).rejects.toBeInstanceOf(TooManyRequests);
  });
});

describe('a refusal', () => {
  it('is remembered until the time that the shared bucket named: no write for a refused request', async () => {
    await admitted(50);
    const { writes } = shared;
    expect(await admitted(1_000)).toBe(0);
    expect(shared.writes).toBe(writes);
  });

  it('is thrown at once, and says when to come again', async () => {
    await admitted(50);
    expect(() => environment.begin('Yellow')).toThrow(TooManyRequests);
    expect(() => environment.begin('Yellow')).toThrow(
      expect.objectContaining({ retryAfterSeconds: 2, plan }),
    );
  });

  it('ends when there is room again: not before what was leased last can be out no more', async () => {
    await admitted(50);
    clock.advance(lagMs);
    expect(await admits()).toBe(false);
    clock.advance(2_000 - lagMs);
    expect(await admits()).toBe(true);
  });

  it('lasts about half a minute at most, though a wrong clock moved the bucket on by a day', async () => {
    shared.states.set('Yellow', { arrivalTime: (clock.now() + 86_400_000) * 1000, reserve: 0 });
    expect(await admits()).toBe(false);
    shared.states.delete('Yellow');
    clock.advance(30_000 + 1000 / plan.rateLimit);
    expect(await admits()).toBe(true);
  });

  it('makes the next lease one of several: under a flood, few writes admit the whole plan', async () => {
    let count = 0;
    for (let elapsed = 0; elapsed < 10_000; elapsed += 5) {
      if (await admits()) count += 1;
      clock.advance(5);
    }
    expect(count).toBeGreaterThanOrEqual(plan.rateLimit * 10);
    expect(shared.writes).toBeLessThan(count / 3);
  });

  it('by the shared bucket ends when some requests have passed, and there is room', async () => {
    const drainedUntil = clock.now() + (sharedBurst / plan.rateLimit) * 1000;
    shared.states.set('Yellow', { arrivalTime: drainedUntil * 1000, reserve: 0 });
    expect(await admits()).toBe(false);
    clock.advance(1000 / plan.rateLimit);
    const { writes } = shared;
    expect(await admits()).toBe(false);
    expect(shared.writes).toBe(writes);
    expect(await admits()).toBe(true);
  });

  it('of an environment that others flood too costs ever fewer writes', async () => {
    const rival = environmentOn(shared);
    let requests = 0;
    const flood = async (ms: number) => {
      for (let elapsed = 0; elapsed < ms; elapsed += 5, requests += 2) {
        await admits();
        await admits(rival);
        clock.advance(5);
      }
    };
    await flood(5_000);
    const { writes } = shared;
    requests = 0;
    await flood(20_000);
    expect((shared.writes - writes) / requests).toBeLessThan(0.05);
  });

  it('is forgotten soon after a flood: a caller within its plan is admitted again', async () => {
    const rival = environmentOn(shared);
    for (let elapsed = 0; elapsed < 5_000; elapsed += 5) {
      await admits();
      await admits(rival);
      clock.advance(5);
    }
    clock.advance(2_000);
    for (let request = 0; request < 20; request += 1) {
      expect(await admits(request % 2 === 0 ? environment : rival)).toBe(true);
      clock.advance(1000 / (plan.rateLimit * 0.8));
    }
  });
});

describe('one application’s flood', () => {
  it('costs another nothing', async () => {
    for (let request = 0; request < 50; request += 1) {
      await admitted(20, environment, 'Green');
      expect(await admits(environment, 'Yellow')).toBe(true);
      clock.advance(1000 / (plan.rateLimit * 0.8));
    }
  });

  it('does not keep it from deregistering: registrations have a bucket of their own', async () => {
    await admitted(50);
    expect(environment.begin('Yellow', 'registration')).toBeInstanceOf(Promise);
    await environment.begin('Yellow', 'registration');
    expect([...shared.states.keys()]).toEqual(['Yellow', 'Yellow#registration']);
  });

  it('ends at its own plan, where it has one', async () => {
    expect(await admitted(50, environment, 'Small')).toBe(3);
    expect(await admitted(50, environment, 'constructor')).toBe(plan.burstLimit);
  });
});

describe('while the shared buckets cannot be asked', () => {
  const failure = new Error('the table does not answer');
  beforeEach(() => {
    vi.spyOn(shared, 'advance').mockRejectedValue(failure);
  });

  it('the environment admits by itself, up to the plan', async () => {
    expect(await admitted(50)).toBe(plan.burstLimit);
    clock.advance(500);
    expect(await admitted(50)).toBe(plan.rateLimit / 2);
  });

  it('says so once, and asks again after a second', async () => {
    await admitted(50);
    expect(onFailure.mock.calls).toEqual([[failure]]);
    clock.advance(999);
    await admits();
    expect(shared.advance).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await admits();
    expect(shared.advance).toHaveBeenCalledTimes(2);
  });

  it('those that wait are admitted or refused in their order', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => admits()));
    expect(outcomes).toEqual([...Array(20).fill(true), ...Array(10).fill(false)]);
  });

  it('goes back to them as soon as they answer', async () => {
    await admitted(50);
    vi.mocked(shared.advance).mockRestore();
    clock.advance(1_000);
    expect(await admits()).toBe(true);
    expect(shared.writes).toBe(1);
  });
});

describe('an answer that comes after the lease has ended', () => {
  it('is a failure of the shared bucket: nothing of the lease is spent', async () => {
    environment = environmentOn(new MemoryCellRates(async () => clock.advance(validMs / 2)));
    expect(await admits()).toBe(true);
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(new Error('the shared bucket answered too late'));
    expect(environment.begin('Yellow')).toBeUndefined();
    expect(await admitted(50)).toBe(plan.burstLimit - 2);
  });
});
