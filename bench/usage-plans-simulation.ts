// A fleet of execution environments in virtual time, an application that calls it, and what comes of its plan.
import { leaseTermsOf, MAX_SKEW_MS, type UsagePlan } from '../service/usage-plans/plan.ts';
import { UsagePlans } from '../service/usage-plans/usage-plans.ts';
import { MemoryCellRates } from '../test/support/memory-cell-rates.ts';
import { excessOver } from '../test/support/plan-bound.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { VirtualTime } from '../test/support/virtual-time.ts';

/**
 * When requests come: once a period at a random moment of it, in bursts with long pauses, far too many, or the whole
 * burst in one instant, after a rest.
 */
export type Caller = 'steady' | 'bursty' | 'flood' | 'at once';

/** Which environment gets a request: as Lambda does it, the free one used last; or any, the worst case. */
export type Spread = 'last used' | 'random';

export interface Scenario {
  readonly plan: UsagePlan;
  readonly caller: Caller;
  readonly spread: Spread;
  readonly environments: number;
  readonly seconds: number;
  /** Another application floods the same environments. */
  readonly neighbour?: boolean;
}

export interface Outcome {
  /** Requests that reached an environment; with `last used`, one that finds none free does not. */
  readonly requests: number;
  readonly admitted: number;
  readonly refused: number;
  /** See {@link excessOver}. */
  readonly excess: number;
  /** Share of the plan's rate that was admitted, after a fifth of the time: the burst is spent by then. */
  readonly use: number;
  readonly writesPerThousand: number;
}

/** The flood's multiple of the plan, and of a burst while it lasts. */
export const FLOOD = 20;
const BURST = 6;
const STEADY = 0.8;

/** How long an environment is busy with a request, in milliseconds. */
const REFUSED_BUSY_MS = 1;
const ADMITTED_BUSY_MS = { from: 5, to: 25 };

/** Simulates one scenario: the same one always ends the same way. */
export async function simulate(scenario: Scenario): Promise<Outcome> {
  const { plan, environments, seconds } = scenario;
  const time = new VirtualTime();
  const random = seededRandom(environments);
  const start = time.now;
  const end = start + seconds * 1000;

  // One way, log-normal: a median of 2.2 ms, one in a thousand above 14 ms; there and back as of DynamoDB.
  const cellRates = new MemoryCellRates(() =>
    time.sleep(Math.min(80, 2.2 * Math.exp(0.6 * gaussian(random)))),
  );
  const fleet = Array.from({ length: environments }, () => {
    const skew = random() * MAX_SKEW_MS;
    return new UsagePlans(
      { default: plan, registration: plan, applications: {} },
      {
        cellRates,
        now: () => time.now + skew,
        random,
        onFailure: (error) => {
          throw error;
        },
      },
    );
  });
  const free = [...fleet];
  const admitted: number[] = [];
  let refused = 0;

  const call = (application: string, spread: Spread, onAdmitted: () => void, onRefused: () => void) => {
    const environment =
      spread === 'last used' ? free.pop() : (fleet[Math.floor(random() * environments)] as UsagePlans);
    if (!environment) return;
    const release = (busyMs: number) => {
      if (spread === 'last used') time.at(time.now + busyMs, () => free.push(environment));
    };
    const admit = () => {
      onAdmitted();
      release(ADMITTED_BUSY_MS.from + random() * (ADMITTED_BUSY_MS.to - ADMITTED_BUSY_MS.from));
    };
    const refuse = () => {
      onRefused();
      release(REFUSED_BUSY_MS);
    };
    try {
      const admission = environment.begin(application);
      if (admission) admission.then(admit, refuse);
      else admit();
    } catch {
      refuse();
    }
  };

  const arrivals = (caller: Caller, arrive: () => void) => {
    if (caller === 'at once') {
      for (let at = start; at < end; at += restMsOf(plan)) {
        for (let request = 0; request < plan.burstLimit; request += 1) time.at(at, arrive);
      }
      return;
    }
    const step = (at: number) => {
      const { arrivesAt, next } = arrivalAfter(caller, plan, at, start, random);
      time.at(arrivesAt, arrive);
      if (next < end) time.at(next, () => step(next));
    };
    time.at(start, () => step(start));
  };
  arrivals(scenario.caller, () =>
    call(
      'Yellow',
      scenario.spread,
      () => admitted.push(time.now),
      () => {
        refused += 1;
      },
    ),
  );
  if (scenario.neighbour) {
    // It does not keep the environments busy: what is asked is whether it costs the other its plan.
    arrivals('flood', () =>
      call(
        'Green',
        'random',
        () => {},
        () => {},
      ),
    );
  }

  await time.run();
  const settled = start + seconds * 200;
  const requests = admitted.length + refused;
  return {
    requests,
    admitted: admitted.length,
    refused,
    excess: excessOver(plan, admitted),
    use: admitted.filter((at) => at >= settled).length / (plan.rateLimit * seconds * 0.8),
    writesPerThousand: (cellRates.writes / requests) * 1000,
  };
}

/** Twice what it takes, at the least, until a bucket that was drained is full, and all that was leased of it is over. */
function restMsOf(plan: UsagePlan): number {
  return 2 * (leaseTermsOf(plan).lagMs + (plan.burstLimit / plan.rateLimit) * 1000);
}

/** When the next request comes, and from when on to look for the one after it. */
function arrivalAfter(
  caller: Exclude<Caller, 'at once'>,
  { rateLimit, burstLimit }: UsagePlan,
  at: number,
  start: number,
  random: () => number,
): { arrivesAt: number; next: number } {
  const poisson = (multiple: number) => at - (Math.log(1 - random()) * 1000) / (rateLimit * multiple);
  if (caller === 'steady') {
    const period = 1000 / (rateLimit * STEADY);
    return { arrivesAt: at + random() * period, next: at + period };
  }
  if (caller === 'flood') return { arrivesAt: at, next: poisson(FLOOD) };
  const cycle = (16 * burstLimit * 1000) / rateLimit;
  const phase = (at - start) % cycle;
  return { arrivesAt: at, next: phase < cycle / 8 ? poisson(BURST) : at - phase + cycle };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
