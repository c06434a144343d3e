// Forgeable keys: those whose private half can be worked out.
import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { isForgeable } from '../../../service/tokens/forgeable-key.ts';

const good = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
  kty: 'RSA',
} satisfies JWK;
const square = Buffer.from(((2n ** 1023n + 1155n) ** 2n).toString(16).padStart(512, '0'), 'hex');

describe('an RSA key', () => {
  it('that OpenSSL makes is not forgeable', () => {
    expect(isForgeable(good)).toBe(false);
  });

  it.each(['AQ', 'AA', 'Ag', ''])('with the exponent %j is forgeable', (e) => {
    expect(isForgeable({ ...good, e })).toBe(true);
  });

  it.each(['Aw', 'AQAB'])('with the exponent %j is not', (e) => {
    expect(isForgeable({ ...good, e })).toBe(false);
  });

  it.each(['', square.toString('base64url')])('with the weak modulus %j is forgeable', (n) => {
    expect(isForgeable({ ...good, n })).toBe(true);
  });
});
