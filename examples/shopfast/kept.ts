// What is kept of browsers, on the server: behind an id that says nothing, for a while, and of so many at most.
import { randomBytes } from 'node:crypto';

interface Kept<T> {
  readonly value: T;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

export class KeptByBrowser<T> {
  readonly #kept = new Map<string, Kept<T>>();

  /** @param max of more, the oldest are forgotten */
  constructor(
    private readonly now: () => number,
    private readonly max = 10_000,
  ) {}

  /** @returns the id: 256 random bits */
  keep(value: T, endsAt: number): string {
    for (const [id, { endsAt: end }] of this.#kept) if (end <= this.now()) this.#kept.delete(id);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= this.max && oldest !== undefined) this.#kept.delete(oldest);
    const id = randomBytes(32).toString('base64url');
    this.#kept.set(id, { value, endsAt });
    return id;
  }

  get(id: string | undefined): T | undefined {
    const kept = id === undefined ? undefined : this.#kept.get(id);
    return kept && kept.endsAt > this.now() ? kept.value : undefined;
  }

  /** Once: it is forgotten. */
  take(id: string | undefined): T | undefined {
    const value = this.get(id);
    if (id !== undefined) this.#kept.delete(id);
    return value;
  }
}
