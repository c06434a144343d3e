// Every metric that the function can emit, found by letting it decide everything that can be decided.
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Operation } from '../../service/audit/audit.ts';
import { BrokerLogger } from '../../service/audit/logger.ts';
import { reportFallback } from '../../service/broker/shared-sessions.ts';
import { errorTable } from '../../service/error-table.ts';
import { BrokerError, type ErrorCode } from '../../service/errors.ts';
import { changeOf } from '../../service/registrations/registration-change.ts';
import { jwksProblems } from '../../service/tokens/jwks-problem.ts';
import { auditTo } from './broker.ts';
import { captureOutput } from './captured-output.ts';
import { storedWith } from './registrations.ts';

const operations: Operation[] = [
  'RegisterApplication',
  'ReplaceApplication',
  'ShowApplication',
  'DeregisterApplication',
  'GetCredentials',
  'ListGrants',
];

/** A metric as CloudWatch knows it: `Namespace/Name{dimension=value,…}`, the dimensions in alphabetical order. */
export function metricKey(namespace: string, name: string, dimensions: Record<string, unknown>): string {
  const rendered = Object.entries(dimensions).map(([dimension, value]) => `${dimension}=${String(value)}`);
  return `${namespace}/${name}{${rendered.sort().join(',')}}`;
}

/** @param settings of the broker: what it emits besides */
export function emittedMetrics({ sharedSessions = false } = {}): Set<string> {
  const output = captureOutput();
  try {
    const audit = auditTo(() => 0);
    for (const operation of operations) {
      audit.allowed(Object.assign(audit.begin(operation, 'request'), { cacheHit: true }));
      if (operation.endsWith('Application') && operation !== 'ShowApplication')
        audit.allowed(
          Object.assign(audit.begin(operation, 'request'), { change: changeOf(undefined, storedWith()) }),
        );
      for (const code of Object.keys(errorTable) as ErrorCode[]) {
        audit.refused(audit.begin(operation, 'request'), new BrokerError(code, 'refused'));
      }
      for (const code of ['StsUnavailable', 'AccessMetadataUnavailable'] as const) {
        const cause = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
        audit.refused(audit.begin(operation, 'request'), new BrokerError(code, 'failed', { cause }));
      }
    }
    for (const problem of Object.keys(jwksProblems)) {
      const unavailable = new BrokerError('JwksUnavailable', 'failed', { problem });
      audit.refused(audit.begin('GetCredentials', 'request'), unavailable);
    }
    audit.usagePlanFallback(new Error('no answer'));
    if (sharedSessions)
      reportFallback(new Error('no answer'), {
        logger: new BrokerLogger(),
        metrics: new Metrics({ namespace: 'IAMSessionBroker', serviceName: 'IAMSessionBroker' }),
      });
    return new Set(output.metrics().flatMap(keysOf));
  } finally {
    output.restore();
  }
}

interface EmbeddedMetrics {
  readonly CloudWatchMetrics: {
    readonly Namespace: string;
    readonly Dimensions: string[][];
    readonly Metrics: { readonly Name: string }[];
  }[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function keysOf(line: Record<string, unknown>): string[] {
  const { CloudWatchMetrics } = line['_aws'] as EmbeddedMetrics;
  return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((dimensionSet) => {
      const dimensions = Object.fromEntries(dimensionSet.map((dimension) => [dimension, line[dimension]]));
      return Metrics.map(({ Name }) => metricKey(Namespace, Name, dimensions));
    }),
  );
}
