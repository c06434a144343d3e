// ShopFast's web application over HTTP: signing in, what is kept where, the data, and every refusal. With the sandbox's identity provider: shopfast-application.oidc.test.ts.

import { SessionBroker } from 'iam-session-broker-client';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { frozenClock } from '../support/clock.ts';
import {
  CLIENT,
  createProviderKey,
  ISSUER,
  OidcProvider,
  type ProviderKey,
} from '../support/oidc/provider.ts';
import { useAccessGrantsAccount } from './fixtures/access-grants-account.ts';
import { Browser, type Page } from './support/browser.ts';
import { type RunningShop, startShop } from './support/shopfast-application.ts';

useAccessGrantsAccount();

const rows = [{ name: 'Ada', city: 'London' }];
let key: ProviderKey;
beforeAll(async () => {
  key = await createProviderKey('first');
});

interface World {
  readonly shop: RunningShop;
  readonly provider: OidcProvider;
  readonly browser: Browser;
  readonly clock: { ahead: number };
  /** Follows the sign-in that a page leads to, to its end. */
  signIn(begun: Page, change?: (answer: URLSearchParams) => void): Promise<Page>;
  open(path: string): Promise<Page>;
}

async function openWorld(): Promise<World> {
  const provider = new OidcProvider(frozenClock(), key);
  const clock = { ahead: 0 };
  const issued = () => Math.floor(Date.now() / 1_000);
  let count = 0;
  provider.issuing = {
    get claims() {
      count += 1;
      const iat = issued();
      return { sub: 'ada', email: 'ada@example.com', iat, exp: iat + 300, jti: `token-${count}` };
    },
  };
  const shop = await startShop(
    { issuer: ISSUER, clientId: CLIENT, fetch: (url, init) => provider.fetch(url, init as never) },
    () => Date.now() + clock.ahead,
  );
  const browser = new Browser();
  const open = (path: string) => browser.open(`${shop.url}${path}`, {}, (url) => url.startsWith(ISSUER));
  return {
    ...{ shop, provider, browser, clock, open },
    async signIn(begun, change) {
      const answer = provider.authorize(begun.headers.get('location') ?? '');
      change?.(answer);
      return open(`oidc/callback?${answer}`);
    },
  };
}

async function signedIn(): Promise<World> {
  const world = await openWorld();
  await world.signIn(await world.open('login'));
  return world;
}

function noted(tokens: string[], token: string): string {
  tokens.push(token);
  return token;
}

const title = ({ html }: Page) => /<h1>([^<]*)/.exec(html)?.[1];

describe('signing in', () => {
  it('leads to the identity provider and back, as the user', async () => {
    const { open, signIn } = await openWorld();
    expect((await open('')).html).toContain('Nobody has signed in');
    const begun = await open('login');
    const asked = new URL(begun.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('response_type')).toBe('code');
    expect((await signIn(begun)).html).toContain('You are ada@example.com');
  });

  it('goes on to where the user was going', async () => {
    const { open, signIn } = await openWorld();
    expect(JSON.parse((await signIn(await open('get-s3-data'))).html)).toEqual(rows);
  });

  it('keeps every token on the server, behind ids that scripts and other sites do not get', async () => {
    const { open, signIn, provider, browser, shop } = await openWorld();
    const seen: string[] = [];
    provider.issuing = {
      ...provider.issuing,
      claims: provider.issuing.claims,
      token: (token) => noted(seen, token),
    };
    const begun = await open('login');
    const home = await signIn(begun);
    const data = await open('get-s3-data');
    expect(seen).toHaveLength(1);
    const cookies = [...(browser.cookies.get('localhost') ?? [])];
    const setting = [...begun.headers.getSetCookie()];
    for (const cookie of setting)
      expect(cookie).toMatch(/^__Host-[\w-]+=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    expect(cookies).toEqual([['__Host-shopfast', expect.stringMatching(/^[\w-]{43}$/)]]);
    const told = [home.html, data.html, JSON.stringify(cookies), ...shop.logged].join('\n');
    for (const secret of [...seen.flatMap((token) => token.split('.')), ...shop.broker.secrets])
      expect(told).not.toContain(secret);
    expect(data.headers.get('cache-control')).toBe('no-store');
  });

  it.each<[string, (answer: URLSearchParams) => void]>([
    ['another state', (answer) => answer.set('state', 'other')],
    ['no state', (answer) => answer.delete('state')],
    ['another issuer', (answer) => answer.set('iss', 'https://other.example.com')],
    ['another code', (answer) => answer.set('code', 'other')],
    ['an error', (answer) => answer.set('error', 'access_denied')],
  ])('is refused with %s', async (_, change) => {
    const { open, signIn, shop } = await openWorld();
    const page = await signIn(await open('login'), change);
    expect([page.status, title(page)]).toEqual([403, 'The sign-in was refused']);
    expect((await open('')).html).toContain('Nobody has signed in');
    expect(shop.logged).toEqual([expect.stringMatching(/^sign-in refused: \w+$/)]);
  });

  it.each<[string, Partial<OidcProvider['issuing']>]>([
    ['another nonce', { claims: { nonce: 'other' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['another audience', { claims: { aud: 'other' } }],
    ['an issuer that is another', { claims: { iss: 'https://other.example.com' } }],
    ['no signature', { alg: 'none' }],
    ['a time that is over', { claims: { exp: 1 } }],
  ])('is refused with a token of %s', async (_, change) => {
    const { open, signIn, provider } = await openWorld();
    provider.issuing = {
      ...provider.issuing,
      ...change,
      claims: { ...provider.issuing.claims, ...change.claims },
    };
    expect((await signIn(await open('login'))).status).toBe(403);
    expect((await open('')).html).toContain('Nobody has signed in');
  });

  it('is refused with a token that another key has signed', async () => {
    const { open, signIn, provider } = await openWorld();
    const other = await createProviderKey('first');
    provider.issuing = { claims: provider.issuing.claims, key: other.privateKey };
    expect((await signIn(await open('login'))).status).toBe(403);
  });

  it('is finished once, in the browser that began it', async () => {
    const { open, provider, shop } = await openWorld();
    const answer = provider.authorize((await open('login')).headers.get('location') ?? '');
    const elsewhere = await new Browser().open(`${shop.url}oidc/callback?${answer}`);
    expect([elsewhere.status, title(elsewhere)]).toEqual([
      403,
      'This sign-in was not begun here, or not in the last ten minutes',
    ]);
    expect((await open(`oidc/callback?${answer}`)).status).toBe(200);
    expect((await open(`oidc/callback?${answer}`)).status).toBe(403);
  });

  it('counts once, also where it was refused', async () => {
    const { open, provider } = await openWorld();
    const answer = provider.authorize((await open('login')).headers.get('location') ?? '');
    const wrong = new URLSearchParams({ ...Object.fromEntries(answer), state: 'other' });
    expect(title(await open(`oidc/callback?${wrong}`))).toBe('The sign-in was refused');
    expect(title(await open(`oidc/callback?${answer}`))).toMatch(/^This sign-in was not begun here/);
  });

  it('waits for ten minutes', async () => {
    const { open, signIn, clock } = await openWorld();
    const begun = await open('login');
    clock.ahead = 10 * 60_000;
    expect((await signIn(begun)).status).toBe(403);
  });

  it('says that the identity provider does not answer, and tries again the next time', async () => {
    const { open, provider } = await openWorld();
    provider.answering.set('metadata', () => new Response('', { status: 500 }));
    expect((await open('login')).status).toBe(503);
    provider.answering.clear();
    expect((await open('login')).status).toBe(303);
  });
});

describe('a session', () => {
  it('ends by the button, and not by a link or another site', async () => {
    const { open, browser, shop } = await signedIn();
    const post = (headers: Record<string, string>) =>
      browser.open(`${shop.url}logout`, { method: 'POST', headers });
    expect((await open('logout')).html).toContain('<button type="submit">Sign out</button>');
    expect((await post({ origin: 'https://other.example.com' })).status).toBe(403);
    expect((await open('')).html).toContain('You are ada@example.com');
    const kept = browser.cookies.get('localhost')?.get('__Host-shopfast') ?? '';
    expect((await post({ origin: new URL(shop.url).origin })).html).toContain('Nobody has signed in');
    browser.cookies.get('localhost')?.set('__Host-shopfast', kept);
    expect((await open('')).html).toContain('Nobody has signed in');
  });

  it('is another one after each sign-in', async () => {
    const { open, signIn, browser } = await signedIn();
    const idOf = () => browser.cookies.get('localhost')?.get('__Host-shopfast');
    const before = idOf();
    await signIn(await open('login'));
    expect(idOf()).not.toBe(before);
  });

  it('ends with its ID token: the user is sent to sign in', async () => {
    const { open, clock } = await signedIn();
    clock.ahead = 300_000;
    expect((await open('get-s3-data')).headers.get('location')).toMatch(new RegExp(`^${ISSUER}/authorize`));
  });
});

describe('the data', () => {
  it('are had again, and by ten visits at once, for one exchange of the token', async () => {
    const { open, shop } = await signedIn();
    expect(JSON.parse((await open('get-s3-data')).html)).toEqual(rows);
    expect(JSON.parse((await open('get-s3-data')).html)).toEqual(rows);
    expect(shop.broker.asked).toHaveLength(1);
  });

  it('are had by ten visits at once that are the first', async () => {
    const { open, shop } = await signedIn();
    const visits = await Promise.all(Array.from({ length: 10 }, () => open('get-s3-data')));
    expect(visits.map(({ html }) => JSON.parse(html))).toEqual(visits.map(() => rows));
    expect(shop.broker.exchanged.size).toBe(1);
    expect(shop.broker.asked).toHaveLength(1);
  });

  // A library that asks for no data sends none of it.
  it.runIf(SessionBroker.prototype.credentials.length > 1)(
    'are asked for by target and permission',
    async () => {
      const { open, shop } = await signedIn();
      await open('get-s3-data');
      expect(shop.broker.asked).toEqual([{ Target: 's3://shopfast-data/users*', Permission: 'READ' }]);
    },
  );

  it.each([
    ['GrantDenied', 'The users’ data are not granted to you', 'Back'],
    ['GrantNotOfUser', 'The users’ data are not granted to you', 'Back'],
    ['UserNotInDirectory', 'The directory does not know you', 'Back'],
    ['TokenAlreadyExchanged', 'This sign-in has been used up', 'Sign in again'],
    ['TokenExpired', 'Your sign-in has expired', 'Sign in again'],
    ['CallerNotAllowed', 'The broker refuses this', 'Back'],
  ])('are refused on a page that says so: %s', async (code, said, way) => {
    const { open, shop } = await signedIn();
    shop.broker.refusals.set('ada', { status: 403, code, message: `in <words> of the broker` });
    const page = await open('get-s3-data');
    expect([page.status, title(page)]).toEqual([403, said]);
    expect(page.html).toContain(`<code>${code}</code>, request request-1`);
    expect(page.html).toContain('in &lt;words&gt; of the broker');
    expect(page.html).toContain(`>${way}</a>`);
    const home = await open('');
    expect(home.html).toContain(way === 'Back' ? 'You are ada@example.com' : 'Nobody has signed in');
    expect(shop.logged).toEqual([`GET /get-s3-data failed: ${code}`]);
  });

  it('are refused to a token that somebody else has exchanged', async () => {
    const { open, shop, provider } = await openWorld();
    const tokens: string[] = [];
    const { claims } = provider.issuing;
    provider.issuing = { claims, token: (token) => noted(tokens, token) };
    const begun = await open('login');
    const answer = provider.authorize(begun.headers.get('location') ?? '');
    await open(`oidc/callback?${answer}`);
    shop.broker.exchanged.add(decodeJwt(tokens[0] ?? '').jti ?? '');
    expect(title(await open('get-s3-data'))).toBe('This sign-in has been used up');
  });
});

it('says nothing of what it does not have, nor of a request that is no path', async () => {
  const { open, shop, browser } = await openWorld();
  expect((await open('other')).status).toBe(404);
  expect((await browser.send(`${shop.url}login`, { method: 'DELETE' })).status).toBe(404);
  expect((await open('//login')).status).toBe(404);
});
