// The portal's alarms on counts: what it depends on, what looks like an attack, and what fails before it can count.
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import type { Gateway } from '../gateway.ts';
import { failureCodes, refusals } from './metrics.ts';

type PortalAlarm = Omit<CountAlarmProps, 'onCall'>;

/** In two of three periods, so that a passing fault which the attempts cover raises nothing. */
const lasting = { atLeast: 5, periods: [2, 3] as const, urgency: 'ticket' as const };

export const dependencyAlarms: readonly PortalAlarm[] = [
  {
    ...lasting,
    name: 'PortalStsFailures',
    counts: [refusals('StsUnavailable')],
    meaning: 'Sessions fail because STS does not answer, throttles, or refuses what the portal asks.',
  },
  {
    ...lasting,
    name: 'PortalSigningKeyFailures',
    counts: [refusals('SigningKeyUnavailable')],
    meaning: 'Sessions fail because the key in KMS does not sign.',
  },
  {
    ...lasting,
    name: 'PortalStateFailures',
    counts: [refusals('StateUnavailable')],
    meaning: 'Requests fail because the tables of sessions, sign-ins or users do not answer.',
  },
  {
    ...lasting,
    name: 'PortalConsoleFailures',
    counts: [refusals('ConsoleUnavailable')],
    meaning: 'Consoles do not open because the federation endpoint does not answer.',
  },
  {
    ...lasting,
    name: 'PortalIdentityProviderFailures',
    counts: [refusals('IdentityProviderUnavailable')],
    meaning: 'Sign-ins fail because the identity provider does not answer the portal.',
  },
  {
    name: 'PortalMetadataFailures',
    counts: ['MetadataUnavailable', 'SigningKeysOutdated', 'ClientNotAccepted'].map((code) => refusals(code)),
    // Nobody can sign in.
    atLeast: 1,
    urgency: 'page',
    meaning:
      'Nobody can sign in, because the identity provider’s metadata cannot be used, or it does not know the portal.',
  },
  {
    ...lasting,
    name: 'PortalDeadlinesExceeded',
    counts: [refusals('DeadlineExceeded')],
    meaning: 'Requests are given up because a dependency is slow.',
  },
  {
    name: 'PortalInternalErrors',
    counts: [refusals('InternalError')],
    // A fault of the code: one is one too many.
    atLeast: 1,
    urgency: 'ticket',
    meaning: 'The portal failed in a way that it has no code for.',
  },
];

export const denialAlarms: readonly PortalAlarm[] = [
  {
    name: 'ForgedSignIns',
    counts: [
      'ResponseNotSigned',
      'ResponseNotPlain',
      'SignatureInvalid',
      'SignatureNotAllowed',
      'IssuerMismatch',
      'AudienceMismatch',
      'DestinationMismatch',
      'SubjectNotConfirmed',
      'ResponseUsed',
      'CodeNotAccepted',
    ].map((code) => refusals(code)),
    // A reload of the page makes one; an identity provider that is set up wrongly makes some.
    atLeast: 10,
    urgency: 'ticket',
    meaning: 'Answers were refused that the identity provider did not give, or not to this portal.',
  },
  {
    name: 'PortalTrustMissing',
    counts: ['TrustMissing', 'IdentityProviderMissing', 'DurationAboveMaximum'].map((code) => refusals(code)),
    atLeast: 5,
    periodMinutes: 60,
    urgency: 'ticket',
    meaning: 'Target roles do not let the portal in, or not for as long as the settings say.',
  },
];

/** The portal answers every error that it can: what is left is a crash. */
export function capacityAlarms(
  handler: IFunction,
  { stage, throttled }: Pick<Gateway, 'stage' | 'throttled'>,
): readonly PortalAlarm[] {
  return [
    {
      name: 'PortalFunctionErrors',
      counts: [handler.metricErrors()],
      atLeast: 3,
      urgency: 'page',
      meaning: 'The portal’s function crashed, ran out of memory or out of time.',
    },
    {
      name: 'PortalFunctionThrottles',
      counts: [handler.metricThrottles()],
      atLeast: 5,
      urgency: 'page',
      meaning: 'Lambda refuses to run the portal’s function, for want of concurrency in the account.',
    },
    {
      name: 'PortalGatewayThrottles',
      counts: [throttled],
      // A burst by itself passes within a second.
      atLeast: 100,
      periods: [2, 3],
      urgency: 'ticket',
      meaning: 'The portal’s gateway refuses requests for being too many in all.',
    },
    {
      name: 'PortalGatewayFailures',
      counts: [stage.metricServerError()],
      less: failureCodes.map((code) => refusals(code)),
      atLeast: 10,
      periods: [2, 3],
      urgency: 'page',
      meaning: 'The portal’s gateway answers 5xx where the portal did not.',
    },
  ];
}
