// Forgeable keys: published keys that verify a signature which anyone can write.
import type { JWK } from 'jose';

/** The primes up to 167: the least that ROCA's keys were made with. */
const smallPrimes = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
  107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

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
 * - RSA with a modulus that a small prime divides, or with the fingerprint of a library whose keys can be factored
 *   (ROCA, CVE-2017-15361);
 * - Ed25519 with a point of small order, which the Web Cryptography API wants refused:
 *   https://w3c.github.io/webcrypto/#ed25519-operations-verify
 */
export function isForgeable({ kty, crv, e, n, x }: JWK): boolean {
  if (kty === 'RSA' && typeof e === 'string' && typeof n === 'string') {
    const exponent = numberOf(Buffer.from(e, 'base64url'));
    return exponent < 3n || exponent % 2n === 0n || isFactored(numberOf(Buffer.from(n, 'base64url')));
  }
  if (kty === 'OKP' && crv === 'Ed25519' && typeof x === 'string') {
    const y = numberOf(Buffer.from(x, 'base64url').reverse()) % 2n ** 255n;
    return smallOrder.has(y % P);
  }
  return false;
}

/**
 * ROCA's primes, and so their products, are powers of 65537 modulo each small prime. A modulus that is not of their kind
 * is so by chance once in some 2^27 times: https://crocs.fi.muni.cz/public/papers/rsa_ccs17
 */
function isFactored(modulus: bigint): boolean {
  const remainders = smallPrimes.map((prime) => Number(modulus % BigInt(prime)));
  if (remainders.includes(0)) return true;
  return smallPrimes.every((prime, index) => powersOf65537(prime).has(remainders[index] as number));
}

const powers = new Map<number, ReadonlySet<number>>();

/** Modulo a prime. */
function powersOf65537(prime: number): ReadonlySet<number> {
  const known = powers.get(prime);
  if (known) return known;
  const found = new Set<number>();
  for (let power = 1; !found.has(power); power = (power * 65537) % prime) found.add(power);
  powers.set(prime, found);
  return found;
}

/** Big-endian, unsigned. */
function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x0${bytes.toString('hex')}`);
}
