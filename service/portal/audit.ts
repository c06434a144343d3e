// The portal's audit record: one log line for every decision, which carries its metrics too.
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Clock } from '../clock.ts';
import { describeCause } from '../errors.ts';

export type PortalOperation =
  | 'BeginSignIn'
  | 'SignIn'
  | 'SignOut'
  | 'ListTargets'
  | 'OpenConsole'
  | 'GetCredentials'
  | 'AuthorizeCommandLine'
  | 'SetFavourite'
  | 'Publish'
  | 'Unknown';

/** What is known of a decision so far. It has no place for an assertion, a token, a secret or a session's id. */
export interface PortalDecision {
  readonly operation: PortalOperation;
  readonly requestId: string;
  readonly startedAt: number;
  userId?: string;
  groups?: readonly string[];
  /** Service of the target. */
  target?: string;
  role?: string;
  sessionName?: string;
  tags?: Readonly<Record<string, string>>;
  durationSeconds?: number;
  /** Of the issued session, as CloudTrail shows it: an identifier, no secret. */
  accessKeyId?: string;
}

/** What a request is refused with, as the record has it. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly statusCode: number;
  readonly cause?: unknown;
}

export class PortalAudit {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: Metrics,
    private readonly now: Clock,
  ) {}

  begin(operation: PortalOperation, requestId: string): PortalDecision {
    return { operation, requestId, startedAt: this.now() };
  }

  allowed(decision: PortalDecision): void {
    this.logger.info('allowed', { ...decision, ...this.#counted(decision, 'Allowed'), outcome: 'allowed' });
  }

  refused(decision: PortalDecision, { code, message, statusCode, cause }: Refusal): void {
    const isDenial = statusCode < 500;
    const record = {
      ...decision,
      ...this.#counted(decision, isDenial ? 'Denied' : 'Failed'),
      outcome: isDenial ? 'denied' : 'failed',
      code,
      reason: message,
      cause: describeCause(cause),
    };
    if (isDenial) this.logger.warn('denied', record);
    else this.logger.error('failed', record);
    const metric = this.metrics.singleMetric();
    metric.addDimension('code', code);
    metric.addMetric('Refusals', MetricUnit.Count, 1);
  }

  /** Counted in a line of its own, and told in the record: how long it took. */
  #counted({ operation, startedAt }: PortalDecision, outcome: 'Allowed' | 'Denied' | 'Failed') {
    const durationMs = this.now() - startedAt;
    const metric = this.metrics.singleMetric();
    metric.addDimension('operation', operation);
    metric.addMetric(outcome, MetricUnit.Count, 1);
    const duration = this.metrics.singleMetric();
    duration.addDimension('operation', operation);
    duration.addMetric('Duration', MetricUnit.Milliseconds, durationMs);
    return { startedAt: undefined, durationMs };
  }
}
