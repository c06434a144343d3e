// The backoff: how long an environment that the shared bucket refused leaves it alone.

/** Most requests that are let pass. */
const MOST_PASSES = 64;
/** Longest time in which so many must come, in milliseconds. */
const LONGEST_MS = 30_000;
const FACTOR = 4;

/**
 * Counts in requests, because what a refusal costs the table is to be compared with the requests that it
 * answers: four times as many pass after each refusal, a quarter when there was plenty. Environments that are
 * called often come back soon, and those that are called seldom leave the bucket to them.
 *
 * It ends early when so many requests should have come by now: then the flood is over.
 */
export class Backoff {
  #passes = 0;
  #left = 0;
  #until = 0;
  #gapMs = 0;

  /** @param random 0 to 1, exclusive: keeps the environments from coming back together */
  constructor(private readonly random: () => number) {}

  /** Whether the environment was refused lately, and the bucket has not been found well filled since. */
  get isActive(): boolean {
    return this.#passes > 0;
  }

  /** Whether the bucket is left alone. */
  holds(now: number): boolean {
    return this.#left > 0 && now < this.#until;
  }

  /** Lets a request pass. */
  pass(): void {
    this.#left -= 1;
  }

  /** @param gapMs between the environment's requests, at the pace of late */
  refused(now: number, gapMs: number): void {
    this.#passes = Math.min(MOST_PASSES, Math.max(1, this.#passes * FACTOR));
    this.#gapMs = gapMs;
    this.#start(now);
  }

  /** @param fill how full the bucket was: 1, full; 2, rested */
  granted(now: number, fill: number): void {
    this.found(fill);
    if (fill > 0.75) {
      this.#passes = Math.floor(this.#passes / FACTOR);
      this.#left = 0;
    } else this.#start(now);
  }

  /** Forgets every refusal where the bucket is nearly rested: then nobody floods. As {@link granted}. */
  found(fill: number): void {
    if (fill < 1.75) return;
    this.#passes = 0;
    this.#left = 0;
  }

  #start(now: number): void {
    this.#left = this.#passes * (0.5 + this.random());
    this.#until = now + Math.min(LONGEST_MS, this.#left * this.#gapMs);
  }
}
