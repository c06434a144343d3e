// Alarms on denials that look like an attack, or like an application that does harm to itself.
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import { refusals } from './metrics.ts';

export const denialAlarms: readonly Omit<CountAlarmProps, 'onCall'>[] = [
  {
    name: 'ForgedTokens',
    counts: [refusals('TokenSignatureInvalid'), refusals('TokenAlgorithmNotAllowed')],
    // No honest application sends even one; ten are not a developer's slip.
    atLeast: 10,
    urgency: 'ticket',
    meaning: 'Tokens were refused whose signature is wrong or whose algorithm is not allowed.',
  },
  {
    name: 'UnknownKeys',
    counts: [refusals('TokenKeyNotFound')],
    // Issuers that change their keys make a few of these.
    atLeast: 50,
    periods: [2, 3],
    urgency: 'ticket',
    meaning: 'Tokens were refused that name keys which their issuer does not have.',
  },
  {
    name: 'TakeoverConflicts',
    counts: [
      refusals('AccessRoleClaimed'),
      refusals('ApplicationRoleRecreated'),
      refusals('AccessRoleRecreated'),
      refusals('NotARegistrar'),
    ],
    atLeast: 1,
    urgency: 'ticket',
    meaning: 'A role asked for an access role or a registration that belongs to another, or does so by now.',
  },
  {
    name: 'UnpinnedTrust',
    counts: [refusals('TrustNotPinned')],
    // A team that sets its role up needs an attempt or two.
    atLeast: 5,
    periodMinutes: 60,
    urgency: 'ticket',
    meaning: 'Access roles were refused whose trust policies do not ask for the external id.',
  },
  {
    name: 'ForeignCallers',
    counts: [refusals('CallerNotAllowed')],
    atLeast: 10,
    urgency: 'ticket',
    meaning: 'Callers were refused that are not roles of this account.',
  },
  {
    name: 'UsagePlansExceeded',
    counts: [refusals('TooManyRequests')],
    atLeast: 1_000,
    periods: [3, 3],
    urgency: 'ticket',
    meaning: 'An application has sent more than its usage plan allows for a quarter of an hour.',
  },
];
