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

/** Registrations are rare: their routes take a tenth of the rate, and a fifth of the burst. */
export function routeThrottles({
  throttleRateLimit,
  throttleBurstLimit,
}: Pick<Settings, 'throttleRateLimit' | 'throttleBurstLimit'>): RouteThrottles {
  const credentials = { rateLimit: throttleRateLimit, burstLimit: throttleBurstLimit };
  return {
    credentials,
    applications: {
      rateLimit: Math.floor(throttleRateLimit / 10),
      burstLimit: Math.floor(throttleBurstLimit / 5),
    },
  };
}

/**
 * A flood that the throttle must still hold, in multiples of the plan, and what the others are left beside it: as much as
 * two such plans.
 */
const FLOOD = 20;
const OTHERS = 2;

/**
 * The largest plan behind a throttle: a 22nd of its rate, a fifth of its burst.
 *
 * The gateway counts a request before the plan does, and what an application sends beyond its plan is lost to the others
 * all the same. So a flood of 20 times the plan must still fit in.
 */
export function greatestPlan({ rateLimit, burstLimit }: Throttle): Throttle {
  return { rateLimit: Math.floor(rateLimit / (FLOOD + OTHERS)), burstLimit: Math.floor(burstLimit / 5) };
}
