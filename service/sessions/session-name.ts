// The session name: what CloudTrail shows of a session, and as what STS knows its user.
import { hash } from 'node:crypto';

const allowed = /^[\w+=,.@-]{2,64}$/;
/** What the broker's own sessions are called, and no tenant's begins with. */
export const RESERVED_SESSION_NAME = 'IAMSessionBroker';
/** Hexadecimal digits of a digest: as many as keep anybody from finding another value with the same. */
const DIGEST_LENGTH = 16;
const endsInDigest = new RegExp(`-[0-9a-f]{${DIGEST_LENGTH}}$`);

/**
 * A value as a role session name or a source identity: as it is where STS allows it as one, otherwise a readable slug of it
 * with the beginning of its SHA-256. No two values have the same.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function sessionNameOf(value: string): string {
  const isReserved = value.toLowerCase().startsWith(RESERVED_SESSION_NAME.toLowerCase());
  if (allowed.test(value) && !isReserved && !endsInDigest.test(value)) return value;
  const slug = (isReserved ? `session-${value}` : value)
    .replace(/[^\w+=,.@-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64 - DIGEST_LENGTH - 1);
  const digest = hash('sha256', value, 'hex').slice(0, DIGEST_LENGTH);
  return `${slug || 'session'}-${digest}`;
}
