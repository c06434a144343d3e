// The portal as it is deployed, signing in by OpenID Connect through a provider of another make, to which its key in KMS proves it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { type DeployedPortal, deployPortal } from './support/deployed-portal.ts';
import { hasOidcProvider, listedTo, oidcPortal, usersAndTargets } from './support/oidc-portal.ts';

describe.runIf(hasOidcProvider)('a portal that proves itself by its own key', () => {
  let portal: DeployedPortal;
  beforeAll(async () => {
    portal = await deployPortal(oidcPortal({ clientId: 'portal' }));
  });
  afterAll(() => portal?.stop());

  test.each(usersAndTargets)('shows %s what their groups may open', async (user, services) => {
    expect(await listedTo(user, portal)).toEqual(services);
  });

  test('says to whom groups were left out that they were', async () => {
    const browser = new Browser();
    const page = await portal.signIn('admin', 'max@example.com', browser);
    expect(page.html).toContain('url=/admin');
    const refused = await browser.open(`${portal.url}admin`);
    expect(refused.status).toBe(403);
    expect(refused.html).toContain('Your identity provider did not say which groups you are in');
  });

  test('takes an answer once, in the browser that began the sign-in, and writes nothing of it down', async () => {
    const browser = new Browser();
    const form = await browser.open(portal.url, { headers: { 'sec-fetch-site': 'none' } });
    const fields = {
      username: 'ada@example.com',
      password: portal.sandbox.environment['ISB_PORTAL_PASSWORD'] ?? '',
    };
    const isCallback = (url: string) => url.startsWith(`${portal.url}oidc/callback`);
    const led = await browser.submit(form, fields, isCallback);
    const answer = new URL(led.headers.get('location') ?? '', led.url);
    const visit = async (by: Browser) => {
      const { status, html } = await by.send(answer.href);
      return [status, /<h1>([^<]+)/.exec(html)?.[1]];
    };
    const notBegun = [403, 'This sign-in was not begun here, or not in the last five minutes'];

    expect(await visit(new Browser())).toEqual(notBegun);
    expect((await visit(browser))[0]).toBe(200);
    expect(await visit(browser)).toEqual(notBegun);

    const logs = portal.sandbox.logs().join('\n');
    expect(logs).toContain('SignInNotBegun');
    for (const name of ['code', 'state']) expect(logs).not.toContain(answer.searchParams.get(name));
    expect(logs).not.toMatch(/eyJ[\w-]{20}/);
  });

  test('tells a refusal of the provider by its name, and by no words of it', async () => {
    const browser = new Browser();
    const begun = await browser.send(portal.url);
    const state = new URL(begun.headers.get('location') ?? '').searchParams.get('state') ?? '';
    const iss = portal.sandbox.portal?.oidcIssuer ?? '';
    const query = new URLSearchParams({ error: 'access_denied', error_description: 'canary', state, iss });
    const page = await browser.send(`${portal.url}oidc/callback?${query}`);
    expect(page.status).toBe(403);
    expect(page.html).toContain('The answer is a refusal: access_denied.');
    expect(page.html).not.toContain('canary');
  });
});
