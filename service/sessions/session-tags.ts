// Session tags and the session name: how a verified claim reaches IAM.
import { hash } from 'node:crypto';
import { BrokerError } from '../errors.ts';
import type { Registration } from '../registrations/registration.ts';
import type { VerifiedClaims } from '../tokens/token-verifier.ts';

export interface SessionTag {
  readonly key: string;
  readonly value: string;
}

/** What cannot be mistaken for a wildcard, a path, a blank or the next part of an ARN in any policy: ASCII only. */
const strictValue = /^[A-Za-z0-9][A-Za-z0-9_.=+@-]{0,255}$/;
/** All that STS allows (https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html) but the empty value. */
const anyValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u;

/**
 * The session tags of a verified token, the registration's `SessionTagKey` first. Values are the claims,
 * unaltered.
 *
 * @throws BrokerError ClaimMissing, ClaimNotAllowed
 */
export function sessionTagsOf(claims: VerifiedClaims, registration: Registration): SessionTag[] {
  return [[registration.sessionTagKey, registration.jwtClaimName] as const, ...registration.sessionTags].map(
    ([key, claimName]) => ({ key, value: tagValueOf(claims, claimName, registration.sessionTagValues) }),
  );
}

function tagValueOf(
  claims: VerifiedClaims,
  claimName: string,
  values: Registration['sessionTagValues'],
): string {
  if (!Object.hasOwn(claims, claimName)) {
    throw new BrokerError('ClaimMissing', `the token has no claim ${claimName}`);
  }
  const value = claims[claimName];
  if (typeof value !== 'string') {
    throw new BrokerError('ClaimNotAllowed', `the claim ${claimName} must be a string`);
  }
  if (values === 'Strict' && !strictValue.test(value)) {
    throw new BrokerError(
      'ClaimNotAllowed',
      `the claim ${claimName} must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit` +
        (anyValue.test(value) ? '; SessionTagValues: Any allows all that STS does' : ''),
    );
  }
  if (!anyValue.test(value)) {
    throw new BrokerError(
      'ClaimNotAllowed',
      `the claim ${claimName} must be 1–256 letters, digits, spaces or _.:/=+-@`,
    );
  }
  return value;
}

const sessionName = /^[\w+=,.@-]{2,64}$/;
/** What the broker's own sessions are called, and no tenant's begins with. */
export const RESERVED_SESSION_NAME = 'IAMSessionBroker';
/** Hexadecimal digits of a digest: as many as keep anybody from finding another value with the same. */
const DIGEST_LENGTH = 16;
const endsInDigest = new RegExp(`-[0-9a-f]{${DIGEST_LENGTH}}$`);

/**
 * The role session name, which CloudTrail shows: the value where STS allows it as one, otherwise a readable slug
 * of it with the beginning of its SHA-256. No two values have the same.
 */
export function sessionNameOf(value: string): string {
  const isReserved = value.toLowerCase().startsWith(RESERVED_SESSION_NAME.toLowerCase());
  if (sessionName.test(value) && !isReserved && !endsInDigest.test(value)) return value;
  const slug = (isReserved ? `session-${value}` : value)
    .replace(/[^\w+=,.@-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64 - DIGEST_LENGTH - 1);
  const digest = hash('sha256', value, 'hex').slice(0, DIGEST_LENGTH);
  return `${slug || 'session'}-${digest}`;
}
