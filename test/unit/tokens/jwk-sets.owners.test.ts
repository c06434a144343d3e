// JWK sets by application: each has those of its issuers, and what it goes by no longer is forgotten.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { frozenClock } from '../../support/clock.ts';
import { KeySource } from '../../support/key-source.ts';
import { generateSigningKey, publish } from '../../support/signing-keys.ts';

const EARLIER = 'https://idp.example.com/earlier.json';
const LATER = 'https://idp.example.com/later.json';

let published: Uint8Array;
let source: KeySource;
let jwkSets: JwkSets;

beforeAll(async () => {
  published = publish(await generateSigningKey('ES256'));
});
beforeEach(() => {
  source = new KeySource(published);
  jwkSets = new JwkSets(source.fetcher, [], frozenClock().now);
});

/** How often a URL has been fetched. */
const fetchesOf = (url: string) => source.calls.filter((call) => call === url).length;

describe('an application that has registered another JWKSetURL', () => {
  it('has its new set only: the earlier one is forgotten', async () => {
    await jwkSets.get(EARLIER, 'Reports');
    await jwkSets.get(LATER, 'Reports');
    await jwkSets.get(LATER, 'Reports');
    expect(source.calls).toEqual([EARLIER, LATER]);

    await jwkSets.get(EARLIER, 'Billing');
    expect(fetchesOf(EARLIER)).toBe(2);
  });

  it('takes no set from another application that goes by it', async () => {
    await jwkSets.get(EARLIER, 'Reports');
    await jwkSets.get(EARLIER, 'Billing');
    await jwkSets.get(LATER, 'Reports');
    await jwkSets.get(EARLIER, 'Billing');
    expect(fetchesOf(EARLIER)).toBe(1);

    await jwkSets.get(LATER, 'Billing');
    await jwkSets.get(EARLIER, 'Reports');
    expect(fetchesOf(EARLIER)).toBe(2);
  });

  it('has nothing left of a fetch of the earlier one that was under way', async () => {
    const earlier = jwkSets.get(EARLIER, 'Reports');
    await jwkSets.get(LATER, 'Reports');
    await expect(earlier).resolves.toBeDefined();

    await jwkSets.get(EARLIER, 'Billing');
    expect(fetchesOf(EARLIER)).toBe(2);
  });
});

describe('an application that has registered several JWKSetURLs', () => {
  const urls = [EARLIER, LATER];
  const both = urls.map((jwksUrl) => ({ jwksUrl }));

  it('has the sets of all of them, in whatever order it asks', async () => {
    for (const url of [EARLIER, LATER, EARLIER, LATER]) await jwkSets.get(url, 'Reports', both);
    expect(source.calls).toEqual(urls);
  });

  it('has those left of them that it still registers', async () => {
    for (const url of urls) await jwkSets.get(url, 'Reports', both);
    await jwkSets.get(LATER, 'Reports', [{ jwksUrl: LATER }]);
    await jwkSets.get(EARLIER, 'Billing');
    expect(source.calls).toEqual([EARLIER, LATER, EARLIER]);
  });

  it('keeps a set that another gives up', async () => {
    await jwkSets.get(EARLIER, 'Reports', both);
    await jwkSets.get(EARLIER, 'Billing');
    await jwkSets.get(LATER, 'Billing');
    await jwkSets.get(EARLIER, 'Reports', both);
    expect(source.calls).toEqual(urls);
  });
});
