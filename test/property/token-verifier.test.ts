// The token verifier beside jose: whatever the token, it is judged as jose.jwtVerify judges it, or refused for more.
import fc from 'fast-check';
import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWK, jwtVerify } from 'jose';
import { expect, it } from 'vitest';
import { cacheDefaults } from '../../service/cache-settings.ts';
import { BrokerError } from '../../service/errors.ts';
import { NoText } from '../../service/tokens/claim-forms.ts';
import { JwkSets } from '../../service/tokens/jwk-sets.ts';
import { signatureAlgorithms } from '../../service/tokens/signature-algorithms.ts';
import { digestOf, TokenVerifier } from '../../service/tokens/token-verifier.ts';
import { forge } from '../conformance/forge.ts';
import { keyNamed, published } from '../conformance/keys.ts';
import { damages } from '../conformance/signature-damage.ts';
import { NOW, type PublishedKey, type TokenCase } from '../conformance/token-case.ts';
import { KeySource } from '../support/key-source.ts';
import { registrationWith } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';

const many = runs(300);

const signers = ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA', 'a stranger’s ES256', 'RSA of 2047 bits'];
const algorithmsOf: Readonly<Record<string, readonly string[]>> = {
  RS: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ES: ['ES256', 'ES384', 'ES512'],
  Ed: ['EdDSA'],
};

/** Mostly what is right, and now and then what is not. */
const mostly = <T>(right: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof(
    { arbitrary: fc.constant(right), weight: 9 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );

const time = (right: number | undefined) =>
  mostly<unknown>(
    right,
    undefined,
    NOW - 1,
    NOW,
    NOW + 1,
    NOW + 0.5,
    0,
    -1,
    1e15,
    `${NOW + 60}`,
    null,
    [NOW],
    {},
  );

/** Milliseconds. */
const clock = fc.constantFrom(0, 1, 499, 500, 501, 999).map((ms) => NOW * 1000 + ms);

const claims = fc.record({
  'custom:tenant_id': mostly<unknown>('Yellow', 'Blue', 7, null),
  exp: time(NOW + 3600),
  nbf: time(undefined),
  iat: time(NOW),
});

/** A token by a key that fits its algorithm, or now and then does not, under a header that says so, or does not. */
const signedToken: fc.Arbitrary<TokenCase> = fc
  .constantFrom(...signers)
  .chain((key) => {
    const { algorithm: own, kid } = keyNamed(key);
    const possible = algorithmsOf[own.slice(0, 2)] as readonly string[];
    return fc.record({
      key: fc.constant(key),
      algorithm: mostly(own, ...possible),
      kid: mostly<unknown>(kid, undefined, 'ES256', 'none such', '', 7, null),
      alg: mostly<unknown>(undefined, ...signatureAlgorithms, 'none', 'HS256', 'Ed25519', 'rs256', null, 7),
      typ: mostly<unknown>('JWT', undefined, 'at+jwt', 'application/jwt', 'dpop+jwt', 7),
      more: mostly<object>({}, { crit: ['exp'] }, { crit: [] }, { crit: ['b64'], b64: true }, { b64: false }),
      claims,
      altered: mostly<TokenCase['altered']>(
        undefined,
        { claims: { 'custom:tenant_id': 'Blue' } },
        { claims: { exp: NOW + 999_999 } },
        ...Object.keys(damages).map((signature) => ({ signature })),
      ),
      payload: mostly<TokenCase['payload']>(undefined, '[]', 'null', '"text"', '{', { hex: 'ff7b7d' }),
    });
  })
  .map(({ key, algorithm, kid, alg, typ, more, claims, altered, payload }) => ({
    name: key,
    header: {
      alg: alg ?? algorithm,
      ...(kid !== undefined && { kid }),
      ...(typ !== undefined && { typ }),
      ...more,
    },
    claims,
    signed: { key, algorithm },
    ...(altered && { altered }),
    ...(payload !== undefined && { payload }),
    expect: { tags: {} },
  }));

/** Keys with and without their names, for one algorithm or for any; some twice, some not at all. */
const publishedKeys: fc.Arbitrary<PublishedKey[]> = fc.oneof(
  {
    arbitrary: fc.constant(
      signers.filter((key) => !key.includes('stranger')).map((key) => ({ key, without: ['alg'] })),
    ),
    weight: 4,
  },
  {
    arbitrary: fc.array(
      fc.record({
        key: fc.constantFrom(...signers),
        without: fc.subarray(['alg', 'kid', 'use']),
        with: mostly<Record<string, unknown>>(
          {},
          { use: 'enc' },
          { key_ops: ['sign'] },
          { key_ops: ['verify'] },
        ),
        private: mostly(false, true),
      }),
      { maxLength: 6 },
    ),
    weight: 1,
  },
);

it('a token is accepted where jose accepts it, with the same claims, and refused for the same reason', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(signedToken, publishedKeys, clock, async (one, keys, nowMs) => {
      const token = forge(one);
      const jwks = { keys: published(keys) } as JSONWebKeySet;
      // A key that was published with its private half is known to everybody: to us it is not there.
      const usable = { keys: counted(published(keys.filter((key) => !isPrivate(key))) as JWK[]) };
      const [ours, joses] = await Promise.all([judge(token, jwks, nowMs), judgeByJose(token, usable, nowMs)]);
      if (isRefusedForMore(one)) {
        expect(ours).toMatch(/^Token(Malformed|AlgorithmNotAllowed)$/);
      } else if (joses.startsWith('accepted') && isOutOfTime(one, nowMs)) {
        expect(ours).toMatch(/^Token(Malformed|NotYetValid)$/);
      } else if (joses === 'TokenKeyNotFound' && ours === 'TokenExpired') {
        // The key of a token that has had its time may be gone.
        expect(decodeJwt(token).exp).toBeLessThanOrEqual(Math.floor(nowMs / 1000));
      } else {
        expect(ours).toBe(joses);
        seen.add(joses);
      }
    }),
    many,
  );
  // Without these, nothing has been compared.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'accepted: Yellow',
      'TokenKeyNotFound',
      'TokenMalformed',
      'TokenSignatureInvalid',
    ]),
  );
});

const isPrivate = (key: PublishedKey) => typeof key === 'object' && 'private' in key && key.private === true;

/** As the broker counts keys: one that is published twice once, and one of Ed25519 by its curve, whatever it calls its algorithm. */
function counted(keys: readonly JWK[]): JWK[] {
  const normalized = keys.map(({ alg, ...key }) => ({
    ...key,
    ...(alg !== undefined && key.crv !== 'Ed25519' && { alg }),
  }));
  return [...new Map(normalized.map((key) => [JSON.stringify(key), key])).values()];
}

const TENANT = 'custom:tenant_id';

async function judge(token: string, jwks: JSONWebKeySet, nowMs: number): Promise<string> {
  const now = () => nowMs;
  const source = new KeySource(new TextEncoder().encode(JSON.stringify(jwks)));
  const verifier = new TokenVerifier(new JwkSets(source.fetcher, [], now), now, {
    ...cacheDefaults,
    clockLeewaySeconds: 0,
  });
  try {
    const verification = { owner: 'App', version: 'version-1' };
    const { claims } = await verifier.verify(token, digestOf(token), registrationWith(), verification);
    const kept = claims[TENANT];
    return `accepted: ${kept instanceof NoText ? null : kept}`;
  } catch (error) {
    expect(error).toBeInstanceOf(BrokerError);
    return (error as BrokerError).code;
  }
}

async function judgeByJose(token: string, jwks: JSONWebKeySet, nowMs: number): Promise<string> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), {
      algorithms: [...signatureAlgorithms],
      requiredClaims: ['exp'],
      currentDate: new Date(nowMs),
    });
    return `accepted: ${typeof payload[TENANT] === 'string' ? payload[TENANT] : null}`;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'TokenExpired';
    if (error instanceof errors.JWTClaimValidationFailed) {
      return error.reason === 'check_failed' ? 'TokenNotYetValid' : 'TokenMalformed';
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) return 'TokenSignatureInvalid';
    if (error instanceof errors.JOSEAlgNotAllowed) return 'TokenAlgorithmNotAllowed';
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'TokenMalformed';
    // A key that is not there, not the only one, or not usable.
    return 'TokenKeyNotFound';
  }
}

/** Whether it is refused by the broker’s own rules for headers, and before all that jose looks at. */
function isRefusedForMore({ header }: TokenCase): boolean {
  const { alg, typ = 'JWT' } = header as { alg?: unknown; typ?: unknown };
  const isTyped = ['JWT', 'at+jwt', 'application/jwt'].includes(typ as string);
  return typeof alg !== 'string' || !isTyped || Object.hasOwn(header as object, 'crit');
}

/** Whether its times are none that an issuer means: jose takes any that lie on the right side of now. */
function isOutOfTime({ claims = {} }: TokenCase, nowMs: number): boolean {
  const { exp, iat } = claims as { exp?: unknown; iat?: unknown };
  return Number(exp) > 253_402_300_799 || (typeof iat === 'number' && iat > Math.floor(nowMs / 1000));
}
