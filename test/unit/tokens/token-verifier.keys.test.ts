// The token verifier over time: which key verifies, how keys rotate, and what is remembered of a verified token.

import { beforeAll, describe, expect, it } from 'vitest';
import { digestOf } from '../../../service/tokens/token-verifier.ts';
import { registrationWith } from '../../support/registrations.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';
import { useTokenVerifier } from '../../support/token-verifier.ts';

const MINUTE = 60_000;
const noKey = {
  code: 'TokenKeyNotFound',
  statusCode: 403,
  message: 'the registered JWK set has no key for this token',
};
const severalKeys = {
  code: 'TokenKeyNotFound',
  message: 'several keys of the registered JWK set fit this token: it must name one (kid)',
};
const noUsableKey = {
  code: 'TokenKeyNotFound',
  message: 'the registered JWK set has no usable key for this token',
};
const jwksUnavailable = {
  code: 'JwksUnavailable',
  statusCode: 503,
  message: expect.stringMatching(
    /^the JWK set at the registered JWKSetURL https:\/\/idp\.example\.com\/jwks\.json could not be fetched or read/,
  ),
};

let first: SigningKey;
let second: SigningKey;
let rsa: SigningKey;
const fixture = useTokenVerifier(() => publish(first));

beforeAll(async () => {
  [first, second, rsa] = await Promise.all([
    generateSigningKey('ES256', 'first'),
    generateSigningKey('ES256', 'second'),
    generateSigningKey('RS256', 'rsa'),
  ]);
});

const tokenOf = (key: SigningKey, lifetimeSeconds = 3600, header: Record<string, unknown> = {}) =>
  key.sign({ exp: fixture.clock.seconds() + lifetimeSeconds, 'custom:tenant_id': 'Yellow' }, header);
const verify = async (token: string, version = 'version-1', registration = registrationWith()) =>
  (await fixture.verifier.verify(token, digestOf(token), registration, { owner: 'App', version })).claims;

const ones = (bytes: number) => Buffer.alloc(bytes, 0xff).toString('base64url');

describe('the key of a token', () => {
  it('is one that the set has', async () => {
    await expect(verify(await tokenOf(second))).rejects.toMatchObject(noKey);
  });

  it('is missed in a set that has none to verify with, and the reason is told', async () => {
    fixture.source.answer = new TextEncoder().encode('{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}');
    await expect(verify(await tokenOf(first))).rejects.toMatchObject({
      code: 'TokenKeyNotFound',
      message: 'the registered JWK set has no key that tokens can be verified with',
      problem: 'NoUsableKey',
    });
    await expect(verify(await tokenOf(first))).rejects.toMatchObject({
      problem: 'NoUsableKey',
      retryAfterSeconds: 5,
    });
  });

  it('must be named where several fit', async () => {
    fixture.source.answer = publish(first, second);
    await expect(verify(await tokenOf(first, 3600, { kid: undefined }))).rejects.toMatchObject(severalKeys);
  });

  it.each<[string, Record<string, unknown>]>([
    ['is for encryption', { use: 'enc' }],
    ['may not verify', { key_ops: ['encrypt'] }],
    ['is for another algorithm', { alg: 'RS512' }],
    ['has another type', { kty: 'EC' }],
  ])('is not one that %s', async (_, changes) => {
    fixture.source.answer = publish(second, { publicJwk: { ...rsa.publicJwk, ...changes } });
    await expect(verify(await tokenOf(rsa))).rejects.toMatchObject(noKey);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['cannot be imported', () => ({ ...rsa.publicJwk, n: '!' })],
    ['is too short', () => ({ ...rsa.publicJwk, n: ones(128) })],
    ['takes long for its length', () => ({ ...rsa.publicJwk, n: ones(1025) })],
    ['takes long for its exponent', () => ({ ...rsa.publicJwk, e: ones(9) })],
    ['is a shared secret', () => ({ kty: 'oct', kid: 'rsa', alg: 'RS256', k: 'c2VjcmV0' })],
  ])('is not one that %s', async (_, publicJwk) => {
    fixture.source.answer = publish(second, { publicJwk: publicJwk() });
    await expect(verify(await tokenOf(rsa))).rejects.toMatchObject({
      code: 'TokenKeyNotFound',
      message: expect.stringMatching(`^(${noKey.message}|${noUsableKey.message})$`),
    });
  });

  it('is not one that comes with the token', async () => {
    const header = { kid: undefined, jwk: second.publicJwk, jku: 'https://attacker.example/jwks.json' };
    await expect(verify(await tokenOf(second, 3600, header))).rejects.toMatchObject({
      code: 'TokenSignatureInvalid',
    });
    expect(fixture.source.calls).toEqual(['https://idp.example.com/jwks.json']);
  });
});

describe('when the issuer rotates its keys', () => {
  it('a token of the new key is accepted at once', async () => {
    await verify(await tokenOf(first));
    fixture.source.answer = publish(first, second);

    await expect(verify(await tokenOf(second))).resolves.toBeDefined();
    expect(fixture.source.calls).toHaveLength(2);
  });

  it('a token of a key that is gone is refused, though it was verified before', async () => {
    const token = await tokenOf(first);
    await verify(token);
    fixture.source.answer = publish(second);
    await verify(await tokenOf(second));

    await expect(verify(token)).rejects.toMatchObject(noKey);
  });

  it('tokens with invented key ids cause one fetch in five seconds, and are told when the next may be', async () => {
    const invented = (id: number) => tokenOf(second, 3600, { kid: `invented-${id}` });
    await expect(verify(await invented(0))).rejects.toMatchObject({ ...noKey, retryAfterSeconds: undefined });
    for (const retryAfterSeconds of [5, 4, 3, 2, 1]) {
      await expect(verify(await invented(1))).rejects.toMatchObject({ ...noKey, retryAfterSeconds });
      fixture.clock.advance(1_000);
    }
    expect(fixture.source.calls).toHaveLength(2);
    await expect(verify(await invented(2))).rejects.toMatchObject({ ...noKey, retryAfterSeconds: undefined });
    expect(fixture.source.calls).toHaveLength(3);
  });

  it('a token that has expired says so, and causes no fetch, whether its key is still there or not', async () => {
    const token = await tokenOf(second, 10);
    fixture.clock.advance(10_000);
    await expect(verify(token)).rejects.toMatchObject({ code: 'TokenExpired' });
    expect(fixture.source.calls).toHaveLength(1);
  });

  it('a token of an unknown key is a 503 while its set cannot be fetched, and others are served', async () => {
    const known = await tokenOf(first);
    await verify(known);
    fixture.source.answer = new Error('ECONNREFUSED');

    await expect(verify(await tokenOf(second))).rejects.toMatchObject(jwksUnavailable);
    await expect(verify(await tokenOf(second, 60))).rejects.toMatchObject(jwksUnavailable);
    await expect(verify(known)).resolves.toBeDefined();
    await expect(verify(await tokenOf(first, 60))).resolves.toBeDefined();
    expect(fixture.source.calls).toHaveLength(2);
  });

  it('a set that never could be fetched is a 503', async () => {
    fixture.source.answer = new Error('ECONNREFUSED');
    await expect(verify(await tokenOf(first))).rejects.toMatchObject(jwksUnavailable);
  });
});

describe('a verified token', () => {
  it('is verified once, and its claims are kept', async () => {
    const token = await tokenOf(first);
    const claims = await verify(token);
    fixture.clock.advance(5 * MINUTE - 1);

    expect(await verify(token)).toBe(claims);
    fixture.clock.advance(1);
    expect(await verify(token)).not.toBe(claims);
  });

  it('is never served past its exp', async () => {
    const token = await tokenOf(first, 60);
    await verify(token);
    fixture.clock.advance(59_999);
    await expect(verify(token)).resolves.toBeDefined();
    fixture.clock.advance(1);

    await expect(verify(token)).rejects.toMatchObject({
      code: 'TokenExpired',
      message: 'the token has expired',
    });
  });

  it('is verified anew under another version of the registration', async () => {
    const token = await tokenOf(first);
    await verify(token);
    const registration = registrationWith({ issuer: 'https://idp.example.com' });

    await expect(verify(token, 'version-2', registration)).rejects.toMatchObject({
      code: 'TokenIssuerMismatch',
    });
  });

  it('is verified anew once the key set has changed', async () => {
    const token = await tokenOf(first, 3600);
    await verify(token);
    fixture.source.answer = publish(second);
    fixture.clock.advance(10 * MINUTE);

    await expect(verify(token)).rejects.toMatchObject(noKey);
  });

  it('is known by its digest alone: a token that differs in one character is another', async () => {
    const token = await tokenOf(first);
    await verify(token);
    const last = token.at(-2) === 'A' ? 'B' : 'A';

    await expect(verify(`${token.slice(0, -2)}${last}${token.at(-1)}`)).rejects.toMatchObject({
      code: 'TokenSignatureInvalid',
    });
  });

  it('that was refused is judged again: a refusal is not kept', async () => {
    const token = await first.sign({
      exp: fixture.clock.seconds() + 3600,
      nbf: fixture.clock.seconds() + 61,
    });
    await expect(verify(token)).rejects.toMatchObject({ code: 'TokenNotYetValid' });
    fixture.clock.advance(1_000);

    await expect(verify(token)).resolves.toBeDefined();
  });
});

describe('digestOf', () => {
  it('is the hexadecimal SHA-256', () => {
    expect(digestOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
