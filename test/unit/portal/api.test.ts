// The portal from a browser's side: signing in and out, the list, and what every answer has.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { PortalError } from '../../../service/portal-errors.ts';
import { browser, portal, usePlayedPortal } from '../../support/portal.ts';

usePlayedPortal();

describe('a sign-in', () => {
  it('counts in the browser that began it alone', async () => {
    await browser.get('/cloudadmin');
    const other = portal.browser();
    expect((await other.post('/saml/acs', { SAMLResponse: 'x' })).status).toBe(403);
    expect(other.cookies.has('__Host-isb-session')).toBe(false);
  });

  it.each<[string, Record<string, string>]>([
    ['an image of another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a frame of another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
    ['a script of another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'empty' }],
    ['the browser, before its user is there', { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch' }],
    ['the browser, ahead', { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch;prerender' }],
  ])('that waits is not put aside by %s', async (_, headers) => {
    await browser.get('/');
    const waiting = new Map(browser.cookies);
    for (const path of ['/', '/cloudadmin', '/saml/login']) {
      const answer = await browser.get(path, headers);
      expect([answer.status, answer.headers.get('location')]).toEqual([403, null]);
    }
    expect(browser.cookies).toEqual(waiting);
  });

  it('goes on where the browser says that its user has led there', async () => {
    const { status } = await browser.get('/', {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-dest': 'document',
    });
    expect(status).toBe(303);
  });

  it('sets cookies that no script, no other host and no plain connection gets', async () => {
    const begun = await browser.get('/cloudadmin');
    expect(begun.headers.getSetCookie().join()).toMatch(
      /^__Host-isb-sign-in=[^;]+; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=None$/,
    );
    const finished = await browser.post('/saml/acs', { SAMLResponse: 'x' });
    expect(finished.headers.getSetCookie()[0]).toMatch(
      /^__Host-isb-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('begins a new session, whatever the browser sent, and ends the one that it had', async () => {
    await browser.signIn();
    const before = browser.cookies.get('__Host-isb-session') ?? '';
    await browser.signIn({}, '/saml/login');
    const after = browser.cookies.get('__Host-isb-session');
    expect(after).not.toBe(before);
    browser.cookies.set('__Host-isb-session', before);
    expect((await browser.get('/')).status).toBe(303);
  });

  it('never adopts an id that the portal did not make', async () => {
    const planted = 'a'.repeat(43);
    browser.cookies.set('__Host-isb-session', planted);
    await browser.signIn();
    expect(browser.cookies.get('__Host-isb-session')).not.toBe(planted);
  });

  it('is over where an operator has ended it', async () => {
    await browser.signIn({ id: 'eve@example.com' });
    const Item = { UserId: 'eve@example.com', EndedAt: portal.now };
    await portal.tables.client.send(new PutCommand({ TableName: 'Users', Item }));
    expect((await browser.get('/cloudadmin')).headers.get('location')).toContain('idp.example');
    portal.now += 1;
    await browser.signIn({ id: 'eve@example.com' });
    expect((await browser.get('/cloudadmin')).headers.get('location')).toContain('SigninToken');
  });

  it('of AWS is noted before it is asked for, so that an operator finds it whatever comes of it', async () => {
    await browser.signIn({ id: 'kay@example.com' });
    portal.refusal = new PortalError('StsUnavailable', 'STS does not answer');
    expect((await browser.get('/cloudadmin')).status).toBe(503);
    const noted = (await portal.tables.items('Users')).find(({ UserId }) => UserId === 'kay@example.com');
    expect(noted).toMatchObject({
      Issued: { 'arn:aws:iam::123456789012:role/MyAdminRole': portal.now },
      SessionName: 'kay@example.com',
    });
  });

  it('is refused where the answer is larger than any', async () => {
    await browser.get('/');
    const SAMLResponse = 'x'.repeat(400_001);
    expect((await browser.post('/saml/acs', { SAMLResponse })).status).toBe(413);
  });
});

describe('signing out', () => {
  it('forgets the browser, and says that AWS goes on', async () => {
    await browser.signIn();
    const out = await browser.post('/logout');
    expect(await out.text()).toContain('go on until they expire');
    expect((await browser.get('/')).status).toBe(303);
  });

  it.each([
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    [{ origin: 'https://portal.example', 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://portal.example.evil.example' }],
    [{ origin: 'null', 'sec-fetch-site': 'cross-site' }],
    [{}],
  ])('is not for another site: %j', async (headers) => {
    await browser.signIn();
    expect((await browser.post('/logout', {}, headers as Record<string, string>)).status).toBe(403);
    expect(
      (
        await browser.post(
          '/favourites',
          { service: 'cloudadmin', favourite: 'true' },
          headers as Record<string, string>,
        )
      ).status,
    ).toBe(403);
    expect(
      (await browser.post('/cloudadmin/credentials', {}, headers as Record<string, string>)).status,
    ).toBe(403);
    expect((await browser.post('/cloudadmin/login', {}, headers as Record<string, string>)).status).toBe(403);
    expect((await browser.get('/')).status).toBe(200);
    expect(portal.issued).toEqual([]);
  });
});

describe('the list', () => {
  it('has what the user may open, and nothing else', async () => {
    await browser.signIn();
    const page = await (await browser.get('/')).text();
    expect(page).toContain('href="/cloudadmin"');
    expect(page).toContain('href="/gov"');
    expect(page).not.toContain('sandbox');
  });

  it('keeps favourites, and what was opened', async () => {
    await browser.signIn({ id: 'grace@example.com' });
    expect((await browser.post('/favourites', { service: 'gov', favourite: 'true' })).status).toBe(303);
    await browser.get('/cloudadmin');
    const page = await (await browser.get('/')).text();
    expect(page.indexOf('Favourites')).toBeLessThan(page.indexOf('Opened last'));
    expect(page).toMatch(/Favourites[\s\S]*href="\/gov"[\s\S]*Opened last[\s\S]*href="\/cloudadmin"/);
  });

  it('stays at what was searched for when a favourite is set', async () => {
    await browser.signIn();
    const shown = await (await browser.get('/?search=GOV+9999')).text();
    expect(shown).toContain('<input type="hidden" name="search" value="GOV 9999">');
    const set = async (search: string) =>
      (await browser.post('/favourites', { service: 'gov', favourite: 'true', search })).headers.get(
        'location',
      );
    expect(await set('GOV 9999')).toBe('/?search=GOV+9999');
    expect(await set('')).toBe('/');
    expect(await set('&a=b#\r\nx: y')).toBe('/?search=%26a%3Db%23%0D%0Ax%3A+y');
    expect(await set('a'.repeat(200))).toBe(`/?search=${'a'.repeat(100)}`);
  });

  it('has no favourite that is no target', async () => {
    await browser.signIn();
    expect((await browser.post('/favourites', { service: 'nothing', favourite: 'true' })).status).toBe(404);
  });
});

describe('every answer', () => {
  it.each([
    '/',
    '/cloudadmin',
    '/saml/metadata',
    '/jwks.json',
    '/.well-known/openid-configuration',
    '/a/b/c',
  ])('to %s is framed by nobody and guessed by nobody', async (path) => {
    const { headers } = await browser.get(path);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    // Under no-referrer browsers would send the portal's own forms without their origin, and it would refuse them.
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  it('that holds a secret is kept by nobody', async () => {
    await browser.signIn();
    for (const answer of [
      await browser.get('/cloudadmin'),
      await browser.post('/cloudadmin/credentials', { format: 'env' }),
    ])
      expect(answer.headers.get('cache-control')).toBe('no-store');
  });
});
