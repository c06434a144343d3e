// The metrics that the function emits, by name and dimensions: what service/audit/audit.ts writes.
import { Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

const namespace = 'IAMSessionBroker';
const service = 'IAMSessionBroker';

export const operations = [
  'GetCredentials',
  'RegisterApplication',
  'ReplaceApplication',
  'ShowApplication',
  'DeregisterApplication',
] as const;
export type Operation = (typeof operations)[number];

/** Codes of answers with a status of 500 and above: every failure, whatever the operation. */
export const failureCodes = [
  'InternalError',
  'DeadlineExceeded',
  'AccessMetadataUnavailable',
  'JwksUnavailable',
  'StsUnavailable',
] as const;

/** Of one operation; `Duration` in milliseconds, the others counts. */
export function operationMetric(
  metricName: 'Allowed' | 'Denied' | 'Failed' | 'Duration' | 'CacheHit' | 'RegistrationChanges',
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

/** The operations that write. */
export const registrationWrites = [
  'RegisterApplication',
  'ReplaceApplication',
  'DeregisterApplication',
] as const satisfies readonly Operation[];

/** Registrations that became different, whatever the request was answered. */
export function registrationChanges(
  operation: (typeof registrationWrites)[number],
  options: MetricOptions = {},
): Metric {
  return operationMetric('RegistrationChanges', operation, options);
}

/** Requests that were answered with one code of docs/errors.md. */
export function refusals(code: string, options: MetricOptions = {}): Metric {
  return codeMetric('Refusals', code, options);
}

/** Requests that failed because a dependency throttled the broker; by the code they were answered with. */
export function throttled(
  code: 'AccessMetadataUnavailable' | 'StsUnavailable',
  options: MetricOptions = {},
): Metric {
  return codeMetric('Throttled', code, options);
}

/** Why JWK sets cannot be used, when they are fetched and when they are registered: docs/runbook.md says what each means. */
export const jwksProblems = [
  'NoPublicAddress',
  'TlsFailed',
  'Redirected',
  'Refused',
  'Encoded',
  'TooLong',
  'TooManyKeys',
  'NotJson',
  'DuplicateMember',
  'DiscoveryDocument',
  'NoKeySet',
  'NoUsableKey',
  'TimedOut',
  'ServerFailed',
  'Unreachable',
] as const;

/** Requests that a JWK set failed, or whose registration it was to be. */
export function jwkSetProblems(problem: (typeof jwksProblems)[number], options: MetricOptions = {}): Metric {
  return new Metric({
    namespace,
    metricName: 'JwksProblems',
    dimensionsMap: { service, problem },
    statistic: Stats.SUM,
    ...options,
  });
}

/** Calls to the shared buckets of the usage plans that failed. */
export function usagePlanFallback(options: MetricOptions = {}): Metric {
  return new Metric({
    namespace,
    metricName: 'UsagePlanFallback',
    dimensionsMap: { service },
    statistic: Stats.SUM,
    ...options,
  });
}

function codeMetric(metricName: string, code: string, options: MetricOptions): Metric {
  return new Metric({
    namespace,
    metricName,
    dimensionsMap: { service, code },
    statistic: Stats.SUM,
    ...options,
  });
}
