// The token verifier: which tokens pass, and with which code each of the others is refused.

import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { signatureAlgorithms } from '../../../service/tokens/signature-algorithms.ts';
import { MAX_TOKEN_LENGTH } from '../../../service/tokens/token-text.ts';
import { registrationWith } from '../../support/registrations.ts';
import { forge, generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';
import { useTokenVerifier } from '../../support/token-verifier.ts';

let keys: Map<string, SigningKey>;
let key: SigningKey;
let stranger: SigningKey;
const fixture = useTokenVerifier(() => publish(...keys.values()));

beforeAll(async () => {
  const generated = await Promise.all(signatureAlgorithms.map((alg) => generateSigningKey(alg)));
  keys = new Map(generated.map((one) => [one.alg, one]));
  key = keyFor('ES256');
  stranger = await generateSigningKey('ES256', key.kid);
});

function keyFor(alg: string): SigningKey {
  const found = keys.get(alg);
  if (!found) throw new Error(`no key for ${alg}`);
  return found;
}

const verify = fixture.verify;
const idClaims = fixture.idClaims;

describe('a token', () => {
  it.each(signatureAlgorithms)('signed with %s is accepted, and its claim returned', async (alg) => {
    expect(await verify(await keyFor(alg).sign(idClaims()))).toEqual({ 'custom:tenant_id': 'Yellow' });
  });

  it.each(['JWT', 'jwt', 'at+jwt', 'AT+JWT', 'application/at+jwt', 'application/jwt', undefined])(
    'of type %s is accepted',
    async (typ) => {
      await expect(verify(await key.sign(idClaims(), { typ }))).resolves.toBeDefined();
    },
  );

  it('is accepted with nothing but exp where the registration pins nothing', async () => {
    expect(await verify(await key.sign({ exp: fixture.clock.seconds() + 1 }))).toEqual({});
  });

  it('without a key id is accepted where one key of the set fits', async () => {
    fixture.source.answer = publish(key);
    await expect(verify(await key.sign(idClaims(), { kid: undefined }))).resolves.toBeDefined();
  });

  it('is accepted until the second before its exp, and from the leeway before its nbf on', async () => {
    const token = await key.sign(
      idClaims({ nbf: fixture.clock.seconds() + 70, exp: fixture.clock.seconds() + 20 }),
    );
    fixture.clock.advance(10_000);
    await expect(verify(token)).resolves.toBeDefined();
    fixture.clock.advance(9_999);
    await expect(verify(token)).resolves.toBeDefined();
  });

  it('of exactly the longest length is read', async () => {
    const empty = await key.sign(idClaims({ pad: '' }));
    // Three characters of a claim are four of base64url.
    const pad = 'x'.repeat(Math.floor(((MAX_TOKEN_LENGTH - empty.length) * 3) / 4));
    const token = await key.sign(idClaims({ pad }));
    expect(MAX_TOKEN_LENGTH - token.length).toBeLessThan(4);
    expect(MAX_TOKEN_LENGTH - token.length).toBeGreaterThanOrEqual(0);
    await expect(verify(token)).resolves.toBeDefined();
  });
});

describe('a token is refused as TokenMalformed', () => {
  const padded =
    'the token is padded base64url, as a load balancer writes x-amzn-oidc-data: send x-amzn-oidc-accesstoken';
  const notCompact = 'the token is not a signed JWT in compact form';
  const badHeader = 'the token’s header is not a JSON object in base64url';
  const critical = 'the token has a critical extension (crit), and none is supported';
  const notClaims = 'the token’s claims are not a JSON object';
  const badType = 'the token’s typ must be JWT, at+jwt or JOSE';
  const alg = 'ES256';

  it.each([
    ['a word', 'token', notCompact],
    ['two parts', 'a.b', notCompact],
    ['four parts', 'a.b.c.d', notCompact],
    ['an encrypted token’s five parts', 'a.b.c.d.e', notCompact],
    ['no signature', `${forge({ alg }, {}, '')}`, notCompact],
    ['a blank', 'a. b.c', notCompact],
    ['padding', 'e30=.e30=.c2ln', padded],
    ['a newline at its end', `${forge({ alg }, {})}\n`, notCompact],
    ['a header that is no JSON', forge('header', {}), badHeader],
    ['a header that is a list', forge([], {}), badHeader],
    ['a header that is null', forge(null, {}), badHeader],
    ['a type for another use', forge({ alg, typ: 'logout+jwt' }, {}), badType],
    ['a type that ends in jwt', forge({ alg, typ: 'dpop+jwt' }, {}), badType],
    ['a type that is no string', forge({ alg, typ: 7 }, {}), badType],
    ['a type that no string can be made of', forge({ alg, typ: { toString: 1, valueOf: 1 } }, {}), badType],
    ['a type that is a list', forge({ alg, typ: ['JWT'] }, {}), badType],
    ['an unknown critical header', forge({ alg, crit: ['x'], x: 1 }, {}), critical],
    [
      'too many characters',
      forge({ alg }, 'x'.repeat(MAX_TOKEN_LENGTH)),
      'the token is longer than 32768 characters',
    ],
  ])('with %s', async (_, token, message) => {
    await expect(verify(token)).rejects.toMatchObject({ code: 'TokenMalformed', statusCode: 403, message });
  });

  it.each(['[]', 'null', '"text"', '7', '{', 'text'])('with the signed payload %s', async (payload) => {
    await expect(verify(await key.signText(payload))).rejects.toMatchObject({
      code: 'TokenMalformed',
      message: notClaims,
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['without exp', { exp: undefined }, 'the token’s exp must be present'],
    ['with an exp that is a string', { exp: '4000000000' }, 'the token’s exp must be a number'],
    ['with an exp that is null', { exp: null }, 'the token’s exp must be a number'],
    ['with an nbf that is a string', { nbf: '0' }, 'the token’s nbf must be a number'],
    ['with an iat that is a string', { iat: '0' }, 'the token’s iat must be a number'],
  ])('%s though signed', async (_, claims, message) => {
    const token = await key.sign(idClaims(claims));
    await expect(verify(token)).rejects.toMatchObject({ code: 'TokenMalformed', message });
  });
});

describe('a token is refused as TokenAlgorithmNotAllowed', () => {
  const message = (algorithms: readonly string[]) =>
    `the token’s alg must be one of ${algorithms.join(', ')}`;

  it.each(['none', 'None', 'HS256', 'HS384', 'HS512', 'RS1', 'ES256K', 'rs256', '', 7, undefined, null])(
    'when it says alg %j',
    async (alg) => {
      const token = forge({ alg, kid: 'RS256-key', typ: 'JWT' }, idClaims());
      await expect(verify(token)).rejects.toMatchObject({
        code: 'TokenAlgorithmNotAllowed',
        statusCode: 403,
        message: message(signatureAlgorithms),
      });
    },
  );

  it('when its secret is the public key', async () => {
    const { publicJwk } = keyFor('RS256');
    const unsigned = forge({ alg: 'HS256', kid: 'RS256-key', typ: 'JWT' }, idClaims(), '').slice(0, -1);
    const signature = createHmac('sha256', JSON.stringify(publicJwk)).update(unsigned).digest('base64url');
    await expect(verify(`${unsigned}.${signature}`)).rejects.toMatchObject({
      code: 'TokenAlgorithmNotAllowed',
    });
  });

  it('when the registration allows other algorithms only', async () => {
    const registration = registrationWith({ algorithms: ['EdDSA', 'RS256'] });
    await expect(verify(await key.sign(idClaims()), registration)).rejects.toMatchObject({
      code: 'TokenAlgorithmNotAllowed',
      message: message(['EdDSA', 'RS256']),
    });
    await expect(verify(await keyFor('RS256').sign(idClaims()), registration)).resolves.toBeDefined();
  });
});

describe('a token is refused as TokenSignatureInvalid', () => {
  const refusal = {
    code: 'TokenSignatureInvalid',
    statusCode: 403,
    message: 'the token’s signature does not verify with the key that it names',
  };

  it('when another key of the same id signed it', async () => {
    await expect(verify(await stranger.sign(idClaims()))).rejects.toMatchObject(refusal);
  });

  it('when its claims were changed', async () => {
    const [header, , signature] = (await key.sign(idClaims())).split('.');
    const [, claims] = forge({}, idClaims({ 'custom:tenant_id': 'Blue' })).split('.');
    await expect(verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject(refusal);
  });

  it('when its signature is another token’s', async () => {
    const [header, claims] = (await key.sign(idClaims())).split('.');
    const [, , signature] = (await key.sign(idClaims({ sub: 'other' }))).split('.');
    await expect(verify(`${header}.${claims}.${signature}`)).rejects.toMatchObject(refusal);
  });
});

describe('a token is refused for its time as', () => {
  it.each([
    ['TokenExpired', 'the token has expired', { exp: 0 }],
    ['TokenExpired', 'the token has expired', { exp: -3600 }],
    ['TokenNotYetValid', 'the token is not valid yet: its nbf lies ahead', { nbf: 61 }],
  ])('%s (%s) with %j seconds from now', async (code, message, offsets) => {
    const times = Object.fromEntries(
      Object.entries(offsets).map(([name, offset]) => [name, fixture.clock.seconds() + offset]),
    );
    await expect(verify(await key.sign(idClaims(times)))).rejects.toMatchObject({
      code,
      statusCode: 403,
      message,
    });
  });
});
