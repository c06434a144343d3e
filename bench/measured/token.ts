// A token taken apart for verifying its signature by hand: one bare RS256 verification, the unit of the figures.
import { createPublicKey, verify } from 'node:crypto';
import type { TokenKey } from '../support/tokens.ts';

/** Verifies this token's signature, and nothing else, with `crypto.verify`. */
export function bareVerification(token: string, key: TokenKey): () => void {
  const publicKey = createPublicKey(key.publicKeyPem);
  const { signed, signature } = signatureOf(token);
  return () => {
    if (!verify('RSA-SHA256', signed, publicKey, signature)) throw new Error('not verified');
  };
}

export function signatureOf(token: string): { signed: Buffer; signature: Buffer } {
  const end = token.lastIndexOf('.');
  return {
    signed: Buffer.from(token.slice(0, end)),
    signature: Buffer.from(token.slice(end + 1), 'base64url'),
  };
}

/** The items one after the other, each once. */
export function takeFrom<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => {
    const item = items[next];
    next += 1;
    if (item === undefined) throw new Error('nothing left: more runs than were prepared for');
    return item;
  };
}
