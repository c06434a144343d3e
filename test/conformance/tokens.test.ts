// The conformance suite of tokens: every case of the JSON files beside it, against the verifier and the session tags.
import { compactVerify, flattenedVerify, generalVerify, type JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { BrokerError, describeCause } from '../../service/errors.ts';
import { parseRegistration } from '../../service/registrations/registration.ts';
import { sessionTagsOf } from '../../service/sessions/session-tags.ts';
import { type Fetcher, JwkSets } from '../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { KeySource } from '../support/key-source.ts';
import { minimalBody } from '../support/registrations.ts';
import { forge } from './forge.ts';
import { published } from './keys.ts';
import { defaultPublished, NOW, publishedBySeveral, readCaseFiles, type TokenCase } from './token-case.ts';

const files = readCaseFiles();

for (const { about, cases } of files) {
  describe(about, () => {
    for (const one of cases) {
      const { name, source = '', expect: expected } = one;
      const title = `${name}${source && ` (${source})`}`;
      if (typeof expected === 'string') {
        it(`refuses ${title}: ${expected}`, async () => {
          const token = forge(one);
          await proveGenuine(token, one.genuine);
          const refusal = await judge(token, one).then(
            (tags) => expect.fail(`accepted, with the tags ${JSON.stringify(tags)}`),
            (error: unknown) => error,
          );
          expect(refusal).toBeInstanceOf(BrokerError);
          expect(refusal).toMatchObject({ code: expected, message: expect.stringContaining(one.says ?? '') });
          expectNothingOf(token, refusal as BrokerError, one);
        });
      } else {
        it(`accepts ${title}`, async () => {
          const token = forge(one);
          await proveGenuine(token, one.genuine);
          expect(await judge(token, one)).toEqual(expected.tags);
        });
      }
    }
  });
}

describe('the suite', () => {
  const own = files.filter(({ name }) => !name.startsWith('rfc')).flatMap(({ cases }) => cases);

  it('has at least 80 hostile cases beside the examples of the RFCs, and no name twice', () => {
    expect(own.filter(({ expect }) => typeof expect === 'string').length).toBeGreaterThanOrEqual(80);
    for (const { cases } of files) {
      const names = cases.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('accepts a token of each key that the issuer publishes', () => {
    const accepted = own.filter(({ expect }) => typeof expect !== 'string');
    const signers = accepted.map(({ signed = { key: 'ES256' } }) => ('key' in signed ? signed.key : ''));
    expect(signers).toEqual(expect.arrayContaining(defaultPublished));
  });
});

/** @returns the session tags, by key */
async function judge(token: string, one: TokenCase): Promise<Record<string, string>> {
  const { published: set = defaultPublished, clock = NOW } = one;
  const now = () => clock * 1000;
  const registration = parseRegistration({
    ...minimalBody,
    ...(one.registration?.['Issuers'] !== undefined && { JWKSetURL: undefined }),
    ...one.registration,
  });
  const document = 'document' in set ? set.document : { keys: published(set) };
  const source = new KeySource(Buffer.from(JSON.stringify(document)));
  const fetcher: Fetcher = async (url, options) => {
    const fetched = await source.fetcher(url, options);
    const keys = publishedBySeveral[url];
    return keys ? Buffer.from(JSON.stringify({ keys: published(keys) })) : fetched;
  };
  const verifier = new TokenVerifier(new JwkSets(fetcher, [], now), now);
  try {
    const verification = { owner: 'App', version: 'version-1' };
    const verified = await verifier.verify(token, digestOf(token), registration, verification);
    return Object.fromEntries(sessionTagsOf(verified, registration).map(({ key, value }) => [key, value]));
  } finally {
    // Whatever URL a token names: keys come from the registered one.
    const registered = registration.issuers.map(({ jwksUrl }) => jwksUrl);
    expect(source.calls.filter((url) => !registered.includes(url))).toEqual([]);
  }
}

/** Shows with jose alone that a published example stands here as it was published. */
async function proveGenuine(token: string, genuine: TokenCase['genuine']): Promise<void> {
  if (!genuine) return;
  for (const key of genuine.keys as JWK[]) {
    const { payload } = await verifyWithJose(token, key, genuine);
    expect(Buffer.from(payload).toString()).toBe(genuine.payload);
  }
}

function verifyWithJose(token: string, key: JWK, { payload, detached }: NonNullable<TokenCase['genuine']>) {
  if (token.startsWith('{')) {
    const jws = JSON.parse(token);
    return jws.signatures ? generalVerify(jws, key) : flattenedVerify(jws, key);
  }
  const attached = `.${Buffer.from(payload).toString('base64url')}.`;
  return compactVerify(detached ? token.replace('..', attached) : token, key);
}

const PIECE_LENGTH = 8;

/** Neither what the caller is answered nor what the log says of the cause has a piece of the token: but for what was registered. */
function expectNothingOf(token: string, refusal: BrokerError, { registration = {} }: TokenCase): void {
  const { message, cause } = refusal;
  const { JWKSetURL } = minimalBody;
  const document = JSON.stringify({ JWKSetURL, ...registration });
  const registered = valuesOf(Buffer.from(document).toString('base64url'));
  registered.sort((one, other) => other.length - one.length);
  const said = registered.reduce(
    (text, value) => text.replaceAll(value, '…'),
    `${message}\n${JSON.stringify(describeCause(cause))}`,
  );
  const contents = [token, ...token.split('.').flatMap(valuesOf)];
  const pieces = Array.from(said, (_, at) => said.slice(at, at + PIECE_LENGTH)).slice(0, -PIECE_LENGTH);
  const leaked = pieces.filter((piece) => contents.some((content) => content.includes(piece)));
  expect(leaked, `of the token, in: ${said}`).toEqual([]);
}

/** The values in a part of a token, without the names, which are no secret; a part that is no JSON as it is. */
function valuesOf(part: string): string[] {
  const text = Buffer.from(part, 'base64url').toString();
  try {
    const values: unknown[] = [JSON.parse(text)];
    // A list to which this adds, and no recursion: some tokens are nested deeper than the stack.
    for (const value of values) {
      if (typeof value === 'object' && value !== null) values.push(...Object.values(value));
    }
    return values.filter((value) => typeof value !== 'object').map(String);
  } catch {
    return [text];
  }
}
