// The sealed identity context: what the table keeps of it, which only whoever has the user's token can open.
import { createCipheriv, createDecipheriv, hash, hkdfSync, randomBytes } from 'node:crypto';

/** What an exchange gave. */
export interface IdentityContext {
  /** For STS: `ContextAssertion`. */
  readonly assertion: string;
  /** The user's id in the directory, where the answer says it. */
  readonly directoryUser: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const ALGORITHM = 'aes-256-gcm';
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What the table knows the exchange of a token by. */
export function exchangeIdOf(token: string, applicationArn: string): string {
  return hash('sha256', JSON.stringify([applicationArn, token]), 'base64url');
}

/**
 * A key of its own for every exchange, derived from the token (RFC 5869), whose signature nobody can guess; the exchange's id
 * is bound to it as associated data.
 */
export function sealContext(context: IdentityContext, token: string, exchangeId: string): Uint8Array {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, keyOf(token, salt), nonce).setAAD(Buffer.from(exchangeId));
  const text = Buffer.concat([cipher.update(JSON.stringify(context), 'utf8'), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), text]);
}

/** Throws where the bytes are not of this token and this exchange, whole. */
export function openContext(sealed: Uint8Array, token: string, exchangeId: string): IdentityContext {
  const bytes = Buffer.from(sealed);
  const salt = bytes.subarray(0, SALT_BYTES);
  const nonce = bytes.subarray(SALT_BYTES, SALT_BYTES + NONCE_BYTES);
  const tag = bytes.subarray(SALT_BYTES + NONCE_BYTES, SALT_BYTES + NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, keyOf(token, salt), nonce, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(exchangeId))
    .setAuthTag(tag);
  const text = decipher.update(bytes.subarray(SALT_BYTES + NONCE_BYTES + TAG_BYTES), undefined, 'utf8');
  return JSON.parse(text + decipher.final('utf8'));
}

function keyOf(token: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', token, salt, 'IAMSessionBroker identity context', 32));
}
