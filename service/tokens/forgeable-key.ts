// Forgeable keys: published keys that verify a signature which anyone can write.
import type { JWK } from 'jose';
import { isWeakModulus } from './weak-modulus.ts';

/** The prime of Ed25519’s field (RFC 8032, section 5.1). */
const P = 2n ** 255n - 19n;
/** y of the points of order 8. */
const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** y of every point of order 1, 2, 4 and 8. */
const smallOrder = new Set([1n, P - 1n, 0n, Y8, P - Y8]);

/**
 * Whether a JWK is no key at all, mathematically, though neither jose nor OpenSSL refuses it:
 * - RSA with an exponent that is even or less than 3 (RFC 8017, section 3.1): with 1, the signature is the
 *   padded digest itself;
 * - RSA with a modulus that can be factored: {@link isWeakModulus};
 * - Ed25519 with a point of small order, which the Web Cryptography API wants refused:
 *   https://w3c.github.io/webcrypto/#ed25519-operations-verify
 */
export function isForgeable({ kty, crv, e, n, x }: JWK): boolean {
  if (kty === 'RSA' && typeof e === 'string' && typeof n === 'string') {
    const exponent = numberOf(Buffer.from(e, 'base64url'));
    return exponent < 3n || exponent % 2n === 0n || isWeakModulus(numberOf(Buffer.from(n, 'base64url')));
  }
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string') {
    const y = numberOf(Buffer.from(x, 'base64url').reverse()) % 2n ** 255n;
    return smallOrder.has(y % P);
  }
  return false;
}

/** Big-endian, unsigned. */
function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`);
}
