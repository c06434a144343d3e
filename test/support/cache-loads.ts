// A cache, and its loads: what its source answers, as a test decides.
import { expect, vi } from 'vitest';
import { Cache, type CachePolicy } from '../../service/cache.ts';
import type { Clock } from '../../service/clock.ts';
import { BrokerError } from '../../service/errors.ts';
import type { FrozenClock } from './clock.ts';

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
      freshUntil: (_, askedAt) => askedAt + FRESH_MS,
      usableUntil: (_, askedAt) => askedAt + USABLE_MS,
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

/** Expects that an error is remembered for its time, without its source being asked, and no longer. */
export async function expectRemembered(
  cache: Cache<Value>,
  error: BrokerError,
  { clock, forMs }: { readonly clock: FrozenClock; readonly forMs: number },
): Promise<void> {
  await expect(cache.get('key', rejects(error))).rejects.toBe(error);
  const load = loads('first');
  clock.advance(forMs - 1);
  await expect(cache.get('key', load)).rejects.toBe(error);
  expect(load).not.toHaveBeenCalled();
  clock.advance(1);

  expect(await cache.get('key', load)).toEqual({ name: 'first' });
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
