// Forgeable keys: those whose private half can be worked out.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isForgeable } from '../../../service/tokens/forgeable-key.ts';

const encode = (number: bigint) =>
  Buffer.from(number.toString(16).padStart(512, '0'), 'hex').toString('base64url');
const rsa = (n: bigint, e = 'AQAB') => ({ kty: 'RSA', n: encode(n), e });
/** 2,048 bits, of which the first and the last are set. */
const odd = () => BigInt(`0x${randomBytes(256).toString('hex')}`) | (1n << 2047n) | 1n;

/** The product of the first 39 primes, on which the primes of the faulty library are built. */
const M = [
  2n,
  3n,
  5n,
  7n,
  11n,
  13n,
  17n,
  19n,
  23n,
  29n,
  31n,
  37n,
  41n,
  43n,
  47n,
  53n,
  59n,
  61n,
  67n,
  71n,
  73n,
  79n,
  83n,
  89n,
  97n,
  101n,
  103n,
  107n,
  109n,
  113n,
  127n,
  131n,
  137n,
  139n,
  149n,
  151n,
  157n,
  163n,
  167n,
].reduce((product, prime) => product * prime, 1n);

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [base, exponent]; e > 0n; b = (b * b) % modulus, e >>= 1n)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

/** As the library makes it: k × M + 65537^a mod M; whether it is prime makes no difference here. */
const factor = (a: bigint) => BigInt(`0x${randomBytes(100).toString('hex')}`) * M + power(65537n, a, M);

describe('an RSA key', () => {
  it.each([1n, 2n, 1_000n, 123_456_789n])('with the fingerprint of ROCA, 65537^%s, is forgeable', (a) => {
    expect(isForgeable(rsa(factor(a) * factor(a + 7n)))).toBe(true);
  });

  it('that OpenSSL makes is none of that kind, nor is a number without small factors', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(isForgeable({ ...publicKey.export({ format: 'jwk' }), kty: 'RSA' })).toBe(false);
    const candidates = Array.from({ length: 20_000 }, odd).filter((n) => gcd(n, M) === 1n);
    expect(candidates.length).toBeGreaterThan(1_000);
    expect(candidates.filter((n) => isForgeable(rsa(n)))).toEqual([]);
  });

  it.each([2n, 3n, 97n, 167n])('whose modulus %s divides is forgeable', (prime) => {
    const rest = odd() >> 16n;
    expect(isForgeable(rsa(rest * prime))).toBe(true);
  });

  it.each(['AQ', 'AA', 'Ag', ''])('with the exponent %j is forgeable', (e) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    expect(isForgeable({ ...publicKey.export({ format: 'jwk' }), kty: 'RSA', e })).toBe(true);
  });
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
