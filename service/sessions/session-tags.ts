// Session tags, session name and source identity: how verified claims reach IAM.
import { BrokerError } from '../errors.ts';
import type { Registration } from '../registrations/registration.ts';
import { findValueProblem } from '../session-tag-value.ts';
import { NOTHING, NoText } from '../tokens/claim-forms.ts';
import type { VerifiedClaims, VerifiedToken } from '../tokens/token-verifier.ts';

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

/** Session tags as they are answered: key → value. */
export type TagValues = Readonly<Record<string, string>>;

/** Whose a session is. */
export interface SessionSubject {
  /** The tenant's tag first. */
  readonly tags: readonly SessionTag[];
  /** As the claim has it; the tenant's name where absent. */
  readonly sessionName?: string;
  /** As the claim has it. */
  readonly sourceIdentity?: string;
}

type TenantToken = Pick<VerifiedToken, 'claims' | 'sessionTagValue'>;

/**
 * What a verified token says of the session, by its registration.
 *
 * @throws BrokerError ClaimMissing, ClaimNotAllowed
 */
export function sessionSubjectOf(token: TenantToken, registration: Registration): SessionSubject {
  const { sessionNameClaim, sourceIdentityClaim } = registration;
  return {
    tags: sessionTagsOf(token, registration),
    ...(sessionNameClaim !== undefined && { sessionName: nameOf(token.claims, sessionNameClaim) }),
    ...(sourceIdentityClaim !== undefined && { sourceIdentity: nameOf(token.claims, sourceIdentityClaim) }),
  };
}

/**
 * The session tags of a verified token, the registration's `SessionTagKey` first. Values are the claims,
 * unaltered, or what is bound to the token's issuer.
 *
 * @throws BrokerError ClaimMissing, ClaimNotAllowed
 */
export function sessionTagsOf(token: TenantToken, registration: Registration): SessionTag[] {
  const tags = [{ key: registration.sessionTagKey, value: tenantOf(token, registration) }];
  for (const { key, claim, isOptional } of registration.sessionTags) {
    if (isOptional && isAbsent(token.claims, claim)) continue;
    tags.push({ key, value: tagValueOf(token.claims, claim, registration) });
  }
  return tags;
}

/** A tag key `__proto__` becomes a property like any other. */
export function tagValuesOf(tags: readonly SessionTag[]): TagValues {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/** A tenant that is bound to an issuer is no other issuer's to name. */
function tenantOf({ claims, sessionTagValue }: TenantToken, registration: Registration): string {
  if (sessionTagValue !== undefined) return sessionTagValue;
  const { jwtClaimName = '', issuers } = registration;
  const value = tagValueOf(claims, jwtClaimName, registration);
  if (!issuers.some((issuer) => issuer.sessionTagValue === value)) return value;
  throw new BrokerError(
    'ClaimNotAllowed',
    `the claim ${jwtClaimName} names a tenant that is another issuer’s, by its SessionTagValue`,
  );
}

function tagValueOf(
  claims: VerifiedClaims,
  claim: string,
  { sessionTagValues }: Pick<Registration, 'sessionTagValues'>,
): string {
  const value = textOf(claims, claim);
  const problem = findValueProblem(value, sessionTagValues);
  if (problem) throw new BrokerError('ClaimNotAllowed', `the claim ${claim} ${problem}`);
  return value;
}

/** What becomes part of a name is spelled as one later: see session-name.ts. */
function nameOf(claims: VerifiedClaims, claim: string): string {
  const value = textOf(claims, claim);
  // Halves of surrogate pairs that stand alone are no characters: in UTF-8 they would all be the same.
  if (value.length >= 1 && value.length <= 256 && !/\p{Cs}/u.test(value)) return value;
  throw new BrokerError('ClaimNotAllowed', `the claim ${claim} must be 1–256 characters`);
}

function isAbsent(claims: VerifiedClaims, claim: string): boolean {
  return !Object.hasOwn(claims, claim) || claims[claim] === NOTHING;
}

function textOf(claims: VerifiedClaims, claim: string): string {
  if (!Object.hasOwn(claims, claim)) {
    throw new BrokerError('ClaimMissing', `the token has no claim ${claim}`);
  }
  const value = claims[claim];
  if (typeof value === 'string') return value;
  const form = value instanceof NoText ? value.missing : undefined;
  throw new BrokerError(
    'ClaimNotAllowed',
    `the claim ${claim} must be a string${form ? `; ClaimForms: ${form} lets it be what it is` : ''}`,
  );
}
