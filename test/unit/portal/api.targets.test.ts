// The addresses of targets from a browser's side: who is let in, what opens, and what AWS is asked for.
import { describe, expect, it } from 'vitest';
import { PortalError } from '../../../service/portal-errors.ts';
import { browser, portal, usePlayedPortal } from '../../support/portal.ts';

usePlayedPortal();

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

describe('an address of a target', () => {
  it('leads to the identity provider first, and on to the console after it', async () => {
    const first = await browser.get('/cloudadmin');
    expect([first.status, first.headers.get('location')]).toEqual([
      303,
      'https://idp.example/sso?SAMLRequest=x',
    ]);
    const signedIn = await browser.signIn({}, '/cloudadmin');
    expect(await signedIn.text()).toContain('<meta http-equiv="refresh" content="0; url=/cloudadmin">');
    const opened = await browser.get('/cloudadmin', { 'sec-fetch-site': 'same-origin' });
    expect(opened.status).toBe(303);
    expect(opened.headers.get('location')).toMatch(
      /^https:\/\/eu-west-1\.signin\.aws\.amazon\.com\/federation\?/,
    );
    expect(portal.issued).toEqual([
      {
        service: 'cloudadmin',
        sessionName: 'ada@example.com',
        tags: { User: 'ada@example.com', Group: 'cloudadmin' },
        role: 'arn:aws:iam::123456789012:role/MyAdminRole',
        durationSeconds: 28_800,
        mode: 'web-identity',
      },
    ]);
  });

  it.each([
    ...['/favicon.ico', '/robots.txt', '/apple-touch-icon.png', '/.well-known/security.txt'],
    ...['/saml', '/oidc', '/oidc/callback?code=x', '/oidc/login', '/logout', '/favourites'],
  ])('is none where the portal needs the name itself, or browsers ask for it unasked: %s', async (path) => {
    const answer = await browser.get(path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it('opens at once for who has signed in and typed it', async () => {
    await browser.signIn();
    expect((await browser.get('/cloudadmin')).headers.get('location')).toContain('SigninToken');
  });

  it.each<Record<string, string>>([{ 'sec-purpose': 'prefetch;prerender' }, { 'sec-fetch-dest': 'iframe' }])(
    'opens nothing before its user is there, or in a part of a page: %j',
    async (headers) => {
      await browser.signIn();
      const answer = await browser.get('/cloudadmin', { 'sec-fetch-site': 'none', ...headers });
      expect(answer.status).toBe(403);
      expect(portal.issued).toEqual([]);
    },
  );

  it('carries the page and the region that were asked for', async () => {
    await browser.signIn({}, '/cloudadmin?destination=%2Fs3%2F&region=eu-central-1');
    const opened = await browser.get('/cloudadmin?destination=%2Fs3%2F&region=eu-central-1');
    const location = new URL(opened.headers.get('location') ?? '');
    expect(location.hostname).toBe('eu-central-1.signin.aws.amazon.com');
    expect(location.searchParams.get('Destination')).toBe(
      'https://eu-central-1.console.aws.amazon.com/s3/?region=eu-central-1',
    );
  });

  it('of another partition opens there', async () => {
    await browser.signIn();
    expect((await browser.get('/gov')).headers.get('location')).toMatch(
      /^https:\/\/us-gov-west-1\.signin\.amazonaws-us-gov\.com|^https:\/\/us-gov-west-1/,
    );
  });

  it.each([
    ['/nothing', 404, 'There is no such target'],
    ['/sandbox', 403, 'It takes one of dbs.'],
    ['/cloudadmin?duration=43200', 400, 'Duration must be 900 to 28800 seconds.'],
    ['/cloudadmin?region=us-gov-west-1', 400, 'There is no such region here'],
    ['/cloudadmin?destination=https%3A%2F%2Fevil.example%2F', 400, 'That is no page of the AWS console'],
    ['/cloudadmin/more/of/it', 404, 'There is no such page'],
  ])('%s is refused, with a page that says what to do', async (path, status, text) => {
    await browser.signIn();
    const refused = await browser.get(path);
    const page = await refused.text();
    expect(refused.status).toBe(status);
    expect(page).toContain(text);
    expect(page).toContain('<code>request-1</code>');
    expect(portal.issued).toEqual([]);
  });

  it('is refused as JSON to a program', async () => {
    await browser.signIn();
    const refused = await browser.get('/sandbox', { 'sec-fetch-site': 'none', accept: 'application/json' });
    expect(await refused.json()).toMatchObject({ code: 'NotInGroup', requestId: 'request-1' });
  });

  it('that another site links to asks once before it opens', async () => {
    await browser.signIn();
    const asked = await browser.get('/cloudadmin?duration=3600&destination=%2Fiam%2F', CROSS_SITE);
    const page = await asked.text();
    expect(asked.status).toBe(200);
    expect(page).toContain('Open cloudadmin?');
    expect(page).toContain('href="/cloudadmin?duration=3600&amp;destination=%2Fiam%2F"');
    expect(portal.issued).toEqual([]);
  });

  it.each([undefined, 'same-site', 'cross-site', 'none, none'])(
    'asks where the browser says %j of where it comes from',
    async (site) => {
      await browser.signIn();
      await browser.get('/cloudadmin', site === undefined ? {} : { 'sec-fetch-site': site });
      expect(portal.issued).toEqual([]);
    },
  );

  it('asks after a sign-in, too, where another site began it', async () => {
    const signedIn = await browser.signIn({}, '/cloudadmin', CROSS_SITE);
    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([303, '/cloudadmin']);
    // What a redirect of the identity provider's POST says.
    expect(await (await browser.get('/cloudadmin', CROSS_SITE)).text()).toContain('Open cloudadmin?');
    expect(portal.issued).toEqual([]);
  });

  it('says what to do where STS refuses', async () => {
    portal.refusal = new PortalError(
      'TrustMissing',
      'the trust policy of R does not allow the portal sts:TagSession',
    );
    await browser.signIn();
    const refused = await browser.get('/cloudadmin');
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('docs/portal.md')]);
  });

  it('tells nothing of what it does not know', async () => {
    portal.refusal = new TypeError('canary');
    await browser.signIn();
    const refused = await browser.get('/cloudadmin');
    expect(refused.status).toBe(500);
    expect(await refused.text()).not.toContain('canary');
  });
});

describe('the session in AWS', () => {
  it('has the user’s tenant, so that the broker’s policies reach the console', async () => {
    await browser.signIn({ tenant: 'Yellow' });
    await browser.get('/cloudadmin');
    expect(portal.issued[0]?.tags).toMatchObject({ TenantID: 'Yellow' });
  });

  it.each(['', '*', 'Yellow/*', 'a b', '${aws:username}', 'Bl\u00fce', 'x'.repeat(257)])(
    'is refused where the tenant is %j',
    async (tenant) => {
      await browser.signIn({ tenant });
      expect((await browser.get('/cloudadmin')).status).toBe(403);
      expect(portal.issued).toEqual([]);
    },
  );

  it('does not outlive the identity provider’s own', async () => {
    await browser.signIn({ validUntil: portal.now + 3_600_000 });
    await browser.get('/cloudadmin');
    expect(portal.issued[0]?.durationSeconds).toBe(3_600);
  });

  it.each<[string, number, number | undefined]>([
    ['15 minutes are left', 900_000, 900],
    ['a little more than 15 minutes are left, which AWS would round to more', 900_999, 900],
    ['a moment less than 15 minutes is left', 899_999, undefined],
  ])('where %s has no second more', async (_, left, seconds) => {
    // Signed in for long enough that it would be worth signing in again.
    await browser.signIn({ validUntil: portal.now + 3_600_000 + left });
    portal.now += 3_600_000;
    await browser.get('/cloudadmin');
    expect(portal.issued.map(({ durationSeconds }) => durationSeconds)).toEqual(
      seconds === undefined ? [] : [seconds],
    );
  });

  it('with less than 15 minutes left signs in again by itself', async () => {
    await browser.signIn({ validUntil: portal.now + 3_600_000 });
    portal.now += 3_600_000 - 899_000;
    const again = await browser.get('/cloudadmin');
    expect(again.headers.get('location')).toBe('https://idp.example/sso?SAMLRequest=x');
  });

  it('with less than 15 minutes left gives no credentials, and says where to sign in again', async () => {
    await browser.signIn({ validUntil: portal.now + 3_600_000 });
    portal.now += 3_600_000 - 899_000;
    const refused = await browser.post('/cloudadmin/credentials', { format: 'page' });
    expect([refused.status, await refused.text()]).toEqual([
      403,
      expect.stringContaining('<a class="main" href="/saml/login">Sign in again</a>'),
    ]);
    expect(portal.issued).toEqual([]);
  });

  it('is refused, and not asked for again and again, where the identity provider gives less than 15 minutes', async () => {
    await browser.signIn({ validUntil: portal.now + 600_000 });
    const refused = await browser.get('/cloudadmin');
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('ends too soon')]);
  });
});
