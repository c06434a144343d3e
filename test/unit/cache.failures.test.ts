// The cache policy while a source fails: a stale value stands in, and where there is none the failure is remembered.
import { beforeEach, describe, expect, it } from 'vitest';
import { Cache } from '../../service/cache.ts';
import {
  cacheWith,
  denial,
  expectRemembered,
  FRESH_MS,
  failure,
  loads,
  pending,
  REFUSED_MS,
  rejects,
  USABLE_MS,
  type Value,
} from '../support/cache-loads.ts';
import { type FrozenClock, frozenClock } from '../support/clock.ts';

const RETRY_MS = 10_000;

let clock: FrozenClock;
let cache: Cache<Value>;

beforeEach(() => {
  clock = frozenClock();
  cache = cacheWith({}, clock.now);
});

describe('a stale value', () => {
  it('is served while its source fails, until it is no longer usable', async () => {
    const value = await cache.get('key', loads('first'));
    clock.advance(USABLE_MS - 1);
    expect(await cache.get('key', rejects(failure))).toBe(value);
    clock.advance(1);

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });

  it('leaves a failed source alone for ten seconds, but never past its own end', async () => {
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);
    const load = rejects(failure);
    await cache.get('key', load);
    clock.advance(RETRY_MS - 1);
    await cache.get('key', load);
    expect(load).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await cache.get('key', load);
    expect(load).toHaveBeenCalledTimes(2);

    clock.advance(USABLE_MS - FRESH_MS - RETRY_MS - 1);
    await cache.get('key', load);
    clock.advance(1);
    expect(cache.fresh('key')).toBeUndefined();
  });

  it('ends by the beginning of its load, too', async () => {
    const { load, resolve } = pending();
    const loading = cache.get('key', load);
    clock.advance(USABLE_MS);
    resolve({ name: 'first' });
    await loading;

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });

  it('stands in for who joined a load that failed', async () => {
    const value = await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);
    const { load, reject } = pending();
    const asking = [cache.get('key', load), cache.get('key', load)];
    clock.advance(FRESH_MS);
    reject(failure);

    expect(await Promise.all(asking)).toEqual([value, value]);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('is replaced as soon as its source answers again', async () => {
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);
    await cache.get('key', rejects(failure));
    clock.advance(RETRY_MS);

    expect(await cache.get('key', loads('second'))).toEqual({ name: 'second' });
  });

  it('never stands in for a denial, and does not survive it', async () => {
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);
    clock.advance(REFUSED_MS);

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });

  it('does not exist where the policy names no time for it', async () => {
    cache = new Cache<Value>({ max: 3, freshUntil: (_, askedAt) => askedAt + FRESH_MS }, clock.now);
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });
});

describe('a failure that no stale value stands in for', () => {
  it.each([
    ['a second', {}, 1_000],
    ['as long as the policy says', { failedMs: 5_000 }, 5_000],
  ])('is remembered for %s', async (_, policy, forMs) => {
    await expectRemembered(cacheWith(policy, clock.now), failure, { clock, forMs });
  });

  it('is remembered whatever was thrown', async () => {
    await expect(cache.get('key', rejects(new TypeError('bug')))).rejects.toThrow(TypeError);
    await expect(cache.get('key', loads('first'))).rejects.toThrow(TypeError);
  });

  it('is not remembered where the policy says so', async () => {
    cache = cacheWith({ failedMs: 0 }, clock.now);
    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);

    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });

  it('takes the place of the denial before it', async () => {
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);
    clock.advance(REFUSED_MS);
    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);

    await expect(cache.get('key', loads('first'))).rejects.toBe(failure);
  });

  it('ends with a value that a refresh brings, and when its key is forgotten', async () => {
    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
    await cache.refresh('key', loads('first'));
    expect(await cache.get('key', rejects(failure))).toEqual({ name: 'first' });

    await expect(cache.get('other', rejects(failure))).rejects.toBe(failure);
    cache.forget('other');
    expect(await cache.get('other', loads('second'))).toEqual({ name: 'second' });
  });

  it('is dated from its end: a source that hangs costs one request its time-out', async () => {
    const { load, reject } = pending();
    const waiting = expect(cache.get('key', load)).rejects.toBe(failure);
    clock.advance(60_000);
    reject(failure);
    await waiting;
    clock.advance(999);

    await expect(cache.get('key', loads('first'))).rejects.toBe(failure);
  });

  it('of a load whose key was forgotten meanwhile is not remembered', async () => {
    const { load, reject } = pending();
    const waiting = cache.get('key', load);
    cache.forget('key');
    reject(failure);
    await expect(waiting).rejects.toBe(failure);

    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });
});
