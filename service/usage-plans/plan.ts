// The usage plan: an application's rate and burst, and which pairs of them can be promised.
import * as z from 'zod/mini';

/** What an application may send: never more than `burstLimit + rateLimit × t` requests in any span of t seconds. */
export interface UsagePlan {
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests at once, after a rest; at least half of it, less 50 ms of the rate, otherwise. */
  readonly burstLimit: number;
}

/** The plans of a deployment. */
export interface UsagePlanSettings {
  /** For applications that are not named. */
  readonly default: UsagePlan;
  /** Each application's, for the requests that register it. */
  readonly registration: UsagePlan;
  /** By application name. */
  readonly applications: Readonly<Record<string, UsagePlan>>;
}

/** Bounds that hold at synthesis and at run time. */
export const usagePlanBounds = {
  rateLimit: { minimum: 1, maximum: 10_000 },
  burstLimit: { minimum: 3, maximum: 50_000 },
} as const;

/**
 * Most that the clocks of two execution environments may differ. Amazon Time Sync keeps them within a
 * millisecond: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/set-time.html
 */
export const MAX_SKEW_MS = 100;

/** A lease must outlast the call that fetches it. */
const SHORTEST_LEASE_MS = 200;
/** Longer ones would save few writes, and cost a plan of few requests a second its burst. */
const LONGEST_LEASE_MS = 1_000;
/** Least burst of the shared bucket: a request that comes early, or to a clock that is behind, is no flood. */
const SMALLEST_SHARED_BURST = 2;

/** How a plan's burst is divided between the shared bucket and the leases taken from it. */
export interface LeaseTerms {
  /** How long a lease is valid, counted from when it was asked for. */
  readonly validMs: number;
  /** How long after it was charged an admission may be spent, by any clock. */
  readonly lagMs: number;
  /** What the shared bucket has at once, at least, while it is in use; in admissions, not necessarily whole. */
  readonly sharedBurst: number;
}

/**
 * What is admitted in a span was granted in it, or up to `validMs` before it, by a clock that may be
 * {@link MAX_SKEW_MS} off. So while the shared bucket is in use, its burst is the plan's, less what its rate amounts
 * to in these two; and a lease is valid for no longer than leaves the bucket as much. After a rest it is the plan's.
 */
export function leaseTermsOf({ rateLimit, burstLimit }: UsagePlan): LeaseTerms {
  const burstMs = (burstLimit / rateLimit) * 1000 - MAX_SKEW_MS;
  const smallestMs = (SMALLEST_SHARED_BURST / rateLimit) * 1000;
  const validMs = Math.min(LONGEST_LEASE_MS, burstMs / 2, burstMs - smallestMs);
  const lagMs = validMs + MAX_SKEW_MS;
  return { validMs, lagMs, sharedBurst: burstLimit - (rateLimit * lagMs) / 1000 };
}

/** The smallest burst with which a rate can be promised: one that {@link leaseTermsOf} can divide. */
export function smallestBurstOf(rateLimit: number): number {
  const perMs = rateLimit / 1000;
  const shared = Math.max(SMALLEST_SHARED_BURST, perMs * SHORTEST_LEASE_MS);
  return Math.ceil(shared + perMs * (SHORTEST_LEASE_MS + MAX_SKEW_MS));
}

const limit = ({ minimum, maximum }: { minimum: number; maximum: number }) => {
  const problem = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .number(problem)
    .check(z.refine((value) => Number.isInteger(value) && value >= minimum && value <= maximum, problem));
};

const plan = z
  .strictObject(
    {
      rateLimit: limit(usagePlanBounds.rateLimit),
      burstLimit: limit(usagePlanBounds.burstLimit),
    },
    'must have a rateLimit and a burstLimit, and nothing else',
  )
  .check(
    z.refine(({ rateLimit, burstLimit }) => burstLimit >= smallestBurstOf(rateLimit), {
      path: ['burstLimit'],
      error: ({ input }) =>
        `must be at least ${smallestBurstOf((input as UsagePlan).rateLimit)} for this rateLimit`,
    }),
  );

const settings = z.strictObject(
  {
    default: plan,
    registration: plan,
    applications: z.record(
      z.string().check(z.regex(/^[\w+=,.@-]{2,64}$/)),
      plan,
      'must be plans by the name of an application’s role',
    ),
  },
  'must have default, registration and applications, and nothing else',
);

/**
 * Checks the plans of a deployment, at synthesis and at initialization.
 *
 * @throws Error that names every setting that is wrong, and its bound
 */
export function checkUsagePlans(plans: unknown): UsagePlanSettings {
  const parsed = settings.safeParse(plans);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  throw new Error(`wrong usage plans: ${problems.join('; ')}`);
}

/** Reads the plans off an environment variable. Throws as {@link checkUsagePlans}. */
export function parseUsagePlans(text: string): UsagePlanSettings {
  let plans: unknown;
  try {
    plans = JSON.parse(text);
  } catch {
    throw new Error('wrong usage plans: not JSON');
  }
  return checkUsagePlans(plans);
}
