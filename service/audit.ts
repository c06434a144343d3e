// The audit record: one for every decision, issued or denied, as a log line and as metrics.
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Clock } from './clock.ts';
import { BrokerError, describeCause, type ErrorCode } from './errors.ts';
import type { SessionTag } from './session-tags.ts';
import type { TrustReport } from './trust-probe.ts';

/** What is decided: the API's six requests. */
export type Operation =
  | 'RegisterApplication'
  | 'ReplaceApplication'
  | 'ShowApplication'
  | 'DeregisterApplication'
  | 'GetCredentials';

/**
 * What is known of a decision so far; the steps of a request fill it in as they go.
 *
 * It has no place for a token, a secret or a session token.
 */
export interface Decision {
  readonly operation: Operation;
  readonly requestId: string;
  readonly startedAt: number;
  application?: string;
  applicationRoleId?: string;
  accessRole?: string;
  /** Version of the registration that was written, or that decided. */
  version?: string;
  /** Of a registration that is written: where its keys come from, and what was found out about its role. */
  jwksUrl?: string;
  issuer?: string | undefined;
  trust?: TrustReport['trust'];
  /** SHA-256 of the user's token, hexadecimal. */
  tokenDigest?: string;
  tags?: readonly SessionTag[];
  sessionName?: string;
  cacheHit?: boolean;
  /** Of the issued session, as CloudTrail shows it: an identifier, no secret. */
  accessKeyId?: string;
}

export class Audit {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly now: Clock,
  ) {}

  begin(operation: Operation, requestId: string): Decision {
    return { operation, requestId, startedAt: this.now() };
  }

  /** Records that a request which was answered as failed, for its time, has been carried out all the same. */
  carriedOutLate(decision: Decision): void {
    this.logger.warn('carried out late', { ...this.#record(decision), outcome: 'carriedOutLate' });
  }

  allowed(decision: Decision): void {
    this.logger.info('allowed', { ...this.#record(decision), outcome: 'allowed' });
    this.#count(decision, 'Allowed');
  }

  /** Records a refusal or a failure; returns the error that the caller is answered with. */
  refused(decision: Decision, error: unknown): BrokerError {
    const answered =
      error instanceof BrokerError
        ? error
        : new BrokerError('InternalError', 'the broker failed', { cause: error });
    const outcome = answered.isDenial ? 'denied' : 'failed';
    const record = {
      ...this.#record(decision),
      outcome,
      code: answered.code,
      reason: answered.message,
      cause: describeCause(answered.cause),
    };
    if (outcome === 'denied') this.logger.warn('denied', record);
    else this.logger.error('failed', record);
    this.#count(decision, outcome === 'denied' ? 'Denied' : 'Failed', answered.code);
    return answered;
  }

  /** Records that this environment admits by a bucket of its own, because the shared one cannot be asked. */
  usagePlanFallback(error: unknown): void {
    this.logger.warn('usage plans: on its own', { cause: describeCause(error) });
    this.metrics.singleMetric().addMetric('UsagePlanFallback', MetricUnit.Count, 1);
  }

  #record({ startedAt, tags, ...decision }: Decision) {
    return {
      ...decision,
      // A list: as an object, a key such as `constructor` would be lost on the way to the log.
      ...(tags && { tags }),
      durationMs: this.now() - startedAt,
    };
  }

  /** Adds and publishes without awaiting anything between: requests that overlap cannot mix their metrics. */
  #count(decision: Decision, outcome: 'Allowed' | 'Denied' | 'Failed', code?: ErrorCode): void {
    this.metrics.addDimension('operation', decision.operation);
    this.metrics.addMetric(outcome, MetricUnit.Count, 1);
    this.metrics.addMetric('Duration', MetricUnit.Milliseconds, this.now() - decision.startedAt);
    if (decision.cacheHit !== undefined)
      this.metrics.addMetric('CacheHit', MetricUnit.Count, decision.cacheHit ? 1 : 0);
    if (code) this.metrics.addMetadata('code', code);
    this.metrics.publishStoredMetrics();
    if (code) this.#countCode(code);
  }

  #countCode(code: ErrorCode): void {
    const metric = this.metrics.singleMetric();
    metric.addDimension('code', code);
    metric.addMetric('Refusals', MetricUnit.Count, 1);
  }
}
