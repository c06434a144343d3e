// The token verifier's memory: which claims of a token are kept, and in what form.

import { beforeAll, describe, expect, it } from 'vitest';
import { cacheDefaults } from '../../../service/cache-settings.ts';
import { sessionTagsOf } from '../../../service/sessions/session-tags.ts';
import { NoText } from '../../../service/tokens/claim-forms.ts';
import { JwkSets } from '../../../service/tokens/jwk-sets.ts';
import { MAX_TOKEN_LENGTH } from '../../../service/tokens/token-text.ts';
import {
  type AuditSubject,
  digestOf,
  TokenVerifier,
  type TokenVerifierOptions,
} from '../../../service/tokens/token-verifier.ts';
import { furtherTags, registrationWith } from '../../support/registrations.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';
import { useTokenVerifier } from '../../support/token-verifier.ts';

let key: SigningKey;
const fixture = useTokenVerifier(() => publish(key));

beforeAll(async () => {
  key = await generateSigningKey('ES256');
});

const sign = (claims: Record<string, unknown>) =>
  key.sign({ exp: fixture.clock.seconds() + 3600, sub: 'user', email: 'user@example.com', ...claims });
const { verify } = fixture;

describe('of a verified token', () => {
  it('only the claims that become session tags are kept', async () => {
    const registration = registrationWith({ sessionTags: furtherTags(['Tier', 'custom:tier']) });
    const token = await sign({ 'custom:tenant_id': 'Yellow', 'custom:tier': 'gold', 'custom:role': 'admin' });

    expect(await verify(token, registration)).toEqual({
      'custom:tenant_id': 'Yellow',
      'custom:tier': 'gold',
    });
  });

  it.each(['toString', 'constructor', '__proto__'])(
    'a claim %s that it does not have is none',
    async (name) => {
      const claims = await verify(await sign({}), registrationWith({ jwtClaimName: name }));
      expect(Object.keys(claims)).toEqual([]);
    },
  );

  it.each([
    ['a number', 7],
    ['a list', ['Yellow']],
    ['an object', { tenant: 'Yellow' }],
    ['true', true],
    ['null', null],
  ])('a claim that is %s is kept as no text: it cannot become a tag', async (_, value) => {
    expect(await verify(await sign({ 'custom:tenant_id': value }))).toEqual({
      'custom:tenant_id': expect.any(NoText),
    });
  });

  it('a claim as long as a tag can be is kept as it is', async () => {
    const longest = 'x'.repeat(256);
    expect(await verify(await sign({ 'custom:tenant_id': longest }))).toEqual({
      'custom:tenant_id': longest,
    });
  });

  it.each([257, 258, 20_000])('a claim of %d characters is refused, and not kept', async (length) => {
    for (const sessionTagValues of ['Strict', 'Any'] as const) {
      const registration = registrationWith({ sessionTagValues });
      const claims = await verify(await sign({ 'custom:tenant_id': 'x'.repeat(length) }), registration);

      // Not even a part: a part of a string keeps the whole of it in memory.
      expect(claims['custom:tenant_id']).not.toContain('x');
      expect(claims['custom:tenant_id']).toHaveLength(257);
      expect(() => sessionTagsOf({ claims }, registration)).toThrow(
        expect.objectContaining({
          code: 'ClaimNotAllowed',
          message: expect.stringContaining('must be 1–256'),
        }),
      );
    }
  });

  it('no payload is kept, however many tokens there are', async () => {
    const pad = 'x'.repeat(23_100);
    const kept = [];
    for (let n = 0; n < 1_000; n += 1) {
      const token = await sign({ 'custom:tenant_id': `Tenant${n}`, 'custom:list': [n, pad] });
      expect(token.length).toBeGreaterThan(31_000);
      expect(token.length).toBeLessThan(MAX_TOKEN_LENGTH);
      const claims = await verify(token);
      // What is returned is what is cached.
      expect(await verify(token)).toBe(claims);
      kept.push(claims);
    }

    expect(kept).toEqual(Array.from({ length: 1_000 }, (_, n) => ({ 'custom:tenant_id': `Tenant${n}` })));
  });
});

describe('the identity that the audit shows of a token', () => {
  const identityOf = async (
    claims: Record<string, unknown>,
    options: Partial<TokenVerifierOptions> = {},
    header: Record<string, unknown> = {},
  ) => {
    const { now } = fixture.clock;
    const jwkSets = new JwkSets(fixture.source.fetcher, [], now);
    const verifier = new TokenVerifier(jwkSets, now, { ...cacheDefaults, ...options });
    const token = await key.sign({ exp: fixture.clock.seconds() + 3600, ...claims }, header);
    const verification = { owner: 'App', version: 'version-1' };
    return (await verifier.verify(token, digestOf(token), registrationWith(), verification)).identity;
  };
  const claims = { iss: 'https://idp.example.com', sub: 'user', jti: 'token-1' };
  const { sub, ...others } = { ...claims, kid: 'ES256-key' };

  it.each<[AuditSubject, string | undefined]>([
    ['plain', sub],
    ['hashed', 'sha256:04f8996da763b7a969b1028ee3007569'],
    ['none', undefined],
  ])('has the subject %s', async (auditSubject, shown) => {
    expect(await identityOf(claims, { auditSubject })).toEqual({ ...others, ...(shown && { sub: shown }) });
  });

  it('has the subject hashed where nothing is said', async () => {
    expect((await identityOf(claims)).sub).toMatch(/^sha256:/);
  });

  it('has what the token has, and nothing that is longer than an issuer’s', async () => {
    expect(await identityOf({})).toEqual({ kid: 'ES256-key' });
    expect(await identityOf({ ...claims, jti: 'j'.repeat(256), sub: 's'.repeat(257) })).toEqual({
      iss: claims.iss,
      jti: 'j'.repeat(256),
      kid: 'ES256-key',
    });
  });
});

describe('the age of a token', () => {
  const maxTokenAgeSeconds = 600;
  const verifyAt = async (iat: number | undefined) => {
    const { now } = fixture.clock;
    const jwkSets = new JwkSets(fixture.source.fetcher, [], now);
    const verifier = new TokenVerifier(jwkSets, now, { ...cacheDefaults, maxTokenAgeSeconds });
    const token = await key.sign({
      exp: fixture.clock.seconds() + 36_000,
      'custom:tenant_id': 'Yellow',
      ...(iat !== undefined && { iat }),
    });
    return () =>
      verifier.verify(token, digestOf(token), registrationWith(), { owner: 'App', version: 'version-1' });
  };

  it('counts from iat, whatever exp says, and from the cache too', async () => {
    const verify = await verifyAt(fixture.clock.seconds());
    await verify();
    fixture.clock.advance(599_000);
    await verify();
    fixture.clock.advance(1_000);

    await expect(verify()).rejects.toMatchObject({
      code: 'TokenExpired',
      message: 'the token is older than 600 seconds',
    });
  });

  it('must be told where it is limited', async () => {
    await expect((await verifyAt(undefined))()).rejects.toMatchObject({
      code: 'TokenMalformed',
      message: 'the token’s iat must be present where its age is limited',
    });
  });
});
