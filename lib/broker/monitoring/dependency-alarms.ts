// Alarms on what the broker depends on, by dependency: which one it is when the service level suffers.
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import { refusals, throttled, usagePlanFallback } from './metrics.ts';

/** In two of three periods, so that a passing fault which the attempts and the caches cover raises nothing. */
const lasting = { atLeast: 10, periods: [2, 3] as const, urgency: 'ticket' as const };

export const dependencyAlarms: readonly Omit<CountAlarmProps, 'onCall'>[] = [
  {
    ...lasting,
    name: 'StsFailures',
    counts: [refusals('StsUnavailable')],
    meaning: 'Requests fail because STS does not answer, throttles, or refuses the service role.',
  },
  {
    ...lasting,
    name: 'StsThrottling',
    counts: [throttled('StsUnavailable')],
    meaning: 'Requests fail because STS throttles the account in this region.',
  },
  {
    ...lasting,
    name: 'AccessMetadataFailures',
    counts: [refusals('AccessMetadataUnavailable')],
    meaning: 'Requests fail because the table of registrations does not answer.',
  },
  {
    ...lasting,
    name: 'AccessMetadataThrottling',
    counts: [throttled('AccessMetadataUnavailable')],
    meaning: 'Requests fail because DynamoDB throttles the table of registrations.',
  },
  {
    ...lasting,
    name: 'JwksFailures',
    counts: [refusals('JwksUnavailable')],
    meaning: 'Requests fail because the JWK set of an identity provider cannot be fetched.',
  },
  {
    ...lasting,
    name: 'DeadlinesExceeded',
    counts: [refusals('DeadlineExceeded')],
    meaning: 'Requests are given up because a dependency is slow.',
  },
  {
    name: 'InternalErrors',
    counts: [refusals('InternalError')],
    // A fault of the code: one is one too many.
    atLeast: 1,
    urgency: 'ticket',
    meaning: 'The broker failed in a way that it has no code for.',
  },
  {
    ...lasting,
    name: 'UsagePlanFallback',
    counts: [usagePlanFallback()],
    atLeast: 5,
    meaning: 'Usage plans are kept by each execution environment alone, because their table does not answer.',
  },
];
