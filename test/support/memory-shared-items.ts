// The table of what is shared in memory, with the conditional writes of the real one: shared-items.test.ts holds both to the same.
import {
  isHeld,
  type Lease,
  type SealedItem,
  type SharedItem,
  type SharedItems,
} from '../../service/shared-sessions/shared-items.ts';

interface Item {
  readonly sealed?: SealedItem;
  readonly holder?: string | undefined;
  readonly leaseUntil?: number | undefined;
}

export class MemorySharedItems implements Pick<SharedItems, keyof SharedItems> {
  readonly tableName = 'SharedSessions';
  readonly items = new Map<string, Item>();
  readonly keys = new Map<string, Uint8Array>();

  /** @param travel what a request goes through on its way there, and its answer on its way back; may reject */
  constructor(private readonly travel: () => Promise<void> = async () => {}) {}

  find(id: string): Promise<SharedItem | undefined> {
    return this.#request(() => {
      const found = this.items.get(id);
      if (found === undefined) return undefined;
      const { sealed, leaseUntil = 0 } = found;
      return { leaseUntil, seen: sealed?.lastsUntil, ...(sealed && { sealed }) };
    });
  }

  lease(id: string, seen: unknown, lease: Lease): Promise<boolean> {
    return this.#request(() => {
      const { holder, leaseUntil = 0, sealed } = this.items.get(id) ?? {};
      const isFree = holder === lease.holder || !isHeld({ leaseUntil, seen }, lease);
      if (!isFree || sealed?.lastsUntil !== seen) return false;
      const { holder: by, leaseUntil: until } = lease;
      this.items.set(id, { ...(sealed && { sealed }), holder: by, leaseUntil: until });
      return true;
    });
  }

  complete(id: string, sealed: SealedItem, { holder }: Lease): Promise<void> {
    return this.#request(() => {
      const found = this.items.get(id);
      const isNewer = found?.sealed === undefined || found.sealed.lastsUntil < sealed.lastsUntil;
      if (found?.holder === holder || isNewer) this.items.set(id, { sealed });
    });
  }

  release(id: string, { holder }: Lease): Promise<void> {
    return this.#request(() => {
      const { sealed, ...found } = this.items.get(id) ?? {};
      if (found.holder === holder) this.items.set(id, sealed ? { sealed } : {});
    });
  }

  findKey(hour: string): Promise<Uint8Array | undefined> {
    return this.#request(() => this.keys.get(hour));
  }

  keepKey(hour: string, encrypted: Uint8Array): Promise<Uint8Array> {
    return this.#request(() => {
      const kept = this.keys.get(hour) ?? encrypted;
      this.keys.set(hour, kept);
      return kept;
    });
  }

  async #request<T>(carryOut: () => T): Promise<T> {
    await this.travel();
    const answer = carryOut();
    await this.travel();
    return answer;
  }
}

/** Of a class’s instance, whose methods are no properties of its own: some of them can be replaced. */
export function sharedMethodsOf(of: MemorySharedItems): Pick<SharedItems, keyof SharedItems> {
  return {
    tableName: of.tableName,
    find: (...args) => of.find(...args),
    lease: (...args) => of.lease(...args),
    complete: (...args) => of.complete(...args),
    release: (...args) => of.release(...args),
    findKey: (...args) => of.findKey(...args),
    keepKey: (hour, encrypted) => of.keepKey(hour, encrypted),
  };
}
