// Signing in by OpenID Connect on what it accepts, beside the forgeries that it refuses; what it asks for; and what counts once.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { PendingSignIns } from '../../../service/sign-in/pending-sign-ins.ts';
import { SignInError } from '../../../service/sign-in/sign-in-error.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { OidcPortal, REDIRECT_URI, WAY_BACK } from '../../support/oidc/portal.ts';
import { createProviderKey, ISSUER, OidcProvider, type ProviderKey } from '../../support/oidc/provider.ts';
import { accepted, ada } from './accepted-tokens.ts';

const MINUTE = 60_000;
let key: ProviderKey;
let next: ProviderKey;
let clock: FrozenClock;
let provider: OidcProvider;
let portal: OidcPortal;

beforeAll(async () => {
  // The library reads the system's clock.
  vi.useFakeTimers({ toFake: ['Date'] });
  [key, next] = await Promise.all([createProviderKey('first'), createProviderKey('next')]);
});
afterAll(() => vi.useRealTimers());
beforeEach(() => {
  clock = frozenClock();
  vi.setSystemTime(clock.now());
  provider = new OidcProvider(clock, key);
  portal = new OidcPortal(provider);
});
const advance = (ms: number) => {
  clock.advance(ms);
  vi.setSystemTime(clock.now());
};

describe('the request', () => {
  const queryOf = async () => Object.fromEntries(new URL((await portal.begin()).location).searchParams);

  it('asks for a code, with PKCE by S256, and for nothing that the provider would hand to the browser', async () => {
    const { location } = await portal.begin();
    expect(location.split('?')[0]).toBe(`${ISSUER}/authorize`);
    expect(await queryOf()).toEqual({
      client_id: 'portal',
      response_type: 'code',
      redirect_uri: REDIRECT_URI,
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  it('has secrets of its own every time, and keeps the verifier to the portal', async () => {
    const { location, binding } = await portal.begin();
    await portal.signIn.finish(provider.authorize(location), binding);
    const verifier = provider.exchanges[0]?.get('code_verifier') ?? '';
    const [first, second] = [Object.fromEntries(new URL(location).searchParams), await queryOf()];
    expect(first['code_challenge']).toBe(createHash('sha256').update(verifier).digest('base64url'));
    expect(location).not.toContain(verifier);
    for (const name of ['state', 'nonce', 'code_challenge']) expect(first[name]).not.toBe(second[name]);
    const { state, nonce, code_challenge: challenge } = first;
    expect(new Set([state, nonce, challenge, verifier, binding]).size).toBe(5);
  });
});

describe('the exchange', () => {
  it('brings the code, its verifier and the redirect URI, and asks for nothing in the user’s name', async () => {
    const { location, binding } = await portal.begin();
    const answer = provider.authorize(location);
    await portal.signIn.finish(answer, binding);
    expect(Object.fromEntries(provider.exchanges[0] ?? [])).toEqual({
      client_id: 'portal',
      grant_type: 'authorization_code',
      code: answer.get('code'),
      redirect_uri: REDIRECT_URI,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(provider.asked).toEqual(['token', 'keys']);
  });
});

describe('a sign-in is finished by an ID token that has', () => {
  it.each(accepted)('$name', async ({ claims, user }) => {
    provider.issuing = { claims: typeof claims === 'function' ? claims(clock.seconds()) : claims };
    expect(await portal.signedIn()).toEqual({ user: { ...ada, ...user }, wayBack: WAY_BACK });
  });

  it.each(['RS256', 'PS256', 'ES256', 'RS512', 'ES384', 'EdDSA'])('a signature by %s', async (alg) => {
    const other = await createProviderKey('other', alg);
    provider.keys = [other];
    provider.published = { id_token_signing_alg_values_supported: [alg] };
    provider.issuing = { alg };
    expect((await portal.signedIn()).user).toEqual(ada);
  });

  it('no name of its key, where the provider has one', async () => {
    provider.issuing = { header: { kid: undefined } };
    expect((await portal.signedIn()).user).toEqual(ada);
  });
});

describe('the answer', () => {
  it('may have what the portal does not ask for, and leads where the sign-in was begun', async () => {
    const { location, binding } = await portal.begin();
    const answer = provider.authorize(location);
    answer.append('session_state', 'x');
    answer.append('session_state', 'y');
    answer.append('way_back', 'https://evil.example.com/');
    expect((await portal.signIn.finish(answer, binding)).wayBack).toEqual(WAY_BACK);
  });

  it('need not name a provider that does not say it would', async () => {
    provider.published = { authorization_response_iss_parameter_supported: undefined };
    const { location, binding } = await portal.begin();
    const answer = provider.authorize(location);
    answer.delete('iss');
    expect((await portal.signIn.finish(answer, binding)).user).toEqual(ada);
  });
});

describe('a sign-in', () => {
  it('counts once: neither the answer nor the cookie is good a second time', async () => {
    const { location, binding } = await portal.begin();
    const answer = provider.authorize(location);
    await portal.signIn.finish(answer, binding);
    for (const again of [answer, provider.authorize(location)])
      await expect(portal.signIn.finish(again, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    expect(provider.exchanges).toHaveLength(1);
  });

  it('counts in the browser that began it', async () => {
    const [one, other] = [await portal.begin(), await portal.begin()];
    const answer = provider.authorize(one.location);
    for (const binding of [undefined, '', 'x'.repeat(43)])
      await expect(portal.signIn.finish(answer, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    await expect(portal.signIn.finish(answer, other.binding)).rejects.toMatchObject({
      code: 'RequestMismatch',
    });
    expect((await portal.signIn.finish(answer, one.binding)).user).toEqual(ada);
  });

  it('that was begun by SAML is not finished by OpenID Connect, and is over', async () => {
    const pending = new PendingSignIns(portal.table, clock.now);
    const { location } = await portal.begin();
    const answer = provider.authorize(location);
    const request = { state: answer.get('state') ?? '', nonce: 'n', verifier: 'v', id: '_1' };
    const binding = await pending.begin({ method: 'saml', request, wayBack: WAY_BACK });
    await expect(portal.signIn.finish(answer, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    await expect(pending.take('saml', binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    expect(provider.exchanges).toEqual([]);
  });

  it.each(['state', 'nonce', 'verifier'])('of which no %s was kept is finished by nothing', async (lost) => {
    const pending = new PendingSignIns(portal.table, clock.now);
    const { location } = await portal.begin();
    const answer = provider.authorize(location);
    const request = { state: answer.get('state') ?? '', nonce: 'n', verifier: 'v', [lost]: '' };
    const binding = await pending.begin({ method: 'oidc', request, wayBack: WAY_BACK });
    if (lost === 'state') answer.set('state', '');
    await expect(portal.signIn.finish(answer, binding)).rejects.toMatchObject({ code: 'SignInNotBegun' });
    expect(provider.exchanges).toEqual([]);
  });

  it('waits on while the provider’s metadata cannot be had', async () => {
    let isDown = false;
    const unavailable = new SignInError('MetadataUnavailable', 'down');
    const failing = new OidcPortal(provider, {
      identityProvider: () => (isDown ? Promise.reject(unavailable) : portal.identityProvider()),
    });
    const { location, binding } = await failing.begin();
    const answer = provider.authorize(location);
    isDown = true;
    await expect(failing.begin()).rejects.toBe(unavailable);
    await expect(failing.signIn.finish(answer, binding)).rejects.toBe(unavailable);
    isDown = false;
    expect((await failing.signIn.finish(answer, binding)).user).toEqual(ada);
  });
});

describe('the provider’s keys', () => {
  const keysAsked = () => provider.asked.filter((which) => which === 'keys').length;

  it('are asked for once in five minutes, however many sign in', async () => {
    const held: (() => void)[] = [];
    const answered = () => Response.json({ keys: [key.jwk] });
    provider.answering.set('keys', () => new Promise((done) => held.push(() => done(answered()))));
    const both = Promise.all([portal.signedIn(), portal.signedIn()]);
    await expect.poll(() => provider.exchanges.length).toBe(2);
    // Until both wait for the keys.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
    for (const release of held) release();
    await both;
    provider.answering.clear();
    await portal.signedIn();
    expect(keysAsked()).toBe(1);
    advance(5 * MINUTE);
    await portal.signedIn();
    expect(keysAsked()).toBe(2);
  });

  it('may change: one that is not known is asked for again, and at most once a minute', async () => {
    await portal.signedIn();
    provider.keys = [next];
    await expect(portal.signedIn()).rejects.toMatchObject({ code: 'SignatureInvalid' });
    expect(keysAsked()).toBe(1);
    advance(MINUTE);
    expect((await portal.signedIn()).user).toEqual(ada);
    expect(keysAsked()).toBe(2);
  });

  it('that are withdrawn sign nobody in five minutes later', async () => {
    await portal.signedIn();
    provider.keys = [next];
    provider.issuing = { kid: key.kid, key: key.privateKey };
    advance(5 * MINUTE);
    await expect(portal.signedIn()).rejects.toMatchObject({ code: 'SignatureInvalid' });
  });
});
