// What execution environments share of what was issued: asked before its source is, where a deployment has it.

/** What is shared: plain values, as JSON has them. */
export interface Lasting {
  /** Milliseconds since the epoch: of what is shared under one key, the later one stays. */
  readonly lastsUntil: number;
}

export interface Shareable<V extends Lasting> {
  /** Whose holder may have it: digest of all that it is issued for. */
  readonly key: string;
  /** Whether what was shared can be handed out now; decided anew by everyone who finds it. */
  readonly isGood: (value: V) => boolean;
}

export interface SharedStore {
  /** What is shared already, and good. Never rejects. */
  find<V extends Lasting>(shareable: Shareable<V>): Promise<V | undefined>;
  /** Likewise, or what `load` gives, which is shared from then on. Rejects with what `load` rejects with, and with nothing else. */
  get<V extends Lasting>(shareable: Shareable<V>, load: () => Promise<V>): Promise<V>;
}

/** For a deployment in which every environment asks by itself. */
export const notShared: SharedStore = {
  find: async () => undefined,
  get: (_, load) => load(),
};
