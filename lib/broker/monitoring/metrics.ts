// The metrics that the function emits, by name and dimensions: what service/audit/audit.ts writes.
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { decisionMetrics } from '../../monitoring/decision-metrics.ts';

export const operations = [
  'GetCredentials',
  'RegisterApplication',
  'ReplaceApplication',
  'ShowApplication',
  'DeregisterApplication',
] as const;
/** With data access. */
export const dataAccessOperations = ['ListGrants'] as const;
export type Operation = (typeof operations)[number] | (typeof dataAccessOperations)[number];

/** Codes of answers with a status of 500 and above: every failure, whatever the operation. */
export const failureCodes = [
  'InternalError',
  'DeadlineExceeded',
  'AccessMetadataUnavailable',
  'JwksUnavailable',
  'StsUnavailable',
] as const;

/** With data access, those as well. */
export const dataAccessFailureCodes = [
  'LocationMisconfigured',
  'IdentityCenterUnavailable',
  'AccessGrantsUnavailable',
] as const;

export function failureCodesOf({
  dataAccess,
}: {
  readonly dataAccess?: object | undefined;
}): readonly string[] {
  return dataAccess ? [...failureCodes, ...dataAccessFailureCodes] : failureCodes;
}

const decisions = decisionMetrics<Operation, 'CacheHit' | 'RegistrationChanges'>('IAMSessionBroker');
export const { operationMetric, requests, refusals } = decisions;

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

/** Requests that failed because a dependency throttled the broker; by the code they were answered with. */
export function throttled(
  code: 'AccessMetadataUnavailable' | 'StsUnavailable',
  options: MetricOptions = {},
): Metric {
  return decisions.metricOf('Throttled', { code }, options);
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
  return decisions.metricOf('JwksProblems', { problem }, options);
}

/** Where sessions are shared: failures of the table or of its key. */
export function sharedSessionsFallback(options: MetricOptions = {}): Metric {
  return decisions.metricOf('SharedSessionsFallback', {}, options);
}

/** Calls to the shared buckets of the usage plans that failed. */
export function usagePlanFallback(options: MetricOptions = {}): Metric {
  return decisions.metricOf('UsagePlanFallback', {}, options);
}
