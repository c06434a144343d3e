// JWK sets that are asked for besides their cache: when they are to be registered, and by many applications at once.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { KeySource } from '../../support/key-source.ts';
import { generateSigningKey, publish } from '../../support/signing-keys.ts';

const URL = 'https://idp.example.com/jwks.json';
const failing = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });

let published: Uint8Array;
let clock: FrozenClock;
let source: KeySource;
let jwkSets: JwkSets;

beforeAll(async () => {
  published = publish(await generateSigningKey('ES256'));
});
beforeEach(() => {
  clock = frozenClock();
  source = new KeySource(published);
  jwkSets = new JwkSets(source.fetcher, [], clock.now);
});

describe('trying a set that is to be registered', () => {
  it('asks its source, whatever is cached', async () => {
    await jwkSets.get(URL);
    await jwkSets.try(URL);
    expect(source.calls).toHaveLength(2);
  });

  it('is refused without a usable key, which a token would only be told of', async () => {
    source.answer = new TextEncoder().encode('{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}');
    await expect(jwkSets.try(URL)).rejects.toMatchObject({ problem: 'NoUsableKey', isLasting: true });
    await expect(jwkSets.get(URL)).resolves.toBeDefined();
  });
});

describe('asking once more, by several applications', () => {
  it('fails while the last attempt did, though an earlier one of the application brought an answer', async () => {
    const { set } = await jwkSets.refetch(URL, await jwkSets.get(URL), 'App');
    clock.advance(1_000);
    source.answer = failing();
    await expect(jwkSets.refetch(URL, set, 'Other')).rejects.toMatchObject({ code: 'JwksUnavailable' });

    await expect(jwkSets.refetch(URL, set, 'App')).rejects.toMatchObject({
      code: 'JwksUnavailable',
      retryAfterSeconds: 4,
    });
  });

  it('does not fail any longer once another has been answered', async () => {
    const known = await jwkSets.get(URL);
    source.answer = failing();
    await expect(jwkSets.refetch(URL, known, 'App')).rejects.toMatchObject({ code: 'JwksUnavailable' });
    clock.advance(1_000);
    source.answer = published;
    const { set } = await jwkSets.refetch(URL, known, 'Other');

    expect(await jwkSets.refetch(URL, set, 'App')).toEqual({ set, retryAfterSeconds: 4 });
  });

  it('has a pause for each URL, however many issuers they have', async () => {
    const sets = new Map<string, Awaited<ReturnType<JwkSets['get']>>>();
    const refetchAll = async () => {
      const pauses = [];
      for (const owner of ['One', 'Two', 'Three']) {
        for (let index = 0; index < 100; index += 1) {
          const url = `https://idp.example.com/${owner}/${index}.json`;
          const { set, retryAfterSeconds } = await jwkSets.refetch(
            url,
            sets.get(url) ?? (await jwkSets.get(url)),
            owner,
          );
          sets.set(url, set);
          pauses.push(retryAfterSeconds);
        }
      }
      return pauses;
    };
    await refetchAll();
    const calls = source.calls.length;

    expect(await refetchAll()).not.toContain(undefined);
    expect(source.calls).toHaveLength(calls);
  });
});
