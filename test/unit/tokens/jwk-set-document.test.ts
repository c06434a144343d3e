// The document of a JWK set: which keys are kept of it, and which documents are none.
import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bytesOfKey, keysOf } from '../../../service/tokens/jwk-set-document.ts';
import { type JwksProblem, UnfitJwkSet } from '../../../service/tokens/jwks-problem.ts';

const good = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid: 'good',
  alg: 'ES256',
  use: 'sig',
} as JWK & Record<string, unknown>;
/** So many keys, each with an id of its own. */
const numbered = (count: number, key: object) =>
  Array.from({ length: count }, (_, index) => ({ ...key, kid: `key-${index}` }));
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (...keys: unknown[]) => keysOf(bytesOf(JSON.stringify({ keys })));

describe('a key of a JWK set', () => {
  it('is kept by the members that verification needs, and no others', () => {
    const more = { x5c: ['x'.repeat(2_000)], x5t: 'x', ext: true, '0': 0 };
    expect(read({ ...good, ...more, key_ops: ['verify', 'wrapKey'] })).toEqual([
      { ...good, key_ops: ['verify'] },
    ]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a number', 7],
    ['a text', 'key'],
    ['a list', [good]],
    ['empty', {}],
    ['of an unknown type', { ...good, kty: 'AKP' }],
    ['a shared secret', { kty: 'oct', k: 'AQ' }],
    ['an elliptic curve’s with its private half', { ...good, d: 'AQ' }],
    ['RSA with its private half', { ...rsa, p: 'AQ' }],
    ['for another operation', { ...good, key_ops: ['sign'] }],
    ['for operations that are no list', { ...good, key_ops: 'verify' }],
    ['RSA with its exponent in a list', { ...rsa, e: ['AQ'] }],
    ['RSA with its exponent in an object', { ...rsa, e: { 0: 'AQ' } }],
    ['RSA with an exponent of 1', { ...rsa, e: 'AQ' }],
    [
      'a small-order point in a list',
      { kty: 'OKP', crv: 'Ed25519', x: ['AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'] },
    ],
    ['a small-order point', { kty: 'OKP', crv: 'Ed25519', x: 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['with a key id that is no text', { ...good, kid: ['good'] }],
    ['with a use that is no text', { ...good, use: 7 }],
    ['with an issuer that is no text', { ...good, issuer: 7 }],
    ['with a type in a list', { ...good, kty: ['EC'] }],
    ['with a member as long as no key has', { ...good, kid: 'k'.repeat(4_097) }],
  ])('is passed over where it is %s', (_, key) => {
    expect(read(key, good).map(({ kid }) => kid)).toEqual(['good']);
  });

  it('takes nothing from a prototype', () => {
    const text = '{"keys":[{"__proto__":{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}}]}';
    expect(keysOf(bytesOf(text))).toEqual([]);
  });
});

describe('a key of a JWK set, as it is known to jose', () => {
  const okp = { ...generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }), kid: 'okp' };

  it.each([
    ['EdDSA', { ...okp, alg: 'EdDSA' }, okp],
    ['Ed25519', { ...okp, alg: 'Ed25519' }, okp],
    ['another algorithm', { ...okp, alg: 'ES256' }, { ...okp, alg: 'ES256' }],
    ['EdDSA and another curve', { ...good, alg: 'EdDSA' }, { ...good, alg: 'EdDSA' }],
  ])('goes by its curve where it is of Ed25519, and names %s', (_, published, kept) => {
    expect(read(published)).toEqual([kept]);
  });

  it('is for signatures where it signs JWT-SVIDs, and for nothing where it signs X.509-SVIDs', () => {
    expect(read({ ...good, use: 'jwt-svid' })).toEqual([good]);
    expect(read({ ...good, use: 'x509-svid' })).toEqual([{ ...good, use: 'x509-svid' }]);
  });

  it('stands there once, however often it is published', () => {
    expect(read(good, { ...good, x5t: 'another print' }, { ...good })).toEqual([good]);
    expect(read(good, { ...good, kid: 'another' })).toHaveLength(2);
  });
});

describe('a JWK set', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('has 100 keys at most', () => {
    expect(read(...numbered(100, good))).toHaveLength(100);
    expect(() => read(...numbered(101, good))).toThrow('more than 100 keys');
    expect(() => read(...Array(101).fill(good))).toThrow('more than 100 keys');
    expect(() => read(...Array(101).fill(null))).toThrow('more than 100 keys');
  });

  it.each(['null', '[]', '7', '{}', '{"keys":{}}', '{"keys":{"length":1}}', '{"keys":"keys"}'])(
    'is not %s',
    (text) => {
      expect(() => keysOf(bytesOf(text))).toThrow('has no list of keys');
    },
  );

  it.each([
    ['34,000 entries that are empty', `{"keys":[${Array(34_000).fill('{}').join()}]}`],
    ['50,000 lists in one another', '['.repeat(50_000)],
    ['10,000 numbers beside its keys', `{"keys":[],"numbers":[${Array(10_000).fill('0').join()}]}`],
    ['9,000 members', `{${Array.from({ length: 9_000 }, (_, index) => `"${index}":0`).join()}}`],
    ['quotation marks in its texts', `["\\"",${Array(10_000).fill('"\\\\"').join()}]`],
  ])('with %s is refused before it is parsed', (_, text) => {
    const parse = vi.spyOn(JSON, 'parse');
    expect(() => keysOf(bytesOf(text))).toThrow('more members than those have');
    expect(parse).not.toHaveBeenCalled();
  });

  it('of as many keys as there may be is read, each with a chain of certificates and what else issuers write', () => {
    const more = {
      x5c: Array(3).fill('x'.repeat(10)),
      x5t: 'x',
      'x5t#S256': 'x',
      issuer: 'https://login.example.com/{tenantid}/v2.0',
      ext: true,
      key_ops: ['verify'],
      exp: 1_900_000_000,
      nbf: 1_500_000_000,
      cloud_instance_name: '[a, b: {c}]'.repeat(20),
    };
    expect(read(...numbered(100, { ...good, ...more }))).toHaveLength(100);
  });

  it('of 20 RSA keys with chains of 20 certificates is read', () => {
    const chain = Array(20).fill('MII+/='.repeat(20));
    expect(read(...numbered(20, { ...rsa, x5c: chain, x5t: 'x' }))).toHaveLength(20);
  });

  it.each<[string, string, JwksProblem]>([
    ['of HTML', '<html>', 'NotJson'],
    ['that is cut off', '{"keys":["', 'NotJson'],
    ['that ends in a backslash', '{"keys":["\\', 'NotJson'],
    ['with its keys twice', '{"keys":[],"keys":[]}', 'DuplicateMember'],
  ])('%s is refused: %j', (_, text, problem) => {
    expect(() => keysOf(bytesOf(text))).toThrow(new UnfitJwkSet(problem));
  });
});

describe('the bytes that a key is reckoned with', () => {
  it('are those of every algorithm that it can be imported for', () => {
    const [any, one] = read({ ...rsa }, { ...rsa, alg: 'RS256' }) as [JWK, JWK];
    expect(bytesOfKey(any)).toBeGreaterThan(6 * 8_192);
    expect(bytesOfKey(one)).toBeGreaterThan(8_192);
    expect(bytesOfKey(one)).toBeLessThan(2 * 8_192);
    expect(bytesOfKey(good)).toBeLessThan(2 * 8_192);
  });
});
