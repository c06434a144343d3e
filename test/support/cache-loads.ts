// A cache, and its loads: what its source answers, as a test decides.
import { vi } from 'vitest';
import { Cache, type CachePolicy } from '../../service/cache.ts';
import type { Clock } from '../../service/clock.ts';
import { BrokerError } from '../../service/errors.ts';

export const FRESH_MS = 10_000;
export const USABLE_MS = 60_000;
export const REFUSED_MS = 5_000;

export const denial = new BrokerError('ApplicationNotFound', 'the application App is not registered');
export const failure = new BrokerError('AccessMetadataUnavailable', 'the table does not answer');

export interface Value {
  readonly name: string;
}

/** Three entries, of the times above, unless a test says otherwise. */
export function cacheWith(policy: Partial<CachePolicy<Value>>, now: Clock): Cache<Value> {
  return new Cache<Value>(
    {
      max: 3,
      freshUntil: (_, loadedAt) => loadedAt + FRESH_MS,
      usableUntil: (_, loadedAt) => loadedAt + USABLE_MS,
      refusedMs: REFUSED_MS,
      ...policy,
    },
    now,
  );
}

/** A load that succeeds, with a value of this name. */
export const loads = (name: string) => vi.fn(async () => ({ name }));
/** A load that fails with exactly this. */
export const rejects = (error: unknown) =>
  vi.fn(async (): Promise<Value> => {
    throw error;
  });

/** A load that waits until the test lets it go on. */
export function pending() {
  const { promise, resolve, reject } = withResolvers<Value>();
  return { load: vi.fn(() => promise), resolve, reject };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
