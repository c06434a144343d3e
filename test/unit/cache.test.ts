// The cache policy: fresh, stale while its source fails, refused for a while, bounded, one load a key.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Cache } from '../../service/cache.ts';
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
  type Value,
} from '../support/cache-loads.ts';
import { type FrozenClock, frozenClock } from '../support/clock.ts';

let clock: FrozenClock;
let cache: Cache<Value>;

beforeEach(() => {
  clock = frozenClock();
  cache = cacheWith({}, clock.now);
});

describe('a fresh value', () => {
  it('is served without asking its source', async () => {
    const load = loads('first');
    const value = await cache.get('key', load);
    clock.advance(FRESH_MS - 1);

    expect(await cache.get('key', load)).toBe(value);
    expect(cache.fresh('key')).toBe(value);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('ends at its time, and is loaded anew', async () => {
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);

    expect(cache.fresh('key')).toBeUndefined();
    expect(await cache.get('key', loads('second'))).toEqual({ name: 'second' });
  });

  it('is dated from the beginning of its load, not from the end', async () => {
    const { load, resolve } = pending();
    const loading = cache.get('key', load);
    clock.advance(FRESH_MS - 1);
    resolve({ name: 'slow' });
    await loading;

    expect(cache.fresh('key')).toEqual({ name: 'slow' });
    clock.advance(1);
    expect(cache.fresh('key')).toBeUndefined();
  });

  it('stays as long as it would have when a refresh fails', async () => {
    const value = await cache.get('key', loads('first'));
    expect(await cache.refresh('key', rejects(failure))).toBe(value);
    clock.advance(FRESH_MS - 1);

    expect(cache.fresh('key')).toBe(value);
  });
});

describe('a denial', () => {
  it('is remembered for its time', async () => {
    await expectRemembered(cache, denial, { clock, forMs: REFUSED_MS });
  });

  it('is dated from the beginning of its load', async () => {
    const { load, reject } = pending();
    const refused = expect(cache.get('key', load)).rejects.toBe(denial);
    clock.advance(REFUSED_MS);
    reject(denial);
    await refused;

    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });

  it('is not remembered where the policy does not say so', async () => {
    cache = cacheWith({ refusedMs: 0 }, clock.now);
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);

    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });

  it('ends the value: no failure after it has that stand in', async () => {
    await cache.get('key', loads('first'));
    clock.advance(FRESH_MS);
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);
    clock.advance(REFUSED_MS);

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });

  it('ends with a value that a refresh brings', async () => {
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);
    await cache.refresh('key', loads('first'));

    expect(await cache.get('key', rejects(failure))).toEqual({ name: 'first' });
  });
});

describe('a load that takes longer than its value is fresh', () => {
  it.each(['get', 'refresh'] as const)('serves who began it, and no %s that joined it', async (joining) => {
    const old = pending();
    const young = pending();
    const began = cache.get('key', old.load);
    clock.advance(FRESH_MS);
    const joined = [cache[joining]('key', young.load), cache[joining]('key', young.load)];
    old.resolve({ name: 'old' });
    expect(await began).toEqual({ name: 'old' });
    expect(cache.fresh('key')).toBeUndefined();
    young.resolve({ name: 'young' });

    expect(await Promise.all(joined)).toEqual([{ name: 'young' }, { name: 'young' }]);
    expect(young.load).toHaveBeenCalledTimes(1);
  });

  it('is repeated once for who joined it, however long that takes', async () => {
    const [old, young] = [pending(), pending()];
    const loading = [cache.get('key', old.load), cache.get('key', young.load)];
    clock.advance(FRESH_MS);
    old.resolve({ name: 'old' });
    await loading[0];
    clock.advance(FRESH_MS);
    young.resolve({ name: 'young' });

    expect(await loading[1]).toEqual({ name: 'young' });
    expect(old.load).toHaveBeenCalledTimes(1);
    expect(young.load).toHaveBeenCalledTimes(1);
  });
});

describe('concurrent misses', () => {
  it('make one load a key', async () => {
    const first = pending();
    const other = loads('other');
    const waiting = [...Array(100)].map(() => cache.get('key', first.load));
    const elsewhere = cache.get('other', other);
    expect(cache.isLoading('key')).toBe(true);
    first.resolve({ name: 'first' });

    expect(new Set(await Promise.all(waiting)).size).toBe(1);
    expect(await elsewhere).toEqual({ name: 'other' });
    expect(first.load).toHaveBeenCalledTimes(1);
    expect(other).toHaveBeenCalledTimes(1);
    expect(cache.isLoading('key')).toBe(false);
  });

  it('share a rejection, after whose time the next one loads again', async () => {
    const { load, reject } = pending();
    const waiting = Promise.allSettled([cache.get('key', load), cache.get('key', load)]);
    reject(failure);

    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    clock.advance(1_000);
    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });
});

describe('forgetting', () => {
  it('drops the value', async () => {
    await cache.get('key', loads('first'));
    cache.forget('key');

    await expect(cache.get('key', rejects(failure))).rejects.toBe(failure);
  });

  it('drops the denial', async () => {
    await expect(cache.get('key', rejects(denial))).rejects.toBe(denial);
    cache.forget('key');

    expect(await cache.get('key', loads('first'))).toEqual({ name: 'first' });
  });

  it('drops the outcome of a load that is under way, though those who wait for it get it', async () => {
    const { load, resolve } = pending();
    const waiting = cache.get('key', load);
    cache.forget('key');
    resolve({ name: 'outdated' });

    expect(await waiting).toEqual({ name: 'outdated' });
    expect(cache.fresh('key')).toBeUndefined();
  });

  it('lets no outdated load overwrite, or end, the one that came after it', async () => {
    const outdated = pending();
    const current = pending();
    const waiting = cache.get('key', outdated.load);
    cache.forget('key');
    const next = cache.get('key', current.load);
    outdated.reject(denial);
    await expect(waiting).rejects.toBe(denial);
    expect(cache.isLoading('key')).toBe(true);
    current.resolve({ name: 'current' });
    await next;

    expect(cache.fresh('key')).toEqual({ name: 'current' });
  });

  it('lets no outdated load that fails keep fresh the value that came after it', async () => {
    const outdated = pending();
    const waiting = cache.get('key', outdated.load);
    cache.forget('key');
    const value = await cache.get('key', loads('current'));
    clock.advance(FRESH_MS - 1);
    outdated.reject(failure);
    expect(await waiting).toBe(value);
    clock.advance(1);

    expect(cache.fresh('key')).toBeUndefined();
  });
});

describe('the bounds', () => {
  it('hold the values: the least recently used goes first', async () => {
    for (const key of ['a', 'b', 'c']) await cache.get(key, loads(key));
    cache.fresh('a');
    await cache.get('d', loads('d'));

    expect(cache.size).toBe(3);
    expect(['a', 'b', 'c', 'd'].filter((key) => cache.fresh(key))).toEqual(['a', 'c', 'd']);
  });

  it.each([denial, failure])('hold the denials and the failures ($code)', async (error) => {
    cache = cacheWith({ maxRefused: 1 }, clock.now);
    await expect(cache.get('a', rejects(error))).rejects.toBe(error);
    await expect(cache.get('b', rejects(error))).rejects.toBe(error);

    expect(await cache.get('a', loads('a'))).toEqual({ name: 'a' });
    await expect(cache.get('b', loads('b'))).rejects.toBe(error);
  });
});
