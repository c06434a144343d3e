// The sealed identity context: what the table keeps of it, which only whoever has the user's token can open.
import { hash, hkdfSync, randomBytes } from 'node:crypto';
import { open, seal } from '../sealed-box.ts';

/** What an exchange gave. */
export interface IdentityContext {
  /** For STS: `ContextAssertion`. */
  readonly assertion: string;
  /** The user's id in the directory, where the answer says it. */
  readonly directoryUser: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

const SALT_BYTES = 16;

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
  return Buffer.concat([salt, seal(JSON.stringify(context), keyOf(token, salt), exchangeId)]);
}

/** Throws where the bytes are not of this token and this exchange, whole. */
export function openContext(sealed: Uint8Array, token: string, exchangeId: string): IdentityContext {
  const bytes = Buffer.from(sealed);
  const salt = bytes.subarray(0, SALT_BYTES);
  return JSON.parse(open(bytes.subarray(SALT_BYTES), keyOf(token, salt), exchangeId));
}

function keyOf(token: string, salt: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', token, salt, 'IAMSessionBroker identity context', 32));
}
