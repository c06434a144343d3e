// Throttles: what each route of the gateway takes from all applications together, and how much of it one plan may have.
import type { Settings } from './settings.ts';

export interface Throttle {
  /** Requests a second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/** Of every route by itself: a flood of one costs the others nothing. */
export interface RouteThrottles {
  readonly credentials: Throttle;
  readonly applications: Throttle;
}

/** Registrations are rare: their routes take no more than one plan for credentials may have. */
export function routeThrottles({
  throttleRateLimit,
  throttleBurstLimit,
}: Pick<Settings, 'throttleRateLimit' | 'throttleBurstLimit'>): RouteThrottles {
  const credentials = { rateLimit: throttleRateLimit, burstLimit: throttleBurstLimit };
  return { credentials, applications: greatestPlan(credentials) };
}

/**
 * The largest plan behind a throttle: a tenth of its rate, a fifth of its burst.
 *
 * The gateway counts a request before the plan does, and what an application sends beyond its plan is lost to the others
 * all the same. So a flood of several times the plan must still fit in.
 */
export function greatestPlan({ rateLimit, burstLimit }: Throttle): Throttle {
  return { rateLimit: Math.floor(rateLimit / 10), burstLimit: Math.floor(burstLimit / 5) };
}
