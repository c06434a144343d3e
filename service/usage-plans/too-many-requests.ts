// The refusal of a request over its application's plan, and the header fields that tell when to come back.
import { BrokerError } from '../errors.ts';
import type { UsagePlan } from './plan.ts';

export class TooManyRequests extends BrokerError {
  /** @param waitMs until the plan has room again, as far as is known; told to the caller as at least a second */
  constructor(
    readonly plan: UsagePlan,
    waitMs: number,
  ) {
    super(
      'TooManyRequests',
      `over the usage plan of ${plan.rateLimit} requests a second and, after a rest, ${plan.burstLimit} at once`,
      { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) },
    );
  }
}

/**
 * The fields that tell a refused caller its quota and when it may have some again, beside `Retry-After`:
 * https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
 */
export function rateLimitHeaders({ plan, retryAfterSeconds }: TooManyRequests): Record<string, string> {
  return {
    'ratelimit-policy': `"usage-plan";q=${plan.rateLimit};w=1`,
    ratelimit: `"usage-plan";r=0;t=${retryAfterSeconds}`,
  };
}
