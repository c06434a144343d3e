// Execution environments that share one table of sessions, one KMS key and one source, in virtual time.
import { beforeEach } from 'vitest';
import { DataKeys, type DataKeysOptions } from '../../service/shared-sessions/data-keys.ts';
import { SharedSessions, type SharedSessionsOptions } from '../../service/shared-sessions/shared-sessions.ts';
import { FakeKms, KEY_ARN } from './fake-kms.ts';
import { MemorySharedItems } from './memory-shared-items.ts';
import { VirtualTime } from './virtual-time.ts';

export const TABLE_MS = 300;
export const LEASE_MS = 2_000;
const VALUE_MS = 3_600_000;
const MARGIN_MS = 900_000;

/** What is shared: whose it is, numbered through as it is issued. */
export interface Value {
  readonly of: string;
  readonly number: number;
  readonly secret: string;
  readonly lastsUntil: number;
}

/** What became of one request. */
export type Outcome = Value | { readonly error: unknown };

type Items = SharedSessionsOptions['items'] & DataKeysOptions['items'];

export class SharedEnvironments {
  readonly time = new VirtualTime();
  readonly memory = new MemorySharedItems(() => this.time.sleep(2));
  items: Items = this.memory;
  readonly kms = new FakeKms(() => this.time.sleep(5));
  /** What was issued, in order. */
  readonly issued: Value[] = [];
  readonly failures: unknown[] = [];
  /** How long the source takes. */
  loadMs = 50;

  /** A new one, which knows nothing. @param skewMs by how much its clock is ahead */
  environment(overrides: Partial<SharedSessionsOptions> = {}, skewMs = 0): SharedSessions {
    const now = () => this.time.now + skewMs;
    const { items } = this;
    return new SharedSessions({
      items,
      keys: new DataKeys({ kms: this.kms.client, keyArn: KEY_ARN, items, now }),
      now,
      timer: (ms, ring) => this.timer(ms, ring),
      tableMs: TABLE_MS,
      leaseMs: LEASE_MS,
      onFailure: (error) => this.failures.push(error),
      ...overrides,
    });
  }

  timer(ms: number, ring: () => void): () => void {
    let isOn = true;
    this.time.sleep(ms).then(() => isOn && ring());
    return () => {
      isOn = false;
    };
  }

  /** Asks for what is of `of`, good until a quarter of an hour is left of it. */
  asking(environment: SharedSessions, of = 'Yellow', load = () => this.load(of)): () => Promise<Value> {
    const isGood = ({ lastsUntil }: Value) => this.time.now < lastsUntil - MARGIN_MS;
    return () => environment.get({ key: `key of ${of}`, isGood }, load);
  }

  finding(environment: SharedSessions, of = 'Yellow'): () => Promise<Value | undefined> {
    const isGood = ({ lastsUntil }: Value) => this.time.now < lastsUntil - MARGIN_MS;
    return () => environment.find({ key: `key of ${of}`, isGood });
  }

  readonly load = async (of: string): Promise<Value> => {
    await this.time.sleep(this.loadMs);
    const lastsUntil = this.time.now + VALUE_MS;
    const value = { of, number: this.issued.length + 1, secret: 'canary-secret', lastsUntil };
    this.issued.push(value);
    return value;
  };

  /** Lets time pass until nothing is left to happen. What never ends is no outcome. */
  async outcomesOf<T>(...asked: (() => Promise<T>)[]): Promise<(T | { readonly error: unknown })[]> {
    const outcomes: (T | { readonly error: unknown })[] = [];
    asked.forEach((ask, index) => {
      ask().then(
        (value) => {
          outcomes[index] = value;
        },
        (error: unknown) => {
          outcomes[index] = { error };
        },
      );
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    await this.time.run();
    await settle();
    return outcomes;
  }

  /** The numbers of what they got. */
  async numbersOf(...asked: (() => Promise<Value>)[]): Promise<(number | string)[]> {
    return (await this.outcomesOf(...asked)).map((outcome) =>
      'error' in outcome ? String((outcome.error as Error).message) : outcome.number,
    );
  }
}

export let fleet: SharedEnvironments;

/** For the tests of a file: each has its own. Call at its top. */
export function useSharedSessions(): void {
  beforeEach(() => {
    fleet = new SharedEnvironments();
  });
}

export function never<T>(): Promise<T> {
  return new Promise<T>(() => {});
}
