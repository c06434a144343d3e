// A shared store in memory, whose values pass through JSON as those that are sealed do.
import type { Lasting, Shareable, SharedStore } from '../../service/shared-store.ts';

export class MemorySharedStore implements SharedStore {
  /** By key, as they are written down. */
  readonly values = new Map<string, string>();
  finds = 0;

  async find<V extends Lasting>({ key, isGood }: Shareable<V>): Promise<V | undefined> {
    this.finds += 1;
    const value = this.values.get(key);
    if (value === undefined) return undefined;
    const found = JSON.parse(value) as V;
    return isGood(found) ? found : undefined;
  }

  async get<V extends Lasting>(shareable: Shareable<V>, load: () => Promise<V>): Promise<V> {
    const found = await this.find(shareable);
    if (found !== undefined) return found;
    const value = await load();
    this.values.set(shareable.key, JSON.stringify(value));
    return value;
  }

  /** Changes what is written down under every key. */
  amend(change: (value: Record<string, unknown>) => Record<string, unknown>): void {
    for (const [key, value] of this.values) this.values.set(key, JSON.stringify(change(JSON.parse(value))));
  }
}
