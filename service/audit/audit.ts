// The audit record: one log line for every decision, issued or denied, which carries its metrics too.
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { EmfOutput } from '@aws-lambda-powertools/metrics/types';
import type { Clock } from '../clock.ts';
import { BrokerError, describeCause } from '../errors.ts';
import type { RegistrationChange } from '../registrations/registration-change.ts';
import type { TrustReport } from '../registrations/stored-registration.ts';
import type { SessionTag } from '../sessions/session-tags.ts';
import type { TokenIdentity } from '../tokens/token-verifier.ts';

/** What is decided. `ListGrants` is there with data access alone. */
export type Operation =
  | 'RegisterApplication'
  | 'ReplaceApplication'
  | 'ShowApplication'
  | 'DeregisterApplication'
  | 'GetCredentials'
  | 'ListGrants';

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
  applicationRoleId?: string | undefined;
  accessRole?: string;
  /** Version of the registration that was written, or that decided. */
  version?: string;
  /** Of a registration that is written and has one issuer: where its keys come from; and what was found out about its role. */
  jwksUrl?: string | undefined;
  issuer?: string | undefined;
  trust?: TrustReport['trust'];
  accessRoleId?: string | undefined;
  /** Of one that was written or removed, or may have been where the request failed: all of it, and what is new. */
  change?: RegistrationChange | undefined;
  /** Who held the access role before it was made anew. */
  claimTakenFrom?: string | undefined;
  /** Who wrote it, where that is not the application. */
  registrar?: string;
  registrarRoleId?: string;
  /** SHA-256 of the user's token, hexadecimal. */
  tokenDigest?: string;
  /** Who the verified token says that its user is, who issued it and with which key. */
  token?: TokenIdentity;
  tags?: readonly SessionTag[];
  sessionName?: string;
  sourceIdentity?: string | undefined;
  cacheHit?: boolean;
  /** The user's id in the directory of IAM Identity Center, whom the session acts for. */
  directoryUser?: string | undefined;
  /** Of a request for data: what was asked for, and by which grant it was given. */
  data?: DataDecision;
  /** Of the issued session, as CloudTrail shows it: an identifier, no secret. */
  accessKeyId?: string;
}

export interface DataDecision {
  readonly target: string;
  readonly permission: string;
  readonly privilege: string;
  readonly durationSeconds: number;
  matchedGrantTarget?: string;
  granteeType?: string;
  grantee?: string;
}

type Outcome = 'Allowed' | 'Denied' | 'Failed';
type MetricDefinitions = EmfOutput['_aws']['CloudWatchMetrics'];

export class Audit {
  readonly #definitions = new Map<string, MetricDefinitions>();

  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly now: Clock,
  ) {}

  begin(operation: Operation, requestId: string): Decision {
    return { operation, requestId, startedAt: this.now() };
  }

  /**
   * Records that a request which was answered as failed, for its time, has been carried out all the same.
   *
   * @param counted the change that was known, and counted, when it was answered
   */
  carriedOutLate(decision: Decision, counted?: RegistrationChange): void {
    this.logger.warn('carried out late', recordOf(decision, 'carriedOutLate'), {
      durationMs: this.now() - decision.startedAt,
    });
    // The answer's metrics are written, and knew nothing of it.
    if (decision.change?.written && decision.change !== counted)
      this.#count('RegistrationChanges', 'operation', decision.operation);
  }

  allowed(decision: Decision): void {
    this.logger.info('allowed', recordOf(decision, 'allowed'), this.#metricsOf(decision, 'Allowed'));
  }

  /** Records a refusal or a failure; returns the error that the caller is answered with. */
  refused(decision: Decision, error: unknown): BrokerError {
    const answered =
      error instanceof BrokerError
        ? error
        : new BrokerError('InternalError', 'the broker failed', { cause: error });
    const { code, message: reason, problem, cause, isDenial } = answered;
    const why = { code, reason, problem, cause: describeCause(cause) };
    if (isDenial) {
      this.logger.warn('denied', recordOf(decision, 'denied'), why, this.#metricsOf(decision, 'Denied'));
    } else {
      this.logger.error('failed', recordOf(decision, 'failed'), why, this.#metricsOf(decision, 'Failed'));
    }
    this.#count('Refusals', 'code', code);
    if (problem !== undefined) this.#count('JwksProblems', 'problem', problem);
    if (isThrottling(cause)) this.#count('Throttled', 'code', code);
    return answered;
  }

  /** Records that this environment admits by a bucket of its own, because the shared one cannot be asked. */
  usagePlanFallback(error: unknown): void {
    this.logger.warn('usage plans: on its own', { cause: describeCause(error) });
    this.metrics.singleMetric().addMetric('UsagePlanFallback', MetricUnit.Count, 1);
  }

  /**
   * The metrics of a decision in the embedded metric format, for its log line.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
   */
  #metricsOf({ operation, startedAt, cacheHit, change }: Decision, outcome: Outcome) {
    const now = this.now();
    const isChange = change?.written !== undefined;
    return {
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: this.#definitionsOf(operation, outcome, cacheHit !== undefined, isChange),
      },
      [outcome]: 1,
      Duration: now - startedAt,
      ...(cacheHit !== undefined && { CacheHit: cacheHit ? 1 : 0 }),
      ...(isChange && { RegistrationChanges: 1 }),
    };
  }

  /** The same for every decision of a kind: made once, and without awaiting anything between adding and taking. */
  #definitionsOf(
    operation: Operation,
    outcome: Outcome,
    hasCacheHit: boolean,
    isChange: boolean,
  ): MetricDefinitions {
    const kind = `${operation} ${outcome} ${hasCacheHit} ${isChange}`;
    const known = this.#definitions.get(kind);
    if (known) return known;
    const { metrics } = this;
    metrics.addDimension('operation', operation);
    metrics.addMetric(outcome, MetricUnit.Count, 1);
    metrics.addMetric('Duration', MetricUnit.Milliseconds, 0);
    if (hasCacheHit) metrics.addMetric('CacheHit', MetricUnit.Count, 0);
    if (isChange) metrics.addMetric('RegistrationChanges', MetricUnit.Count, 1);
    const { CloudWatchMetrics } = metrics.serializeMetrics()._aws;
    metrics.clearMetrics();
    metrics.clearDimensions();
    this.#definitions.set(kind, CloudWatchMetrics);
    return CloudWatchMetrics;
  }

  #count(name: string, dimension: 'code' | 'operation' | 'problem', value: string): void {
    const metric = this.metrics.singleMetric();
    metric.addDimension(dimension, value);
    metric.addMetric(name, MetricUnit.Count, 1);
  }
}

function recordOf(decision: Decision, outcome: 'allowed' | 'denied' | 'failed' | 'carriedOutLate') {
  const { change } = decision;
  return {
    ...decision,
    startedAt: undefined,
    ...(change && { change: undefined, ...change }),
    outcome,
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and DynamoDB's and S3's of the same meaning. */
function isThrottling(cause: unknown): boolean {
  const name = cause instanceof Error ? cause.name : '';
  return /^(Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown)/.test(name);
}
