// Credentials for programs: from a page, and for `isb login` by way of the browser.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browser, ORIGIN, PlayedPortal, target } from '../../support/portal.ts';

let portal: PlayedPortal;
let browser: Browser;

beforeAll(async () => {
  portal = await PlayedPortal.start([target(), target({ service: 'sandbox', groups: ['dbs'] })]);
});
afterAll(() => portal.stop());
beforeEach(async () => {
  portal.issued.length = 0;
  portal.now = Date.UTC(2026, 10, 28, 12);
  browser = portal.browser();
  await browser.signIn();
});

const verifier = 'v'.repeat(43);
const asked = {
  redirect_uri: 'http://127.0.0.1:41234/done',
  state: 's'.repeat(22),
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
};
const addressOf = (parameters: Record<string, string>) =>
  `/cloudadmin/login?${new URLSearchParams(parameters)}`;

/** A program: no cookies, no origin. */
const exchange = (form: Record<string, string>, service = 'cloudadmin') =>
  portal.browser().post(`/${service}/credentials`, form, {});

async function codeOf(form: Record<string, string> = asked): Promise<string> {
  const answer = await browser.post('/cloudadmin/login', form);
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
}

describe('credentials', () => {
  it('are the JSON of a credential_process', async () => {
    expect(await (await browser.post('/cloudadmin/credentials')).json()).toEqual({
      Version: 1,
      AccessKeyId: 'ASIAEXAMPLE',
      SecretAccessKey: 'canary-secret',
      SessionToken: 'canary-token',
      Expiration: '2026-11-28T20:00:00.000Z',
    });
  });

  it('are lines for a shell', async () => {
    const lines = await (await browser.post('/cloudadmin/credentials', { format: 'env' })).text();
    expect(lines).toContain("export AWS_SECRET_ACCESS_KEY='canary-secret'\n");
    expect(lines).toContain("export AWS_CREDENTIAL_EXPIRATION='2026-11-28T20:00:00.000Z'\n");
  });

  it('are a page', async () => {
    const page = await (await browser.post('/cloudadmin/credentials', { format: 'page' })).text();
    expect(page).toContain('Whoever has these is you');
  });

  it('are the same session as the console’s', async () => {
    await browser.post('/cloudadmin/credentials', { duration: '900' });
    await browser.get('/cloudadmin?duration=900');
    expect(portal.issued[0]).toEqual(portal.issued[1]);
  });

  it('are for members of the target’s groups', async () => {
    expect((await browser.post('/sandbox/credentials')).status).toBe(403);
    expect((await browser.post('/cloudadmin/credentials', { duration: '28801' })).status).toBe(400);
    expect(portal.issued).toEqual([]);
  });

  it('are for nobody who has not signed in', async () => {
    expect((await portal.browser().post('/cloudadmin/credentials')).status).toBe(403);
  });
});

describe('isb login', () => {
  it('gets credentials once the user has said yes, and not before', async () => {
    const page = await browser.get(addressOf({ ...asked, duration: '3600' }));
    expect(page.headers.get('content-security-policy')).toContain(
      "form-action 'self' http://127.0.0.1:41234",
    );
    expect(await page.text()).toContain('Yes, hand them over');
    expect(portal.issued).toEqual([]);
    const answer = await browser.post('/cloudadmin/login', { ...asked, duration: '3600' });
    const location = new URL(answer.headers.get('location') ?? '');
    expect(location.origin + location.pathname).toBe(asked.redirect_uri);
    expect(location.searchParams.get('state')).toBe(asked.state);
    expect(location.searchParams.get('iss')).toBe(`${ORIGIN}/`);
    const code = location.searchParams.get('code') ?? '';
    expect(await (await exchange({ code, code_verifier: verifier })).json()).toMatchObject({ Version: 1 });
    expect(portal.issued).toMatchObject([
      { service: 'cloudadmin', durationSeconds: 3_600, sessionName: 'ada@example.com' },
    ]);
  });

  it('signs in first, and goes on from there', async () => {
    const other = portal.browser();
    const path = addressOf(asked);
    await other.signIn({}, path);
    expect(await (await other.get(path)).text()).toContain('Yes, hand them over');
  });

  it.each([
    [
      'used twice',
      async () => {
        const code = await codeOf();
        await exchange({ code, code_verifier: verifier });
        return exchange({ code, code_verifier: verifier });
      },
    ],
    ['with another verifier', async () => exchange({ code: await codeOf(), code_verifier: 'w'.repeat(43) })],
    [
      'after another verifier was tried',
      async () => {
        const code = await codeOf();
        await exchange({ code, code_verifier: 'w'.repeat(43) });
        return exchange({ code, code_verifier: verifier });
      },
    ],
    ['without a verifier', async () => exchange({ code: await codeOf() })],
    [
      'after a minute',
      async () => {
        const code = await codeOf();
        portal.now += 60_000;
        return exchange({ code, code_verifier: verifier });
      },
    ],
    [
      'for another target',
      async () => exchange({ code: await codeOf(), code_verifier: verifier }, 'sandbox'),
    ],
    [
      'after the user has signed out',
      async () => {
        const code = await codeOf();
        await browser.post('/logout');
        return exchange({ code, code_verifier: verifier });
      },
    ],
    ['that nobody has', async () => exchange({ code: 'c'.repeat(43), code_verifier: verifier })],
    ['that is empty', async () => exchange({ code: '', code_verifier: '' })],
  ])('gets nothing for a code %s', async (_, attempt) => {
    portal.issued.length = 0;
    const before = await attempt();
    expect(before.status).toBe(400);
    expect(portal.issued.length).toBeLessThan(2);
  });

  it.each([
    'https://127.0.0.1:41234/done',
    'http://localhost:41234/done',
    'http://127.0.0.1/done',
    'http://127.0.0.1:41234',
    'http://127.0.0.1:41234@evil.example/',
    'http://evil.example:41234/done',
    'http://127.0.0.1.evil.example:41234/done',
    'http://[::1]:41234/done',
    'http://127.1:41234/done',
    'http://2130706433:41234/done',
    'http://127.0.0.1:41234\\@evil.example/',
    'http://127.0.0.1:99999/done',
    'http://127.0.0.1:41234/done?x=1',
    'http://127.0.0.1:41234/done#x',
    'javascript:alert(1)',
    '',
  ])('brings no code to %j', async (redirect_uri) => {
    expect((await browser.get(addressOf({ ...asked, redirect_uri }))).status).toBe(400);
    expect((await browser.post('/cloudadmin/login', { ...asked, redirect_uri })).status).toBe(400);
  });

  it.each([
    { state: '' },
    { state: 'short' },
    { code_challenge: '' },
    { code_challenge: 'x'.repeat(44) },
    { code_challenge_method: 'plain' },
    { code_challenge_method: '' },
  ])('is refused with %j', async (wrong) => {
    expect((await browser.post('/cloudadmin/login', { ...asked, ...wrong })).status).toBe(400);
  });
});

describe('below a prefix', () => {
  it('everything is where the settings say', async () => {
    const below = await PlayedPortal.start([target()], '/aws');
    below.signIn.user = { ...below.signIn.user, groups: ['cloudadmin'] };
    const visitor = below.browser();
    expect((await visitor.get('/cloudadmin')).status).toBe(404);
    expect((await visitor.get('/aws/cloudadmin')).headers.get('location')).toContain('idp.example');
    await visitor.post('/aws/saml/acs', { SAMLResponse: 'x' }, {});
    expect(await (await visitor.get('/aws/')).text()).toContain('href="/aws/cloudadmin"');
    expect((await visitor.get('/aws')).status).toBe(200);
    expect((await visitor.get('/aws/jwks.json')).status).toBe(200);
    expect((await visitor.get('/aws/.well-known/openid-configuration')).status).toBe(200);
    await below.stop();
  });
});
