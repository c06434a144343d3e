// Shared sessions, put together: in a file of its own, which only a broker with the setting has and loads.
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { BrokerLogger } from '../audit/logger.ts';
import { clientOptions } from '../client-options.ts';
import type { Clock } from '../clock.ts';
import { describeCause } from '../errors.ts';
import { DataKeys } from '../shared-sessions/data-keys.ts';
import { SharedItems } from '../shared-sessions/shared-items.ts';
import { SharedSessions } from '../shared-sessions/shared-sessions.ts';
import type { Tracing } from '../tracing/tracing.ts';

export interface SharedSessionsSettings {
  readonly tableName: string;
  readonly keyArn: string;
  readonly tableMs: number;
  readonly stsTimeoutMs: number;
}

interface Surroundings {
  readonly documents: DynamoDBDocumentClient;
  readonly logger: BrokerLogger;
  readonly metrics: Metrics;
  readonly tracing: Pick<Tracing, 'captured'>;
  readonly now: Clock;
}

export function openSharedSessions(
  { tableName, keyArn, tableMs, stsTimeoutMs }: SharedSessionsSettings,
  { documents, tracing, now, ...told }: Surroundings,
): SharedSessions {
  const items = new SharedItems(documents, tableName);
  const kms = tracing.captured(new KMSClient(clientOptions(1, stsTimeoutMs)));
  return new SharedSessions({
    items,
    keys: new DataKeys({ kms, keyArn, items, now }),
    now,
    timer: (milliseconds, ring) => {
      const timeout = setTimeout(ring, milliseconds);
      return () => clearTimeout(timeout);
    },
    tableMs,
    leaseMs: stsTimeoutMs + tableMs,
    onFailure: (error) => reportFallback(error, told),
  });
}

/** Once in ten seconds an environment at most: see outage.ts. */
export function reportFallback(
  error: unknown,
  { logger, metrics }: Pick<Surroundings, 'logger' | 'metrics'>,
): void {
  logger.warn('shared sessions: on its own', { cause: describeCause(error) });
  metrics.singleMetric().addMetric('SharedSessionsFallback', MetricUnit.Count, 1);
}
