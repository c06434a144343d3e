// The metrics that the portal emits, by name and dimensions: what service/portal/audit.ts writes.
import { decisionMetrics } from '../../monitoring/decision-metrics.ts';

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

export const { operationMetric, requests, refusals } = decisionMetrics<Operation>('IAMSessionBrokerPortal');
