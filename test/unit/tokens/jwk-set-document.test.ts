// The document of a JWK set: which keys are kept of it, and which documents are none.
import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../service/tokens/jwk-set-document.ts';

const good = {
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  kid: 'good',
  alg: 'ES256',
  use: 'sig',
} as JWK & Record<string, unknown>;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

const read = (...keys: unknown[]) => keysOf(new TextEncoder().encode(JSON.stringify({ keys })));

describe('a key of a JWK set', () => {
  it('is kept by the members that verification needs, and no others', () => {
    const more = { x5c: ['x'.repeat(2_000)], x5t: 'x', issuer: 7, ext: true, '0': 0 };
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
    ['with a type in a list', { ...good, kty: ['EC'] }],
    ['with a member as long as no key has', { ...good, kid: 'k'.repeat(4_097) }],
  ])('is passed over where it is %s', (_, key) => {
    expect(read(key, good).map(({ kid }) => kid)).toEqual(['good']);
  });

  it('takes nothing from a prototype', () => {
    const text = '{"keys":[{"__proto__":{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}}]}';
    expect(keysOf(new TextEncoder().encode(text))).toEqual([]);
  });
});

describe('a JWK set', () => {
  it('has 100 keys at most', () => {
    expect(read(...Array(100).fill(good))).toHaveLength(100);
    expect(() => read(...Array(101).fill(good))).toThrow('more than 100 keys');
    expect(() => read(...Array(101).fill(null))).toThrow('more than 100 keys');
  });

  it.each(['null', '[]', '7', '{}', '{"keys":{}}', '{"keys":{"length":1}}', '{"keys":"keys"}'])(
    'is not %s',
    (text) => {
      expect(() => keysOf(new TextEncoder().encode(text))).toThrow('no list of keys');
    },
  );
});
