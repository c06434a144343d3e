// The audit of what nobody asked for: makes every record as for a request, and writes none of them.
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { Audit, type Decision } from './audit.ts';
import { BrokerLogger } from './logger.ts';

class UnwrittenLogger extends BrokerLogger {
  protected override write(): void {}
}

export class UnrecordedAudit extends Audit {
  constructor(now: Clock) {
    super(new UnwrittenLogger(), new Metrics(), now);
  }

  /** Single metrics write themselves: they are not made. */
  override refused(_decision: Decision, error: unknown): BrokerError {
    return error instanceof BrokerError
      ? error
      : new BrokerError('InternalError', 'the broker failed', { cause: error });
  }

  override usagePlanFallback(): void {}
}
