// JWK sets: reading and caching them, and asking once more for a key that is unknown.
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JwkSet, JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { UnfitJwkSet } from '../../../service/tokens/unfit-jwk-set.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { KeySource } from '../../support/key-source.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';

const URL = 'https://idp.example.com/jwks.json';
const MINUTE = 60_000;
const unavailable = {
  code: 'JwksUnavailable',
  statusCode: 503,
  message: 'the JWK set at the registered JWKSetURL could not be fetched or read',
};

let first: SigningKey;
let second: SigningKey;
let clock: FrozenClock;
let source: KeySource;
let jwkSets: JwkSets;

beforeAll(async () => {
  first = await generateSigningKey('ES256', 'first');
  second = await generateSigningKey('ES256', 'second');
});
beforeEach(() => {
  clock = frozenClock();
  source = new KeySource(publish(first));
  jwkSets = new JwkSets(source.fetcher, [], clock.now);
});

async function finds(jwkSet: JwkSet, { alg, kid }: SigningKey): Promise<boolean> {
  try {
    await jwkSet.findKey({ alg, kid });
    return true;
  } catch {
    return false;
  }
}

describe('a JWK set', () => {
  it('finds the keys that its URL publishes, and no other', async () => {
    const jwkSet = await jwkSets.get(URL);

    expect(source.calls).toEqual([URL]);
    expect(await finds(jwkSet, first)).toBe(true);
    expect(await finds(jwkSet, second)).toBe(false);
  });

  it('has a generation that changes when its bytes do, and only then', async () => {
    const { generation } = await jwkSets.get(URL);
    clock.advance(10 * MINUTE);
    expect((await jwkSets.get(URL)).generation).toBe(generation);
    source.answer = publish(first, second);
    clock.advance(10 * MINUTE);

    expect((await jwkSets.get(URL)).generation).not.toBe(generation);
  });

  it('is fetched once in ten minutes, however many ask', async () => {
    await Promise.all(Array.from({ length: 100 }, () => jwkSets.get(URL)));
    clock.advance(10 * MINUTE - 1);
    await jwkSets.get(URL);
    expect(source.calls).toHaveLength(1);
    clock.advance(1);
    await jwkSets.get(URL);

    expect(source.calls).toHaveLength(2);
  });

  it('is served for an hour while its source fails', async () => {
    const jwkSet = await jwkSets.get(URL);
    source.answer = new Error('ECONNREFUSED');
    clock.advance(60 * MINUTE - 1);
    expect(await jwkSets.get(URL)).toBe(jwkSet);
    clock.advance(1);

    await expect(jwkSets.get(URL)).rejects.toMatchObject(unavailable);
  });

  it('that cannot be fetched is not asked for again within five seconds, other sets are', async () => {
    source.answer = new Error('ETIMEDOUT');
    await expect(jwkSets.get(URL)).rejects.toMatchObject(unavailable);
    source.answer = publish(first);
    clock.advance(4_999);
    await expect(jwkSets.get(URL)).rejects.toMatchObject(unavailable);
    await expect(jwkSets.get('https://idp.example.com/other.json')).resolves.toBeDefined();
    expect(source.calls).toHaveLength(2);
    clock.advance(1);

    await expect(jwkSets.get(URL)).resolves.toBeDefined();
  });

  it('is one of its URL', async () => {
    await jwkSets.get(URL);
    await jwkSets.get('https://idp.example.com/other.json');

    expect(source.calls).toEqual([URL, 'https://idp.example.com/other.json']);
  });

  it.each([
    ['nothing', '', 'is not JSON'],
    ['no JSON', '<html>', 'is not JSON'],
    ['a list', '[]', 'has no list of keys'],
    ['null', 'null', 'has no list of keys'],
    ['no keys', '{}', 'has no list of keys'],
    ['keys that are no list', '{"keys": {}}', 'has no list of keys'],
    ['more than 100 keys', JSON.stringify({ keys: Array(101).fill({}) }), 'has more than 100 keys'],
    [
      '34,000 keys that are empty',
      JSON.stringify({ keys: Array(34_000).fill({}) }),
      'has more members than 100 keys do',
    ],
    ['a list of keys twice', '{"keys": [], "keys": []}', 'has a member twice in one object'],
    ['nested deeper than 100 times', `{"keys": ${'['.repeat(100)}${']'.repeat(100)}}`, 'is not JSON'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff), 'is not JSON'],
  ])('is not %s, and the application is told', async (_, body, problem) => {
    source.answer = typeof body === 'string' ? new TextEncoder().encode(body) : body;

    const message = `${unavailable.message}: it ${problem}`;
    await expect(jwkSets.get(URL)).rejects.toMatchObject({ ...unavailable, message });
  });

  it('that is unfit where it is fetched from is told of, too', async () => {
    source.answer = new UnfitJwkSet('is on a host that has no public address');
    const message = `${unavailable.message}: it is on a host that has no public address`;
    await expect(jwkSets.get(URL)).rejects.toMatchObject({ ...unavailable, message });
  });

  it.each([
    ['names', ['idp.example.com'], true],
    ['allows for its domain’s sake', ['*.example.com'], false],
    ['does not name', [], false],
  ])(
    'may come from a private address only where the deployment names the host: one that it %s',
    async (_, hosts, isNamed) => {
      const fetcher = vi.fn(source.fetcher);
      await new JwkSets(fetcher, hosts, clock.now).get(URL);

      expect(fetcher).toHaveBeenCalledWith(URL, { isNamed });
    },
  );

  it.each([
    ['http://idp.example.com/jwks.json', [], 'the registered JWKSetURL must be an https URL'],
    ['https://169.254.169.254/', [], 'the registered JWKSetURL must have a DNS name, not an IP address'],
    [
      URL,
      ['idp.example.org'],
      'the registered JWKSetURL must be on a host, and a port, that this deployment allows (jwksHosts)',
    ],
  ])('is not fetched from %s where the deployment allows %j', async (url, allowedHosts, message) => {
    jwkSets = new JwkSets(source.fetcher, allowedHosts, clock.now);

    await expect(jwkSets.get(url)).rejects.toMatchObject({ code: 'JwksUrlNotAllowed', message });
    expect(source.calls).toEqual([]);
  });
});

describe('asking once more, for a key that the set lacks', () => {
  it('brings the newer set', async () => {
    const known = await jwkSets.get(URL);
    source.answer = publish(first, second);
    const refetched = await jwkSets.refetch(URL, known);

    expect(await finds(refetched, second)).toBe(true);
    expect(await jwkSets.get(URL)).toBe(refetched);
  });

  it('happens once in 30 seconds', async () => {
    const known = await jwkSets.get(URL);
    let latest = await jwkSets.refetch(URL, known);
    clock.advance(29_999);
    expect(await jwkSets.refetch(URL, latest)).toBe(latest);
    expect(source.calls).toHaveLength(2);
    clock.advance(1);
    latest = await jwkSets.refetch(URL, latest);

    expect(source.calls).toHaveLength(3);
  });

  it('happens once for all who ask at the same time', async () => {
    const known = await jwkSets.get(URL);
    source.answer = publish(first, second);
    const refetched = await Promise.all(Array.from({ length: 100 }, () => jwkSets.refetch(URL, known)));

    expect(new Set(refetched).size).toBe(1);
    expect(source.calls).toHaveLength(2);
  });

  it('is not needed by one who holds an older set than the cache', async () => {
    const outdated = await jwkSets.get(URL);
    source.answer = publish(first, second);
    const current = await jwkSets.refetch(URL, outdated);

    expect(await jwkSets.refetch(URL, outdated)).toBe(current);
    expect(source.calls).toHaveLength(2);
  });

  it('is counted for each URL', async () => {
    const other = 'https://idp.example.com/other.json';
    await jwkSets.refetch(URL, await jwkSets.get(URL));
    await jwkSets.refetch(other, await jwkSets.get(other));

    expect(source.calls).toEqual([URL, URL, other, other]);
  });

  it('fails with 503 while the source does: the key may well exist', async () => {
    const known = await jwkSets.get(URL);
    source.answer = new Error('ECONNREFUSED');
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject(unavailable);
    clock.advance(29_999);
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject(unavailable);
    expect(source.calls).toHaveLength(2);

    source.answer = publish(first, second);
    clock.advance(1);
    expect(await finds(await jwkSets.refetch(URL, known), second)).toBe(true);
  });

  it('that fails leaves the known set fresh: tokens signed with its keys cause no fetch', async () => {
    const known = await jwkSets.get(URL);
    source.answer = new Error('ECONNREFUSED');
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject(unavailable);
    clock.advance(5 * MINUTE);

    expect(await jwkSets.get(URL)).toBe(known);
    expect(source.calls).toHaveLength(2);
  });
});
