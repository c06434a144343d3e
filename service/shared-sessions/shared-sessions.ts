// Shared sessions: what one environment was issued serves all others, and where the table fails, each asks by itself.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Lasting, Shareable, SharedStore } from '../shared-store.ts';
import type { DataKeys } from './data-keys.ts';
import { Outage } from './outage.ts';
import { itemIdOf, openValue, sealValue } from './sealed-value.ts';
import { isHeld, type Lease, type SharedItem, type SharedItems } from './shared-items.ts';

export interface SharedSessionsOptions {
  readonly items: Pick<SharedItems, 'find' | 'lease' | 'complete' | 'release'>;
  readonly keys: Pick<DataKeys, 'current' | 'of'>;
  readonly now: Clock;
  /** Rings after so many milliseconds, unless it is put off by what it returns. */
  readonly timer: (milliseconds: number, ring: () => void) => () => void;
  /** What a request gives the table, waiting for another environment included; and what it gives it to write something down. */
  readonly tableMs: number;
  /** About as long as a load may take: who holds a lease for longer is dead. */
  readonly leaseMs: number;
  /** Told once in a while of what failed, or was not what anybody wrote. */
  readonly onFailure: (error: unknown) => void;
}

/** Between two looks at what another environment has the lease of: longer from one to the next. */
const PAUSES_MS = [20, 40, 80];

/** How a look at the table went. */
interface Course {
  readonly lease: Lease;
  hasLease: boolean;
  isWaiting: boolean;
}

export class SharedSessions implements SharedStore {
  readonly #outage: Outage;
  /** Whether the table has ever answered: the first time, there are connections to be made. */
  #hasAnswered = false;

  constructor(private readonly options: SharedSessionsOptions) {
    this.#outage = new Outage(options.now, options.onFailure);
  }

  /** Has the hour's key made or opened ahead of its first use. Never rejects. */
  async prepare(): Promise<void> {
    await this.options.keys.current().catch((error) => this.#outage.begin(error));
  }

  async find<V extends Lasting>(shareable: Shareable<V>): Promise<V | undefined> {
    if (!this.#outage.mayAsk()) return undefined;
    const id = itemIdOf(shareable.key);
    return this.#heeding(async () => (await this.#look(id, shareable)).value);
  }

  async get<V extends Lasting>(shareable: Shareable<V>, load: () => Promise<V>): Promise<V> {
    if (!this.#outage.mayAsk()) return load();
    const id = itemIdOf(shareable.key);
    const course: Course = { lease: this.#newLease(), hasLease: false, isWaiting: false };
    try {
      const found = await this.#within(this.#findOrLease(id, shareable, course));
      if (found !== undefined) return found;
    } catch (error) {
      // That another environment takes its time is no failure of the table.
      if (!course.isWaiting) {
        this.#outage.begin(error);
        return load();
      }
    }
    return this.#load(id, course, load);
  }

  /** What is there and good; or else nothing, with the lease, or without it when the time is up. */
  async #findOrLease<V extends Lasting>(
    id: string,
    shareable: Shareable<V>,
    course: Course,
  ): Promise<V | undefined> {
    const { items, now, timer, tableMs } = this.options;
    const waitUntil = course.lease.now + tableMs;
    for (let look = 0; ; look += 1) {
      const { value, item } = await this.#look(id, shareable);
      if (value !== undefined) return value;
      course.isWaiting = item !== undefined && isHeld(item, course.lease);
      if (!course.isWaiting) {
        course.hasLease = await items.lease(id, item?.seen, course.lease);
        if (course.hasLease) return undefined;
        course.isWaiting = true;
      }
      const pauseMs = PAUSES_MS[look] ?? (PAUSES_MS.at(-1) as number);
      if (now() + pauseMs >= waitUntil) return undefined;
      await new Promise<void>((ring) => timer(pauseMs, ring));
    }
  }

  /** The key is asked for beside the item: the first time, KMS is. */
  async #look<V extends Lasting>(
    id: string,
    { isGood }: Shareable<V>,
  ): Promise<{ readonly value?: V; readonly item: SharedItem | undefined }> {
    const { items, keys } = this.options;
    const [item] = await Promise.all([items.find(id), keys.current()]);
    if (!item?.sealed) return { item };
    const key = await keys.of(item.sealed.hour);
    if (key === undefined) return { item };
    let value: V;
    try {
      value = openValue(id, item.sealed, key) as V;
    } catch {
      this.#outage.tell(new Error('what the table holds of a session is not what was written'));
      return { item };
    }
    return isGood(value) ? { item, value } : { item };
  }

  async #load<V extends Lasting>(id: string, course: Course, load: () => Promise<V>): Promise<V> {
    const { items, keys } = this.options;
    const { lease, hasLease } = course;
    let value: V;
    try {
      value = await load();
    } catch (error) {
      if (hasLease) await this.#heeding(() => items.release(id, lease));
      throw error;
    }
    await this.#heeding(async () => {
      await items.complete(id, sealValue(value, id, await keys.current()), lease);
    });
    return value;
  }

  /** What fails, fails the table and nobody's request. */
  async #heeding<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#within(ask());
    } catch (error) {
      this.#outage.begin(error);
      return undefined;
    }
  }

  /** What is late goes on behind, and must bear that. The first time that counts as an answer, too. */
  async #within<T>(asked: Promise<T>): Promise<T> {
    const { timer, tableMs } = this.options;
    let putOff = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      putOff = timer(tableMs, () => reject(new Error('the table of sessions took too long')));
    });
    try {
      const answer = await Promise.race([asked, late]);
      this.#answered();
      return answer;
    } catch (error) {
      if (!this.#hasAnswered)
        asked.then(
          () => this.#hasAnswered || this.#answered(),
          () => undefined,
        );
      throw error;
    } finally {
      putOff();
    }
  }

  #answered(): void {
    this.#hasAnswered = true;
    this.#outage.end();
  }

  #newLease(): Lease {
    const now = this.options.now();
    return { holder: randomUUID(), now, leaseUntil: now + this.options.leaseMs };
  }
}
