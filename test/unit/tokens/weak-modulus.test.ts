// Weak moduli: factors that are small, equal, neighbours, or of a library that is known for them.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isWeakModulus } from '../../../service/tokens/weak-modulus.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const primes = Array.from({ length: 800 }, (_, index) => index + 2).filter((candidate) =>
  Array.from({ length: Math.floor(Math.sqrt(candidate)) - 1 }, (_, index) => index + 2).every(
    (divisor) => candidate % divisor !== 0,
  ),
);
const smallPrimes = primes.filter((prime) => prime <= 751).map(BigInt);
/** The product of the first 39 primes, on which the primes of ROCA are built. */
const M = smallPrimes.slice(0, 39).reduce((product, prime) => product * prime, 1n);

const random = seededRandom(26320);

/** Of so many bits, the first of them set. */
function numberOf(bits: number): bigint {
  const digits = Array.from({ length: bits / 4 }, () => Math.floor(random() * 16).toString(16));
  return BigInt(`0x${digits.join('')}`) | (1n << BigInt(bits - 1));
}

const isCoprime = (number: bigint) => smallPrimes.every((prime) => number % prime !== 0n);

/** The next number that no small prime divides. Whether it is a prime makes no difference to what is tested here. */
function coprimeFrom(start: bigint): bigint {
  let candidate = start | 1n;
  while (!isCoprime(candidate)) candidate += 2n;
  return candidate;
}

const factorOf = (bits: number) => coprimeFrom(numberOf(bits));

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let [b, e] = [base, exponent]; e > 0n; b = (b * b) % modulus, e >>= 1n)
    if (e & 1n) result = (result * b) % modulus;
  return result;
}

/** As that library makes it: k × M + 65537^a mod M. */
const rocaFactor = (a: bigint) => numberOf(800) * M + power(65537n, a, M);

function modulusOf({ n }: { readonly n?: string }): bigint {
  return BigInt(`0x${Buffer.from(n as string, 'base64url').toString('hex')}`);
}

/** a² − b², where a lies so many steps of Fermat’s above the root; undefined where a small prime divides it. */
function neighbours(a: bigint, steps: bigint): bigint | undefined {
  // The largest b for which the root of a² − b², rounded up, is a − steps.
  let [low, high] = [0n, a];
  while (low < high) {
    const b = (low + high + 1n) / 2n;
    if (a * a - b * b > (a - steps - 1n) ** 2n) low = b;
    else high = b - 1n;
  }
  const modulus = (a - low) * (a + low);
  return isCoprime(modulus) ? modulus : undefined;
}

/** Some modulus whose factors are so many steps apart. */
function neighboursBy(steps: bigint): bigint {
  for (;;) {
    const modulus = neighbours(numberOf(1024), steps);
    if (modulus !== undefined) return modulus;
  }
}

describe('a modulus is weak', () => {
  it.each(smallPrimes)('that %s divides', (prime) => {
    expect(isWeakModulus(prime * factorOf(2032))).toBe(true);
  });

  it.each([0n, 1n << 2047n])('that is %s', (modulus) => {
    expect(isWeakModulus(modulus)).toBe(true);
  });

  it.each([1n, 2n, 1_000n, 123_456_789n])('with the fingerprint of ROCA, 65537^%s', (a) => {
    expect(isWeakModulus(rocaFactor(a) * rocaFactor(a + 7n))).toBe(true);
  });

  it.each([
    [2, 1024],
    [2, 1536],
    [2, 4096],
    [3, 688],
    [3, 1024],
    [4, 512],
    [5, 416],
    [5, 1636],
    [6, 344],
  ])('that is a prime to the power of %s, of %s bits', (exponent, bits) => {
    expect(isWeakModulus(factorOf(bits) ** BigInt(exponent))).toBe(true);
  });

  it.each([1024, 1536, 2048, 4096])('whose factors of %s bits are the next ones of their kind', (bits) => {
    const p = factorOf(bits);
    expect(isWeakModulus(p * coprimeFrom(p + 2n))).toBe(true);
  });

  it.each([512n, 500n, 400n, 100n])(
    'whose factors of 1,024 bits begin with the same bits, but for %s',
    (rest) => {
      const p = factorOf(1024);
      expect(isWeakModulus(p * coprimeFrom(p + (1n << rest)))).toBe(true);
    },
  );

  it.each([0n, 1n, 42n, 99n])('that Fermat’s method factors after %s steps', (steps) => {
    expect(isWeakModulus(neighboursBy(steps))).toBe(true);
  });
});

describe('a modulus is not weak', () => {
  it.each([2048, 3072, 4096])('that OpenSSL makes, of %s bits', (modulusLength) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
    expect(isWeakModulus(modulusOf(publicKey.export({ format: 'jwk' })))).toBe(false);
  });

  it('for a factor of 757', () => {
    expect(isWeakModulus(757n * factorOf(2032))).toBe(false);
  });

  it('for being next to a square, a cube or a fifth power', () => {
    for (const [exponent, bits] of [
      [3n, 688],
      [5n, 416],
    ] as const) {
      const next = Array.from({ length: 40 }, () => factorOf(bits) ** exponent + 2n);
      expect(next.filter(isCoprime).map(isWeakModulus)).not.toContain(true);
    }
  });

  it.each([100n, 1_000n])('that Fermat’s method factors after %s steps', (steps) => {
    expect(isWeakModulus(neighboursBy(steps))).toBe(false);
  });

  it('by chance: none of some thousand is', () => {
    const candidates = Array.from({ length: 20_000 }, () => numberOf(2048) | 1n).filter(isCoprime);
    expect(candidates.length).toBeGreaterThan(1_000);
    expect(candidates.filter(isWeakModulus)).toEqual([]);
  });

  it('where it has more than 8,192 bits: such a key verifies nothing, and is not looked at', () => {
    expect(isWeakModulus(factorOf(4100) ** 2n)).toBe(false);
  });
});
