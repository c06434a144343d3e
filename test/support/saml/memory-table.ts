// The table of short-lived state in memory, with the rules of the real one: short-lived-table.test.ts holds both against them.
import type { Clock } from '../../../service/clock.ts';
import type { ShortLivedTable } from '../../../service/sign-in/short-lived-table.ts';

export class MemoryTable implements Pick<ShortLivedTable, 'add' | 'take'> {
  readonly #items = new Map<string, Record<string, unknown>>();

  constructor(private readonly now: Clock) {}

  async add(
    kind: string,
    secret: string,
    until: number,
    fields: Record<string, unknown> = {},
  ): Promise<boolean> {
    const key = `${kind}#${secret}`;
    if (this.#good(key)) return false;
    this.#items.set(key, { ...fields, ExpiresAt: Math.ceil(until / 1000) });
    return true;
  }

  async take(kind: string, secret: string): Promise<Record<string, unknown> | undefined> {
    const item = this.#good(`${kind}#${secret}`);
    this.#items.delete(`${kind}#${secret}`);
    return item;
  }

  #good(key: string): Record<string, unknown> | undefined {
    const item = this.#items.get(key);
    return item && Number(item['ExpiresAt']) > Math.floor(this.now() / 1000) ? item : undefined;
  }
}
