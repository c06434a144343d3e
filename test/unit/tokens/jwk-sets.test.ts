// JWK sets: reading and caching them, and asking once more for a key that is unknown.
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JwkSet, JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { type JwksProblem, jwksProblems, UnfitJwkSet } from '../../../service/tokens/jwks-problem.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { KeySource } from '../../support/key-source.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';

const URL = 'https://idp.example.com/jwks.json';
const MINUTE = 60_000;
const unavailable = {
  code: 'JwksUnavailable',
  statusCode: 503,
  message: `the JWK set at the registered JWKSetURL ${URL} could not be fetched or read`,
};
const because = (problem: JwksProblem) => ({
  ...unavailable,
  problem,
  message: `${unavailable.message}: it ${jwksProblems[problem].text}`,
});
/** As the fetcher fails where the connection does. */
const refused = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const timedOut = () => new DOMException('too late', 'TimeoutError');

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
    await jwkSet.findKey({ alg, kid }, 'e30.e30.e30');
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
    source.answer = refused();
    clock.advance(60 * MINUTE - 1);
    expect(await jwkSets.get(URL)).toBe(jwkSet);
    clock.advance(1);

    await expect(jwkSets.get(URL)).rejects.toMatchObject(because('Unreachable'));
  });

  it('that cannot be fetched is not asked for again within five seconds, other sets are', async () => {
    source.answer = timedOut();
    await expect(jwkSets.get(URL)).rejects.toMatchObject(because('TimedOut'));
    source.answer = publish(first);
    clock.advance(4_999);
    await expect(jwkSets.get(URL)).rejects.toMatchObject(because('TimedOut'));
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

  it.each<[string, string | Uint8Array, JwksProblem]>([
    ['nothing', '', 'NotJson'],
    ['no JSON', '<html>', 'NotJson'],
    ['a list', '[]', 'NoKeySet'],
    ['null', 'null', 'NoKeySet'],
    ['no keys', '{}', 'NoKeySet'],
    ['keys that are no list', '{"keys": {}}', 'NoKeySet'],
    ['more than 100 keys', JSON.stringify({ keys: Array(101).fill({}) }), 'TooManyKeys'],
    ['34,000 keys that are empty', JSON.stringify({ keys: Array(34_000).fill({}) }), 'TooManyKeys'],
    ['a list of keys twice', '{"keys": [], "keys": []}', 'DuplicateMember'],
    ['nested deeper than 100 times', `{"keys": ${'['.repeat(100)}${']'.repeat(100)}}`, 'NotJson'],
    ['invalid UTF-8', Uint8Array.of(0x7b, 0xff), 'NotJson'],
  ])('is not %s, and the application is told', async (_, body, problem) => {
    source.answer = typeof body === 'string' ? new TextEncoder().encode(body) : body;

    await expect(jwkSets.get(URL)).rejects.toMatchObject(because(problem));
  });

  it('that is a discovery document is not one, and the application is told what to register', async () => {
    const jwks_uri = 'https://idp.example.com/.well-known/jwks.json';
    source.answer = new TextEncoder().encode(JSON.stringify({ issuer: 'https://idp.example.com', jwks_uri }));
    await expect(jwkSets.get(URL)).rejects.toMatchObject({
      problem: 'DiscoveryDocument',
      message: `${because('DiscoveryDocument').message}, ${jwks_uri}`,
    });
  });

  it.each(['http://idp.example.com/', 'https://idp.example.com/?a=<b>', `https://${'x'.repeat(301)}`])(
    'that is a discovery document does not put into the answer what no address should be: %s',
    async (jwks_uri) => {
      source.answer = new TextEncoder().encode(JSON.stringify({ jwks_uri }));
      await expect(jwkSets.get(URL)).rejects.toMatchObject(because('DiscoveryDocument'));
    },
  );

  it('that is unfit where it is fetched from is told of, too', async () => {
    source.answer = new UnfitJwkSet('NoPublicAddress');
    await expect(jwkSets.get(URL)).rejects.toMatchObject(because('NoPublicAddress'));
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
    const { set } = await jwkSets.refetch(URL, known);

    expect(await finds(set, second)).toBe(true);
    expect(await jwkSets.get(URL)).toBe(set);
  });

  it('happens once in five seconds, and says when it may happen again', async () => {
    const known = await jwkSets.get(URL);
    const { set: latest } = await jwkSets.refetch(URL, known, 'App');
    expect(await jwkSets.refetch(URL, latest, 'App')).toEqual({ set: latest, retryAfterSeconds: 5 });
    clock.advance(4_999);
    expect(await jwkSets.refetch(URL, latest, 'App')).toEqual({ set: latest, retryAfterSeconds: 1 });
    expect(source.calls).toHaveLength(2);
    clock.advance(1);
    expect(await jwkSets.refetch(URL, latest, 'App')).not.toHaveProperty('retryAfterSeconds');

    expect(source.calls).toHaveLength(3);
  });

  it('is no application’s alone: one that invents keys keeps no other from a new one', async () => {
    const known = await jwkSets.get(URL);
    const { set } = await jwkSets.refetch(URL, known, 'Invents');
    source.answer = publish(first, second);
    expect(await jwkSets.refetch(URL, set, 'Genuine')).toMatchObject({ retryAfterSeconds: 1 });
    clock.advance(1_000);

    const refetched = await jwkSets.refetch(URL, set, 'Genuine');
    expect(await finds(refetched.set, second)).toBe(true);
  });

  it('asks a source no more than once a second, however many applications invent keys', async () => {
    let { set } = { set: await jwkSets.get(URL) };
    for (let second = 0; second < 60; second += 1) {
      for (let each = 0; each < 100; each += 1) ({ set } = await jwkSets.refetch(URL, set, `App${each}`));
      clock.advance(1_000);
    }
    expect(source.calls).toHaveLength(61);
  });

  it('happens once for all who ask at the same time', async () => {
    const known = await jwkSets.get(URL);
    source.answer = publish(first, second);
    const refetched = await Promise.all(Array.from({ length: 100 }, () => jwkSets.refetch(URL, known)));

    expect(new Set(refetched.map(({ set }) => set)).size).toBe(1);
    expect(source.calls).toHaveLength(2);
  });

  it('is not needed by one who holds an older set than the cache', async () => {
    const outdated = await jwkSets.get(URL);
    source.answer = publish(first, second);
    const { set: current } = await jwkSets.refetch(URL, outdated);

    expect(await jwkSets.refetch(URL, outdated)).toEqual({ set: current });
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
    source.answer = refused();
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject(unavailable);
    clock.advance(1_000);
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject({ ...unavailable, retryAfterSeconds: 4 });
    expect(source.calls).toHaveLength(2);

    source.answer = publish(first, second);
    clock.advance(4_000);
    expect(await finds((await jwkSets.refetch(URL, known)).set, second)).toBe(true);
  });

  it('that fails leaves the known set fresh: tokens signed with its keys cause no fetch', async () => {
    const known = await jwkSets.get(URL);
    source.answer = refused();
    await expect(jwkSets.refetch(URL, known)).rejects.toMatchObject(unavailable);
    clock.advance(5 * MINUTE);

    expect(await jwkSets.get(URL)).toBe(known);
    expect(source.calls).toHaveLength(2);
  });
});
