// The table of exchanges in memory, with the conditional writes of the real one: exchange-table.test.ts holds both to the same.
import type {
  Exchange,
  ExchangeRefusal,
  ExchangeTable,
  Lease,
} from '../../service/identity-context/exchange-table.ts';

type Item = Exchange & { readonly holder?: string; readonly expiresAt: number };

export class MemoryExchangeTable implements Pick<ExchangeTable, keyof ExchangeTable> {
  readonly items = new Map<string, Item>();

  /** @param travel what a request goes through on its way there, and its answer on its way back; may reject */
  constructor(private readonly travel: () => Promise<void> = async () => {}) {}

  find(id: string): Promise<Exchange | undefined> {
    return this.#request(() => {
      const { holder, expiresAt, ...exchange } = this.items.get(id) ?? { leaseUntil: 0, expiresAt: 0 };
      return this.items.has(id) ? exchange : undefined;
    });
  }

  lease(id: string, { holder, leaseUntil, now, expiresAt }: Lease): Promise<boolean> {
    return this.#request(() => {
      const found = this.items.get(id);
      const isOpen = found !== undefined && found.sealed === undefined && found.refusal === undefined;
      const isFree = found === undefined || (isOpen && (found.leaseUntil < now || found.holder === holder));
      if (isFree) this.items.set(id, { holder, leaseUntil, expiresAt });
      return isFree;
    });
  }

  complete(id: string, sealed: Uint8Array, { holder, leaseUntil, expiresAt }: Lease): Promise<void> {
    return this.#request(() => void this.items.set(id, { holder, leaseUntil, expiresAt, sealed }));
  }

  refuse(id: string, { code, message }: ExchangeRefusal, { holder }: Lease): Promise<void> {
    return this.#request(() =>
      this.#asHolder(id, holder, (item) => this.items.set(id, { ...item, refusal: { code, message } })),
    );
  }

  release(id: string, { holder }: Lease): Promise<void> {
    return this.#request(() =>
      this.#asHolder(id, holder, (item) => this.items.set(id, { ...item, leaseUntil: 0 })),
    );
  }

  forget(id: string, { holder }: Lease): Promise<void> {
    return this.#request(() => this.#asHolder(id, holder, () => this.items.delete(id)));
  }

  #asHolder(id: string, holder: string, write: (item: Item) => unknown): void {
    const found = this.items.get(id);
    if (found?.holder === holder && found.sealed === undefined) write(found);
  }

  async #request<T>(carryOut: () => T): Promise<T> {
    await this.travel();
    const answer = carryOut();
    await this.travel();
    return answer;
  }
}

/** Of a class’s instance, whose methods are no properties of its own: some of them can be replaced. */
export function methodsOf(of: MemoryExchangeTable): Pick<ExchangeTable, keyof ExchangeTable> {
  return {
    find: (...args) => of.find(...args),
    lease: (...args) => of.lease(...args),
    complete: (...args) => of.complete(...args),
    refuse: (...args) => of.refuse(...args),
    release: (...args) => of.release(...args),
    forget: (...args) => of.forget(...args),
  };
}
