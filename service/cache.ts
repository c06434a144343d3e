// The cache policy: fresh since it was asked for, stale while its source fails, refused for a while, bounded, one load a key.
import type { Clock } from './clock.ts';
import { BrokerError } from './errors.ts';
import { FairLru } from './fair-lru.ts';

export interface CachePolicy<V> {
  /** Most entries kept; of the owner who has most, the least recently used goes first. */
  readonly max: number;
  /** Most bytes kept, by what `bytesOf` says of each value. Default: no bound. */
  readonly maxBytes?: number;
  /** Default 0. */
  readonly bytesOf?: (value: V) => number;
  /** Until when a value is served without asking its source; milliseconds since the epoch, like `askedAt`. */
  readonly freshUntil: (value: V, askedAt: number) => number;
  /** Until when a value is served while its source fails. Default: never past `freshUntil`. */
  readonly usableUntil?: (value: V, askedAt: number) => number;
  /** How long a denial is remembered from when its source was asked, in milliseconds. Default 0: not at all. */
  readonly refusedMs?: number;
  /**
   * How long a failure is remembered from when it came, where no stale value stands in, in milliseconds: a source that
   * hangs costs one request its time-out, not every one. Default 1,000.
   */
  readonly failedMs?: number;
  /** Most denials and failures remembered. Default 1,000. */
  readonly maxRefused?: number;
  /** How long a failed source is left alone while a stale value stands in for it. Default 10,000 ms. */
  readonly retryMs?: number;
}

interface Entry<V> {
  readonly value: V;
  readonly usableUntil: number;
  freshUntil: number;
}

interface Refusal {
  readonly error: unknown;
  readonly until: number;
}

/**
 * Values by key, each loaded by one call however many ask at once.
 *
 * What a source says is as old as the question: an execution environment can be frozen between the two for hours. So it
 * is dated from the beginning of its load, and who joined that load gets nothing that is no longer fresh when it ends.
 *
 * A denial (4xx) from the source ends the value it had; only a failure (anything else) lets a stale one
 * stand in.
 */
export class Cache<V extends object> {
  readonly #entries: FairLru<Entry<V>>;
  readonly #refusals: FairLru<Refusal>;
  readonly #loading = new Map<string, Promise<Entry<V>>>();

  constructor(
    private readonly policy: CachePolicy<V>,
    private readonly now: Clock,
  ) {
    this.#entries = new FairLru(policy);
    this.#refusals = new FairLru({ max: policy.maxRefused ?? 1_000 });
  }

  /** The value while it is fresh; never asks the source. */
  fresh(key: string): V | undefined {
    const entry = this.#entries.get(key);
    return entry && this.now() < entry.freshUntil ? entry.value : undefined;
  }

  /**
   * The value, from the cache or from `load`. Rejects with what `load` rejects with.
   *
   * @param owner whose share of the cache the value takes up; by default all have one in common
   */
  async get(key: string, load: () => Promise<V>, owner = ''): Promise<V> {
    const value = this.fresh(key);
    if (value !== undefined) return value;
    const refusal = this.#refusals.get(key);
    if (refusal && this.now() < refusal.until) throw refusal.error;
    return this.refresh(key, load, owner);
  }

  /** Loads whatever is cached, joining a load of this key that is under way. */
  async refresh(key: string, load: () => Promise<V>, owner = ''): Promise<V> {
    const underWay = this.#loading.get(key);
    if (!underWay) return (await this.#begin(key, load, owner)).value;
    const joined = await underWay;
    if (this.now() < joined.freshUntil) return joined.value;
    // Whichever load is under way now began after this call.
    return (await (this.#loading.get(key) ?? this.#begin(key, load, owner))).value;
  }

  /** Drops the value, the refusal, and the outcome of a load that is under way. */
  forget(key: string): void {
    this.#entries.delete(key);
    this.#refusals.delete(key);
    this.#loading.delete(key);
  }

  /** Whether a load of this key is under way, which `refresh` would join. */
  isLoading(key: string): boolean {
    return this.#loading.has(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  #begin(key: string, load: () => Promise<V>, owner: string): Promise<Entry<V>> {
    const isCurrent = () => this.#loading.get(key) === loading;
    const loading: Promise<Entry<V>> = this.#load(key, load, owner, isCurrent).finally(() => {
      if (isCurrent()) this.#loading.delete(key);
    });
    this.#loading.set(key, loading);
    return loading;
  }

  async #load(
    key: string,
    load: () => Promise<V>,
    owner: string,
    isCurrent: () => boolean,
  ): Promise<Entry<V>> {
    const askedAt = this.now();
    try {
      const entry = this.#entryOf(await load(), askedAt);
      if (isCurrent()) this.#store(key, entry, owner);
      return entry;
    } catch (error) {
      if (error instanceof BrokerError && error.isDenial) {
        if (isCurrent()) {
          this.#entries.delete(key);
          this.#remember(key, error, askedAt + (this.policy.refusedMs ?? 0), owner);
        }
        throw error;
      }
      const stale = this.#entries.get(key);
      if (!stale || this.now() >= stale.usableUntil) {
        if (isCurrent()) this.#remember(key, error, this.now() + (this.policy.failedMs ?? 1_000), owner);
        throw error;
      }
      if (isCurrent()) {
        const retryAt = Math.min(stale.usableUntil, this.now() + (this.policy.retryMs ?? 10_000));
        stale.freshUntil = Math.max(stale.freshUntil, retryAt);
      }
      return stale;
    }
  }

  #entryOf(value: V, askedAt: number): Entry<V> {
    const freshUntil = this.policy.freshUntil(value, askedAt);
    return { value, freshUntil, usableUntil: this.policy.usableUntil?.(value, askedAt) ?? freshUntil };
  }

  #store(key: string, entry: Entry<V>, owner: string): void {
    this.#refusals.delete(key);
    this.#entries.set(key, entry, owner, this.policy.bytesOf?.(entry.value) ?? 0);
  }

  #remember(key: string, error: unknown, until: number, owner: string): void {
    if (until > this.now()) this.#refusals.set(key, { error, until }, owner, 0);
  }
}
