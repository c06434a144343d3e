// A bounded map that its owners share fairly: whoever takes up most gives way, by what it has not used for longest.

interface Entry<V> {
  readonly value: V;
  readonly bytes: number;
  readonly share: Share<V>;
}

/** What one owner has, the least recently used first. */
class Share<V> {
  readonly entries = new Map<string, Entry<V>>();
  bytes = 0;

  constructor(readonly owner: string) {}
}

export interface FairLruBounds {
  /** Most entries. */
  readonly max: number;
  /** Most bytes, by what `set` is told of each. Default: no bound. */
  readonly maxBytes?: number;
}

/**
 * Holds at most `max` entries and `maxBytes`. What is over is taken from the owner who has the most of what is short, so
 * that an owner who has no more than its even share loses nothing, whatever the others do.
 *
 * Getting costs two operations on a map; setting costs a look at each owner, and only when something must go.
 */
export class FairLru<V> {
  readonly #entries = new Map<string, Entry<V>>();
  readonly #shares = new Map<string, Share<V>>();
  readonly #max: number;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor({ max, maxBytes = Number.POSITIVE_INFINITY }: FairLruBounds) {
    this.#max = max;
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The value, which is thereby the most recently used of its owner's. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const { entries } = entry.share;
    entries.delete(key);
    entries.set(key, entry);
    return entry.value;
  }

  /** Replaces what the key had, whosever that was. A value that is larger than the whole bound is not kept. */
  set(key: string, value: V, owner: string, bytes: number): void {
    this.delete(key);
    if (bytes > this.#maxBytes) return;
    let share = this.#shares.get(owner);
    if (!share) {
      share = new Share(owner);
      this.#shares.set(owner, share);
    }
    const entry = { value, bytes, share };
    this.#entries.set(key, entry);
    share.entries.set(key, entry);
    share.bytes += bytes;
    this.#bytes += bytes;
    while (this.#entries.size > this.#max) this.#evictFrom((one) => one.entries.size);
    while (this.#bytes > this.#maxBytes) this.#evictFrom((one) => one.bytes);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    const { share, bytes } = entry;
    this.#entries.delete(key);
    share.entries.delete(key);
    share.bytes -= bytes;
    this.#bytes -= bytes;
    if (share.entries.size === 0) this.#shares.delete(share.owner);
  }

  #evictFrom(measure: (share: Share<V>) => number): void {
    let largest: Share<V> | undefined;
    let most = 0;
    for (const share of this.#shares.values()) {
      const size = measure(share);
      if (size <= most) continue;
      largest = share;
      most = size;
    }
    const [oldest] = largest?.entries.keys() ?? [];
    if (oldest !== undefined) this.delete(oldest);
  }
}
