// The metrics that the portal emits, by name and dimensions: what service/portal/audit.ts writes.
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

const namespace = 'IAMSessionBroker';
const service = 'IAMSessionBrokerPortal';

export const operations = [
  'BeginSignIn',
  'SignIn',
  'SignOut',
  'ListTargets',
  'OpenConsole',
  'GetCredentials',
  'AuthorizeCommandLine',
  'SetFavourite',
  'Publish',
  'Unknown',
] as const;
export type Operation = (typeof operations)[number];

/** Codes of answers with a status of 500 and above: every failure, whatever the operation. */
export const failureCodes = [
  'InternalError',
  'DeadlineExceeded',
  'StateUnavailable',
  'StsUnavailable',
  'SigningKeyUnavailable',
  'ConsoleUnavailable',
  'MetadataUnavailable',
  'SigningKeysOutdated',
  'IdentityProviderUnavailable',
] as const;

/** Of one operation; `Duration` in milliseconds, the others counts. */
export function operationMetric(
  metricName: 'Allowed' | 'Denied' | 'Failed' | 'Duration',
  operation: Operation,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace,
    metricName,
    dimensionsMap: { service, operation },
    statistic: Stats.SUM,
    ...options,
  });
}

/** Every decision has one `Duration`: the number of its samples is the number of requests, with no gap to fill. */
export function requests(operation: Operation, options: MetricOptions = {}): Metric {
  return operationMetric('Duration', operation, { statistic: Stats.SAMPLE_COUNT, ...options });
}

/** Requests that were refused with one code. */
export function refusals(code: string, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace,
    metricName: 'Refusals',
    dimensionsMap: { service, code },
    statistic: Stats.SUM,
    ...options,
  });
}
