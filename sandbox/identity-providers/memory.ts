// What the OpenID Connect provider remembers, until the process ends.

type Payload = Record<string, unknown> & { uid?: string; grantId?: string; consumed?: number };

interface Kept {
  readonly payload: Payload;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}

/** One for each kind of thing, as oidc-provider asks for it. */
export function memoryAdapter(): (model: string) => object {
  const models = new Map<string, Memory>();
  return (model) => {
    const memory = models.get(model) ?? new Memory();
    models.set(model, memory);
    return memory;
  };
}

/** The methods are those of oidc-provider’s adapters. */
class Memory {
  readonly #kept = new Map<string, Kept>();

  async upsert(id: string, payload: Payload, expiresInSeconds: number | undefined): Promise<void> {
    for (const [key, { endsAt }] of this.#kept) if (endsAt <= Date.now()) this.#kept.delete(key);
    const lifetimeMs = (expiresInSeconds ?? Number.POSITIVE_INFINITY) * 1_000;
    this.#kept.set(id, { payload, endsAt: Date.now() + lifetimeMs });
  }

  async find(id: string): Promise<Payload | undefined> {
    const kept = this.#kept.get(id);
    return kept && kept.endsAt > Date.now() ? kept.payload : undefined;
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    const [id] = [...this.#kept].find(([, { payload }]) => payload.uid === uid) ?? [];
    return id === undefined ? undefined : this.find(id);
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id);
    if (payload) payload.consumed = Math.floor(Date.now() / 1_000);
  }

  async destroy(id: string): Promise<void> {
    this.#kept.delete(id);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#kept) if (payload.grantId === grantId) this.#kept.delete(id);
  }
}
