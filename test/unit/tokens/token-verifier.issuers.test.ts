// The token verifier with several issuers: by whose rules a token is judged, and whose keys it must be signed with.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRegistration } from '../../../service/registrations/registration.ts';
import { sessionTagsOf } from '../../../service/sessions/session-tags.ts';
import { JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { digestOf, TokenVerifier } from '../../../service/tokens/token-verifier.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { minimalBody } from '../../support/registrations.ts';
import { forge, generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';

const { JWKSetURL, ...body } = minimalBody;
const issuerNamed = (name: string, fields: object = {}) => ({
  Issuer: `https://${name}.example.com`,
  JWKSetURL: `https://${name}.example.com/keys`,
  ...fields,
});

let keys: Readonly<Record<'a' | 'b' | 'c', SigningKey>>;
let clock: FrozenClock;
let fetched: string[];
let verifier: TokenVerifier;

beforeAll(async () => {
  // One key id: only the URL tells whose key it is.
  const [a, b, c] = await Promise.all([1, 2, 3].map(() => generateSigningKey('ES256', 'key')));
  keys = { a, b, c } as typeof keys;
});
beforeEach(() => {
  clock = frozenClock();
  fetched = [];
  const fetcher = async (url: string) => {
    fetched.push(url);
    const [, name] = /^https:\/\/(\w)\./.exec(url) ?? [];
    return publish(keys[name as keyof typeof keys]);
  };
  verifier = new TokenVerifier(new JwkSets(fetcher, [], clock.now), clock.now);
});

const claimsWith = (claims: object) => ({
  exp: clock.seconds() + 60,
  'custom:tenant_id': 'Yellow',
  ...claims,
});
const signedBy = (name: keyof typeof keys, claims: object) => keys[name].sign(claimsWith(claims));

/** The tags of a session for a token, where these are the issuers. */
async function tagsOf(token: string, Issuers: readonly object[], fields: object = {}) {
  const registration = parseRegistration({ ...body, ...fields, Issuers });
  const verification = { owner: 'App', version: JSON.stringify(Issuers) };
  const verified = await verifier.verify(token, digestOf(token), registration, verification);
  return Object.fromEntries(sessionTagsOf(verified, registration).map(({ key, value }) => [key, value]));
}

const both = [issuerNamed('a'), issuerNamed('b')];
const iss = (name: string) => `https://${name}.example.com`;
const mismatch = {
  code: 'TokenIssuerMismatch',
  statusCode: 403,
  message: `the token’s iss is not the registered Issuer: ${iss('a')}, ${iss('b')}`,
};

describe('of several issuers', () => {
  it.each(['a', 'b'] as const)('the one that the token says it is from decides: %s', async (name) => {
    expect(await tagsOf(await signedBy(name, { iss: iss(name) }), both)).toEqual({ TenantID: 'Yellow' });
    expect(fetched).toEqual([`${iss(name)}/keys`]);
  });

  it.each([
    ['a', 'b'],
    ['b', 'a'],
  ] as const)('none vouches for another: %s’s key under the name of %s', async (signer, named) => {
    await expect(tagsOf(await signedBy(signer, { iss: iss(named) }), both)).rejects.toMatchObject({
      code: 'TokenSignatureInvalid',
    });
    expect(fetched).toEqual([`${iss(named)}/keys`]);
  });

  it('none is asked for keys that a token names', async () => {
    const token = await keys.c.sign(claimsWith({ iss: iss('a') }), {
      jku: `${iss('c')}/keys`,
      jwk: keys.c.publicJwk,
    });
    await expect(tagsOf(token, both)).rejects.toMatchObject({ code: 'TokenSignatureInvalid' });
    expect(fetched).toEqual([`${iss('a')}/keys`]);
  });

  it('the rules of the others count for nothing', async () => {
    const issuers = [
      issuerNamed('a', { Audience: 'client-a', Algorithms: ['ES256'], RequiredClaims: { plan: 'a' } }),
      issuerNamed('b', { Audience: 'client-b', Algorithms: ['RS256'], TokenUse: 'access' }),
    ];
    const claims = { aud: 'client-a', plan: 'a' };
    await expect(tagsOf(await signedBy('a', { ...claims, iss: iss('a') }), issuers)).resolves.toBeDefined();
    await expect(tagsOf(await signedBy('b', { ...claims, iss: iss('b') }), issuers)).rejects.toMatchObject({
      code: 'TokenAlgorithmNotAllowed',
    });
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['in a list', [iss('a')]],
    ['a list of both', [iss('a'), iss('b')]],
    ['null', null],
    ['a number', 7],
    ['with a slash at its end', `${iss('a')}/`],
    ['in another case', iss('A')],
    ['another', iss('c')],
    ['empty', ''],
  ])('none is that of a token whose iss is %s; no key is fetched', async (_, named) => {
    await expect(tagsOf(await signedBy('a', { iss: named }), both)).rejects.toMatchObject(mismatch);
    expect(fetched).toEqual([]);
  });

  it('five are named at most', async () => {
    const issuers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => issuerNamed(name));
    await expect(tagsOf(await signedBy('a', { iss: 'x' }), issuers)).rejects.toMatchObject({
      message: `the token’s iss is not the registered Issuer: ${['a', 'b', 'c', 'd', 'e'].map(iss).join(', ')} and 2 more`,
    });
  });

  it.each([
    ['a word', 'token', 'the token is not a signed JWT in compact form'],
    ['a payload that is no JSON', forge({ alg: 'ES256' }, '{'), mismatch.message],
    ['a payload that is a list', forge({ alg: 'ES256' }, '[]'), mismatch.message],
    [
      'a header that is no JSON',
      forge('{', { iss: 'x' }),
      'the token’s header is not a JSON object in base64url',
    ],
    ['no algorithm of ours', forge({ alg: 'none' }, { iss: 'x' }), /^the token’s alg must be one of /],
    ['more than the longest token', 'x'.repeat(32_769), 'the token is longer than 32768 characters'],
  ])('none is looked for in %s', async (_, token, message) => {
    await expect(tagsOf(token, both)).rejects.toThrow(message);
    expect(fetched).toEqual([]);
  });

  it('each keeps its keys: taking turns fetches nothing anew', async () => {
    for (const name of ['a', 'b', 'a', 'b'] as const) {
      clock.advance(1_000);
      await tagsOf(await signedBy(name, { iss: iss(name) }), both);
    }
    expect(fetched).toEqual([`${iss('a')}/keys`, `${iss('b')}/keys`]);
  });
});

describe('a template among the issuers', () => {
  const template = issuerNamed('a', { Issuer: 'https://login.example.com/{tid}/v2.0' });
  const exact = issuerNamed('b', { Issuer: 'https://login.example.com/blue/v2.0', SessionTagValue: 'Blue' });
  const byTid = { JWTClaimName: 'tid' };
  const tokenOf = (signer: keyof typeof keys, tid: string, named = tid) =>
    signedBy(signer, { iss: `https://login.example.com/${named}/v2.0`, tid });

  it.each([
    ['before', [exact, template]],
    ['after', [template, exact]],
  ])('gives way to an exact one, registered %s it', async (_, issuers) => {
    expect(await tagsOf(await tokenOf('b', 'blue'), issuers, byTid)).toEqual({ TenantID: 'Blue' });
    expect(await tagsOf(await tokenOf('a', 'green'), issuers, byTid)).toEqual({ TenantID: 'green' });
    await expect(tagsOf(await tokenOf('a', 'blue'), issuers, byTid)).rejects.toMatchObject({
      code: 'TokenSignatureInvalid',
    });
  });

  it('does not let its tokens name the tenant of the exact one, in whose spelling ever', async () => {
    await expect(tagsOf(await tokenOf('a', 'Blue'), [exact, template], byTid)).rejects.toMatchObject({
      code: 'ClaimNotAllowed',
      statusCode: 403,
      message: 'the claim tid names a tenant that is another issuer’s, by its SessionTagValue',
    });
  });

  it('is not met where iss and claim differ', async () => {
    await expect(tagsOf(await tokenOf('a', 'green', 'red'), [exact, template], byTid)).rejects.toMatchObject({
      code: 'TokenIssuerMismatch',
    });
  });

  it('is not met by its own text', async () => {
    await expect(tagsOf(await tokenOf('a', '{tid}'), [exact, template], byTid)).rejects.toMatchObject({
      code: 'TokenIssuerMismatch',
    });
  });

  it('that fits beside another one decides nothing: the token is refused', async () => {
    const issuers = [
      issuerNamed('a', { Issuer: 'https://x/{tid}' }),
      issuerNamed('b', { Issuer: 'https://x/v-{ver}', RequiredClaims: { ver: ['1'] } }),
    ];
    const token = (claims: object) => signedBy('a', { iss: 'https://x/v-1', ...claims });
    expect(await tagsOf(await token({ tid: 'v-1' }), issuers, byTid)).toEqual({ TenantID: 'v-1' });
    await expect(tagsOf(await token({ tid: 'v-1', ver: '1' }), issuers, byTid)).rejects.toMatchObject({
      code: 'TokenIssuerMismatch',
    });
    expect(fetched).toEqual(['https://a.example.com/keys']);
  });
});

describe('a tenant that is bound to an issuer', () => {
  const bound = issuerNamed('a', { SessionTagValue: 'Blue' });
  const alike = issuerNamed('c', { SessionTagValue: 'Blue' });
  const unbound = issuerNamed('b');
  const issuers = [bound, unbound, alike];

  it.each<[string, object]>([
    ['another', { 'custom:tenant_id': 'Yellow' }],
    ['none', { 'custom:tenant_id': undefined }],
    ['no text', { 'custom:tenant_id': ['Yellow'] }],
    ['a value that no tag may have', { 'custom:tenant_id': '*' }],
  ])('is that of its tokens, though they claim %s', async (_, claims) => {
    for (const name of ['a', 'c'] as const) {
      const token = await signedBy(name, { iss: iss(name), ...claims });
      expect(await tagsOf(token, issuers)).toEqual({ TenantID: 'Blue' });
    }
  });

  it('is not to be named by another issuer', async () => {
    const token = await signedBy('b', { iss: iss('b'), 'custom:tenant_id': 'Blue' });
    await expect(tagsOf(token, issuers)).rejects.toMatchObject({ code: 'ClaimNotAllowed' });
    await expect(tagsOf(token, issuers, { ClaimForms: ['ListOfOne'] })).rejects.toMatchObject({
      code: 'ClaimNotAllowed',
    });
  });

  it.each<[string, unknown, string]>([
    ['a number', 7, '7'],
    ['a list', ['7'], '7'],
    ['a number in a list', [7], '7'],
  ])('is not to be named by another issuer as %s', async (_, claim, SessionTagValue) => {
    const token = await signedBy('b', { iss: iss('b'), 'custom:tenant_id': claim });
    const forms = { ClaimForms: ['ListOfOne', 'SafeInteger'] };
    await expect(tagsOf(token, [{ ...bound, SessionTagValue }, unbound], forms)).rejects.toMatchObject({
      code: 'ClaimNotAllowed',
    });
  });

  it('leaves all others to who is bound to none', async () => {
    const token = await signedBy('b', { iss: iss('b'), 'custom:tenant_id': 'Green' });
    expect(await tagsOf(token, issuers)).toEqual({ TenantID: 'Green' });
  });
});
