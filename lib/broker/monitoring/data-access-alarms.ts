// Alarms on what a broker with data access depends on besides, and on grants that would be everybody's.
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import { refusals } from './metrics.ts';

/** In two of three periods, as those of the other dependencies. */
const lasting = { atLeast: 10, periods: [2, 3] as const, urgency: 'ticket' as const };

export const dataAccessAlarms: readonly Omit<CountAlarmProps, 'onCall'>[] = [
  {
    ...lasting,
    name: 'AccessGrantsFailures',
    counts: [refusals('AccessGrantsUnavailable')],
    meaning:
      'Requests for data fail because S3 Access Grants does not answer, throttles, or not as expected.',
  },
  {
    ...lasting,
    name: 'IdentityCenterFailures',
    counts: [refusals('IdentityCenterUnavailable')],
    meaning:
      'Requests fail because IAM Identity Center does not exchange tokens, or the table of exchanges does not answer.',
  },
  {
    ...lasting,
    name: 'MisconfiguredLocations',
    counts: [refusals('LocationMisconfigured')],
    meaning: 'Requests for data fail because S3 Access Grants cannot assume the role of a location.',
  },
  {
    name: 'GrantsOfAccessRoles',
    counts: [refusals('GrantNotOfUser')],
    // One is a grant that is wrong, whoever met it.
    atLeast: 1,
    urgency: 'ticket',
    meaning: 'A grant was refused that is one of an access role, and would be every user’s.',
  },
];
