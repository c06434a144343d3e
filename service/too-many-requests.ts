// The refusal of a caller over its plan.
import { BrokerError } from './errors.ts';
import type { UsagePlan } from './usage-plan.ts';

export class TooManyRequests extends BrokerError {
  constructor(
    readonly plan: UsagePlan,
    waitMs: number,
  ) {
    super('TooManyRequests', 'over its plan', {
      retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
    });
  }
}
