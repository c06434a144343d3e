// The registration rules: what the deployment asks of every registration, when it is written and whenever it is used.
import type { Caller } from '../caller.ts';
import { BrokerError } from '../errors.ts';
import { fieldOfIssuer } from '../registrations/problems.ts';
import type { Registration } from '../registrations/registration.ts';
import { jwksUrlFieldsOf, requireRecordable } from '../registrations/registration-bounds.ts';
import type { StoredRegistration, TrustReport } from '../registrations/stored-registration.ts';
import { howToPin } from '../registrations/warnings.ts';
import { findJwksUrlProblem } from '../tokens/jwks-url.ts';

export interface RegistrationRules {
  readonly jwksHosts: readonly string[];
  readonly requirePinnedTrust: boolean;
  readonly requireIssuer: boolean;
  readonly requireAudience: boolean;
  /** Role names that alone may write registrations; empty: every application its own. */
  readonly registrars: readonly string[];
  /** Absent: the deployment has no data access. */
  readonly dataAccess?: DataAccessRules;
}

export interface DataAccessRules {
  /** Names of the applications that have one in IAM Identity Center. */
  readonly identityCenterApplications: readonly string[];
}

/** Of one that is to be written. @throws BrokerError InvalidRequest, naming the field */
export function requireWritable(
  registration: Registration,
  { applicationName }: Pick<Caller, 'applicationName'>,
  rules: RegistrationRules,
): void {
  requireRecordable(registration);
  for (const [jwksUrl, field] of jwksUrlFieldsOf(registration)) {
    const problem = findJwksUrlProblem(jwksUrl, rules.jwksHosts);
    if (problem) throw new BrokerError('InvalidRequest', `${field}: ${problem}`);
  }
  const missing = missingFrom(registration, rules);
  if (missing) throw new BrokerError('InvalidRequest', `${missing}: is required by this deployment`);
  const problem = findDataAccessProblem(registration, applicationName, rules);
  if (problem) throw new BrokerError('InvalidRequest', problem);
}

/**
 * Of one that is used: what was registered before the deployment asked for more is served no longer.
 *
 * @throws BrokerError TrustNotPinned, RegistrationNotAllowed
 */
export function requireUsable(registration: StoredRegistration, rules: RegistrationRules): void {
  requirePinned(registration, registration, registration, rules);
  const problem = findDataAccessProblem(registration, registration.applicationName, rules);
  if (problem) throw new BrokerError('RegistrationNotAllowed', problem);
  const missing = missingFrom(registration, rules);
  if (missing === undefined) return;
  throw new BrokerError(
    'RegistrationNotAllowed',
    `this deployment requires ${missing} of every registration: add it with PUT /applications`,
  );
}

/** @throws BrokerError TrustNotPinned */
export function requirePinned(
  { trust }: Pick<TrustReport, 'trust'>,
  { accessRoleName }: Pick<Registration, 'accessRoleName'>,
  { applicationName }: Pick<Caller, 'applicationName'>,
  { requirePinnedTrust }: RegistrationRules,
): void {
  if (!requirePinnedTrust || trust === 'Pinned') return;
  throw new BrokerError(
    'TrustNotPinned',
    `${howToPin(accessRoleName, applicationName)} Where it is registered, PUT the registration again.`,
  );
}

function missingFrom(
  registration: Registration,
  { requireIssuer, requireAudience }: RegistrationRules,
): string | undefined {
  for (const [index, { issuer, audience }] of registration.issuers.entries()) {
    if (requireIssuer && issuer === undefined) return fieldOfIssuer(registration, index, 'Issuer');
    if (requireAudience && audience === undefined) return fieldOfIssuer(registration, index, 'Audience');
  }
  return undefined;
}

/**
 * Whether the deployment has what the registration asks for. Where it has not, nothing is issued: the session of the same role
 * would reach more, without the user's identity, or with leave to ask for any tenant's data.
 */
function findDataAccessProblem(
  { dataAccess }: Registration,
  applicationName: string,
  rules: RegistrationRules,
): string | undefined {
  if (dataAccess === undefined) return undefined;
  const { accessMode, accessGrants } = dataAccess;
  if (accessGrants !== undefined && rules.dataAccess === undefined) {
    return 'AccessGrants: this deployment has no data access';
  }
  if (accessMode !== 'IdentityContext') return undefined;
  if (rules.dataAccess?.identityCenterApplications.includes(applicationName)) return undefined;
  return `AccessMode: this deployment names no application of IAM Identity Center for ${applicationName}`;
}
