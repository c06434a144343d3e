// The token verifier's memory: which claims of a token are kept, and in what form.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Registration } from '../../../service/registrations/registration.ts';
import { sessionTagsOf } from '../../../service/sessions/session-tags.ts';
import { MAX_TOKEN_LENGTH } from '../../../service/tokens/jwt.ts';
import { digestOf } from '../../../service/tokens/token-verifier.ts';
import { registrationWith } from '../../support/registrations.ts';
import { generateSigningKey, publish, type SigningKey } from '../../support/signing-keys.ts';
import { useTokenVerifier } from '../../support/token-verifier.ts';

let key: SigningKey;
const fixture = useTokenVerifier(() => publish(key));

beforeAll(async () => {
  key = await generateSigningKey('ES256');
});

const sign = (claims: Record<string, unknown>) =>
  key.sign({ exp: fixture.clock.seconds() + 3600, sub: 'user', email: 'user@example.com', ...claims });
const verify = (token: string, registration: Registration = registrationWith()) =>
  fixture.verifier.verify(token, digestOf(token), registration, 'version-1');

describe('of a verified token', () => {
  it('only the claims that become session tags are kept', async () => {
    const registration = registrationWith({ sessionTags: [['Tier', 'custom:tier']] });
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
  ])('a claim that is %s is kept as null: it cannot become a tag', async (_, value) => {
    expect(await verify(await sign({ 'custom:tenant_id': value }))).toEqual({ 'custom:tenant_id': null });
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
      expect(() => sessionTagsOf(claims, registration)).toThrow(
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
