// The usage plan: an application's rate and burst, and which pairs of them can be promised.
import { isJsonObject } from '../json.ts';

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

/**
 * Checks the plans of a deployment, at synthesis and at every start: by hand, because a schema library is a fifth of a start.
 *
 * @throws Error that names every setting that is wrong, and its bound
 */
export function checkUsagePlans(plans: unknown): UsagePlanSettings {
  const problems = findProblems(plans).map(([path, problem]) =>
    path.length > 0 ? `${path.join('.')}: ${problem}` : problem,
  );
  if (problems.length > 0) throw new Error(`wrong usage plans: ${problems.join('; ')}`);
  return plans as UsagePlanSettings;
}

type Problem = readonly [path: readonly string[], problem: string];

function findProblems(plans: unknown): Problem[] {
  const problem = 'must have default, registration and applications, and nothing else';
  if (!isJsonObject(plans)) return [[[], problem]];
  const { default: common, registration, applications } = plans;
  return [
    ...findPlanProblems(['default'], common),
    ...findPlanProblems(['registration'], registration),
    ...(isJsonObject(applications)
      ? Object.entries(applications).flatMap(([name, plan]) => findApplicationProblems(name, plan))
      : [[['applications'], NO_PLANS] as const]),
    ...(hasOthers(plans, ['default', 'registration', 'applications']) ? [[[], problem] as const] : []),
  ];
}

const NO_PLANS = 'must be plans by the name of an application’s role';

function findApplicationProblems(name: string, plan: unknown): Problem[] {
  const path = ['applications', name];
  return /^[\w+=,.@-]{2,64}$/.test(name) ? findPlanProblems(path, plan) : [[path, NO_PLANS]];
}

function findPlanProblems(path: readonly string[], plan: unknown): Problem[] {
  const problem = 'must have a rateLimit and a burstLimit, and nothing else';
  if (!isJsonObject(plan)) return [[path, problem]];
  const { rateLimit, burstLimit } = plan as unknown as UsagePlan;
  const limits = [
    ...findLimitProblems([...path, 'rateLimit'], rateLimit, usagePlanBounds.rateLimit),
    ...findLimitProblems([...path, 'burstLimit'], burstLimit, usagePlanBounds.burstLimit),
  ];
  const smallest = smallestBurstOf(rateLimit);
  return [
    ...limits,
    ...(hasOthers(plan, ['rateLimit', 'burstLimit']) ? [[path, problem] as const] : []),
    ...(limits.length === 0 && burstLimit < smallest
      ? [[[...path, 'burstLimit'], `must be at least ${smallest} for this rateLimit`] as const]
      : []),
  ];
}

function findLimitProblems(
  path: readonly string[],
  limit: number,
  { minimum, maximum }: { readonly minimum: number; readonly maximum: number },
): Problem[] {
  const isWithin = Number.isInteger(limit) && limit >= minimum && limit <= maximum;
  return isWithin ? [] : [[path, `must be a whole number from ${minimum} to ${maximum}`]];
}

/** Whether an object has other members than these. */
function hasOthers(value: object, names: readonly string[]): boolean {
  return Object.keys(value).some((name) => !names.includes(name));
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
