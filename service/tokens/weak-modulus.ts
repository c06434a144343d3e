// Weak moduli: those of RSA keys that can be factored, however long they are.

/** Bits. Longer keys verify nothing (signature.ts), and taking their roots costs too much. */
const LONGEST = 8192;
/** NIST SP 800-89, section 5.3.3: no prime up to here divides a modulus. */
const LARGEST_SMALL_PRIME = 751;
/** ROCA's keys were made with the primes up to here. */
const LARGEST_ROCA_PRIME = 167;
/** Many times what the keys of the libraries at fault take: https://fermatattack.secvuln.info */
const FERMAT_STEPS = 100;
/** A generator that draws one prime again and again makes no others: OpenSSL knows keys of up to five primes. */
const EXPONENTS = [2, 3, 5] as const;
/** Of the small primes, those that are asked first whether a number can be a power: by chance few are, by all of them. */
const POWER_TESTS = 30;

/** Small primes, and their product, which a double holds: a modulus is divided by the product, and only the rest by each. */
interface Block {
  readonly product: bigint;
  readonly primes: readonly number[];
}

interface Tables {
  readonly primes: readonly number[];
  readonly blocks: readonly Block[];
  /** Of all primes. */
  readonly product: bigint;
  /** By index of the prime, as far as ROCA goes: the powers of 65537. */
  readonly powersOf65537: readonly ReadonlySet<number>[];
  /** By exponent, then by index of the prime: the squares, the cubes, … */
  readonly powers: ReadonlyMap<number, readonly ReadonlySet<number>[]>;
}

/** Made with the first RSA key, and not while the function starts. */
let made: Tables | undefined;

/**
 * Whether the modulus of an RSA key can be factored with next to no work:
 * - a prime up to 751 divides it;
 * - it has the fingerprint of a library whose keys can be factored (ROCA, CVE-2017-15361);
 * - it is a square, a cube or a fifth power: the same prime was drawn again;
 * - its two factors are neighbours, as those of some devices are (CVE-2022-26320).
 *
 * @param modulus not looked at where it has more than 8,192 bits
 */
export function isWeakModulus(modulus: bigint): boolean {
  if (bitsOf(modulus) > LONGEST) return false;
  made ??= makeTables();
  const { powersOf65537 } = made;
  const remainders = remaindersOf(modulus, made);
  return (
    remainders.includes(0) ||
    powersOf65537.every((powers, index) => powers.has(remainders[index] as number)) ||
    EXPONENTS.some((exponent) => isPower(modulus, exponent, remainders, made as Tables)) ||
    hasNeighbouringFactors(modulus, remainders, made)
  );
}

function isPower(
  number: bigint,
  exponent: number,
  remainders: readonly number[],
  { powers }: Pick<Tables, 'powers'>,
): boolean {
  const mayBe = powers.get(exponent)?.every((ofPrime, index) => ofPrime.has(remainders[index] as number));
  return mayBe === true && rootOf(number, exponent) ** BigInt(exponent) === number;
}

/**
 * Fermat’s factorization: modulus = a² − b² = (a − b)(a + b), where a is tried upwards from the root. Whether there is a b
 * is asked of remainders, which are numbers, and only then of integers of hundreds of digits.
 */
function hasNeighbouringFactors(modulus: bigint, remainders: readonly number[], tables: Tables): boolean {
  const root = rootOf(modulus, 2);
  const first = root * root < modulus ? root + 1n : root;
  const firstRemainders = remaindersOf(first, tables);
  const squares = tables.powers.get(2) ?? [];
  for (let step = 0; step < FERMAT_STEPS; step += 1) {
    const mayBe = squares.every((ofPrime, index) => {
      const a = (firstRemainders[index] as number) + step;
      const prime = tables.primes[index] as number;
      return ofPrime.has((a * a + prime - (remainders[index] as number)) % prime);
    });
    if (!mayBe) continue;
    const square = (first + BigInt(step)) ** 2n - modulus;
    if (rootOf(square, 2) ** 2n === square) return true;
  }
  return false;
}

/** Within 1 of the root, and exact where that is whole. By Newton’s method, from the root of the first half of the digits. */
function rootOf(radicand: bigint, exponent: number): bigint {
  const bits = bitsOf(radicand) / exponent;
  // Beyond that, the power of a double is no longer within 1.
  if (bits <= 40) return BigInt(Math.round(Number(radicand) ** (1 / exponent)));
  const shift = Math.floor((bits - 8) / 2);
  const above = (rootOf(radicand >> BigInt(shift * exponent), exponent) + 2n) << BigInt(shift);
  const less = BigInt(exponent - 1);
  return (less * above + radicand / above ** less) / BigInt(exponent);
}

/** Up to 3 more than there are. */
function bitsOf(number: bigint): number {
  return number.toString(16).length * 4;
}

/** Modulo each prime. */
function remaindersOf(number: bigint, { product, blocks }: Pick<Tables, 'product' | 'blocks'>): number[] {
  const reduced = number % product;
  const remainders: number[] = [];
  for (const block of blocks) {
    const remainder = Number(reduced % block.product);
    for (const prime of block.primes) remainders.push(remainder % prime);
  }
  return remainders;
}

function makeTables(): Tables {
  const primes = primesUpTo(LARGEST_SMALL_PRIME);
  const blocks = blocksOf(primes);
  const first = primes.slice(0, POWER_TESTS);
  return {
    primes,
    blocks,
    product: blocks.reduce((product, block) => product * block.product, 1n),
    powersOf65537: primes.filter((prime) => prime <= LARGEST_ROCA_PRIME).map(powersOf65537),
    powers: new Map(EXPONENTS.map((exponent) => [exponent, first.map((prime) => powersOf(exponent, prime))])),
  };
}

/** By the sieve of Eratosthenes. */
function primesUpTo(largest: number): number[] {
  const isComposite: boolean[] = [];
  const primes: number[] = [];
  for (let candidate = 2; candidate <= largest; candidate += 1) {
    if (isComposite[candidate]) continue;
    primes.push(candidate);
    for (let multiple = candidate * candidate; multiple <= largest; multiple += candidate) {
      isComposite[multiple] = true;
    }
  }
  return primes;
}

function blocksOf(primes: readonly number[]): Block[] {
  const blocks: Block[] = [];
  let product = 1;
  let block: number[] = [];
  for (const prime of primes) {
    if (product * prime > Number.MAX_SAFE_INTEGER) {
      blocks.push({ product: BigInt(product), primes: block });
      product = 1;
      block = [];
    }
    product *= prime;
    block.push(prime);
  }
  return [...blocks, { product: BigInt(product), primes: block }];
}

/**
 * Modulo a prime. The primes of ROCA are such powers modulo each small prime, and so are their products. A modulus that is
 * not of their kind is so by chance once in some 2^27 times: https://crocs.fi.muni.cz/public/papers/rsa_ccs17
 */
function powersOf65537(prime: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (let power = 1; !found.has(power); power = (power * 65537) % prime) found.add(power);
  return found;
}

/** Of all numbers, modulo a prime. */
function powersOf(exponent: number, prime: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (let base = 0; base < prime; base += 1) found.add(base ** exponent % prime);
  return found;
}
