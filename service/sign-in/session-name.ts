// The session name: what STS, the console and CloudTrail call a user.
import { hash } from 'node:crypto';

const allowed = /^[\w+=,.@-]{2,64}$/;
/** Hexadecimal digits of a digest: as many as keep anybody from finding another id with the same. */
const DIGEST_LENGTH = 16;
const endsInDigest = new RegExp(`-[0-9a-f]{${DIGEST_LENGTH}}$`);

/**
 * A user's id as RoleSessionName and SourceIdentity: as it is where STS allows it as one, and otherwise (`#EXT#`, spaces,
 * other alphabets, too long or short, or already of this form) readable characters of it with the beginning of its
 * SHA-256. No two ids have the same.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
export function sessionNameOf(userId: string): string {
  if (allowed.test(userId) && !endsInDigest.test(userId)) return userId;
  const readable = userId.replace(/[^\w+=,.@-]+/g, '-').slice(0, 64 - DIGEST_LENGTH - 1);
  // As UTF-16: in UTF-8 all lone surrogates are the same.
  const digest = hash('sha256', Buffer.from(userId, 'utf16le'), 'hex').slice(0, DIGEST_LENGTH);
  return `${readable}-${digest}`;
}
