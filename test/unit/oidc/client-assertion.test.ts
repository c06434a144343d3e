// How the portal proves itself at the token endpoint: by a token that its own key signs, for this provider, once.
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PortalError } from '../../../service/portal-errors.ts';
import { frozenClock } from '../../support/clock.ts';
import { OidcPortal, playedKey } from '../../support/oidc/portal.ts';
import {
  createProviderKey,
  ISSUER,
  OidcProvider,
  type ProviderKey,
  USER,
} from '../../support/oidc/provider.ts';

const own = playedKey();
let key: ProviderKey;
let provider: OidcProvider;

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  key = await createProviderKey('first');
});
afterAll(() => vi.useRealTimers());
beforeEach(() => {
  const clock = frozenClock();
  vi.setSystemTime(clock.now());
  provider = new OidcProvider(clock, key);
  provider.clientKeys = [own.jwk];
});
const assertions = () => provider.exchanges.map((form) => form.get('client_assertion') ?? '');

describe('the client assertion', () => {
  it('is taken by a provider that knows the portal’s keys', async () => {
    const { user } = await new OidcPortal(provider, { key: own }).signedIn();
    expect(user.id).toBe(USER);
    expect(provider.exchanges[0]?.get('client_id')).toBe('portal');
    expect(provider.exchanges[0]?.get('client_assertion_type')).toBe(
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    );
  });

  it('says whose it is, and is for the issuer alone, for a minute', async () => {
    await new OidcPortal(provider, { key: own }).signedIn();
    const [assertion = ''] = assertions();
    expect(decodeProtectedHeader(assertion)).toEqual({ typ: 'JWT', alg: 'RS256', kid: 'portal' });
    const now = provider.clock.seconds();
    expect(decodeJwt(assertion)).toEqual({
      iss: 'portal',
      sub: 'portal',
      aud: ISSUER,
      jti: expect.stringMatching(/^[\da-f-]{36}$/),
      iat: now,
      exp: now + 60,
    });
  });

  it('is for the address of the token endpoint where the provider insists on that, and not otherwise', async () => {
    provider.audience = `${ISSUER}/token`;
    await expect(new OidcPortal(provider, { key: own }).signedIn()).rejects.toMatchObject({
      code: 'ClientNotAccepted',
    });
    const insisting = new OidcPortal(provider, { key: own, audience: 'token_endpoint' });
    expect((await insisting.signedIn()).user.id).toBe(USER);
    expect(decodeJwt(assertions()[1] ?? '').aud).toBe(`${ISSUER}/token`);
  });

  it('is another every time', async () => {
    const portal = new OidcPortal(provider, { key: own });
    await portal.signedIn();
    await portal.signedIn();
    const [first, second] = assertions().map((assertion) => decodeJwt(assertion).jti);
    expect(first).not.toBe(second);
  });

  it('by another key proves nothing', async () => {
    await expect(new OidcPortal(provider, { key: playedKey() }).signedIn()).rejects.toMatchObject({
      code: 'ClientNotAccepted',
    });
  });

  it('is never left out where it is wanted', async () => {
    await expect(new OidcPortal(provider).signedIn()).rejects.toMatchObject({ code: 'ClientNotAccepted' });
  });

  it('that cannot be made is told as the key’s failure, and nothing is sent', async () => {
    const unavailable = new PortalError('SigningKeyUnavailable', 'down');
    const failing = { ...own, sign: () => Promise.reject(unavailable) };
    await expect(new OidcPortal(provider, { key: failing }).signedIn()).rejects.toBe(unavailable);
    expect(provider.exchanges).toEqual([]);
  });
});
