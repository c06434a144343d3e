// The sandbox's SAML identity provider: every one of its users signs in to the portal's own assertion consumer, over HTTP.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IdentityProviders, startIdentityProviders } from '../../sandbox/identity-providers/endpoint.ts';
import { DEFAULT_GROUP_ATTRIBUTES } from '../../service/saml/asserted-user.ts';
import { identityProviderOf } from '../../service/saml/identity-provider.ts';
import { SamlSignIn } from '../../service/saml/saml-sign-in.ts';
import { PendingSignIns } from '../../service/sign-in/pending-sign-ins.ts';
import { SignInError } from '../../service/sign-in/sign-in-error.ts';
import { TakenOnce } from '../../service/sign-in/taken-once.ts';
import { MemoryTable } from '../support/saml/memory-table.ts';
import { Browser, formOf, type Page } from './support/browser.ts';

const now = () => Date.now();
let identityProviders: IdentityProviders;
let portal: Server;
let portalUrl: string;
let beforeThePortal: Page;

beforeAll(async () => {
  portal = createServer();
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalUrl = `http://localhost:${(portal.address() as AddressInfo).port}/`;
  identityProviders = await startIdentityProviders({ port: 0 });
  const metadata = await (await fetch(identityProviders.samlMetadataUrl)).text();
  const known = identityProviderOf(metadata, now(), { allowHttpOnLoopback: true });
  const table = new MemoryTable(now);
  const signIn = new SamlSignIn({
    serviceProvider: {
      entityId: `${portalUrl}saml/metadata`,
      assertionConsumerUrl: `${portalUrl}saml/acs`,
    },
    identityProvider: () => known,
    attributes: { groups: DEFAULT_GROUP_ATTRIBUTES, tenant: 'TenantID' },
    pendingSignIns: new PendingSignIns(table, now),
    takenOnce: new TakenOnce(table),
    now,
  });
  serve(signIn);
  beforeThePortal = await new Browser().open(portalUrl);
  await identityProviders.serve(portalUrl);
});
afterAll(async () => {
  await identityProviders?.close();
  portal.closeAllConnections();
  await new Promise((resolve) => portal.close(resolve));
});

/** As much of the portal as a sign-in needs. */
function serve(signIn: SamlSignIn): void {
  portal.on('request', async (request, response) => {
    if (request.method === 'GET') {
      const { location, binding } = await signIn.begin({ path: request.url ?? '/', isAsked: false });
      response.writeHead(302, { location, 'set-cookie': `sign-in=${binding}; HttpOnly` }).end();
      return;
    }
    const binding = /sign-in=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];
    try {
      response.end(JSON.stringify(await signIn.finish(new URLSearchParams(await text(request)), binding)));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      response.writeHead(error.statusCode).end(JSON.stringify({ code: error.code }));
    }
  });
}

test('refuses to sign anybody in before there is a portal', () => {
  expect(beforeThePortal.status).toBe(400);
  expect(beforeThePortal.html).toContain('There is no portal yet.');
});

async function signIn(username: string, password = identityProviders.password) {
  const browser = new Browser();
  const form = await browser.open(`${portalUrl}cloudadmin`);
  expect(form.status).toBe(200);
  return { browser, page: await browser.submit(form, { username, password }) };
}

/** What the portal makes of the answer. */
async function userOf(username: string): Promise<Record<string, unknown>> {
  const { browser, page } = await signIn(username);
  const { html } = await browser.submit(page);
  return JSON.parse(html).user;
}

describe('the portal is told', () => {
  test.each([
    ['ada@example.com', { groups: ['sysadmin', 'cloudadmin'], groupsOverage: false, tenant: 'Yellow' }],
    ['grace@example.com', { groups: ['cloudadmin', 'dbs'], groupsOverage: false, tenant: 'Blue' }],
    ['lin@example.com', { groups: [], groupsOverage: false, tenant: 'Yellow' }],
    ['kay@example.com', { groups: ['dbs'], groupsOverage: false, tenant: 'Yellow' }],
    [
      'eve_example.org#EXT#@contoso.onmicrosoft.com',
      { groups: ['cloudadmin', 'dbs'], groupsOverage: false, tenant: 'Blue' },
    ],
    ['max@example.com', { groups: [], groupsOverage: true, tenant: 'Yellow' }],
  ])('of %s', async (name, user) => {
    expect(identityProviders.userNames).toContain(name);
    expect(await userOf(name)).toEqual({ id: name, ...user });
  });

  test('nothing twice: the portal takes an answer once', async () => {
    const { browser, page } = await signIn('ada@example.com');

    expect(JSON.parse((await browser.submit(page)).html)).toHaveProperty('user');
    expect(JSON.parse((await browser.submit(page)).html)).toHaveProperty('code');
  });
});

describe('nobody signs in', () => {
  const isAsked = (page: Page) => {
    expect(page.status).toBe(401);
    expect(page.html).toContain('User or password is wrong.');
    expect(page.html).not.toContain('SAMLResponse');
  };

  test.each([
    ['with another password', 'ada@example.com', 'wrong'],
    ['without one', 'ada@example.com', ''],
  ])('%s', async (_, name, password) => isAsked((await signIn(name, password)).page));

  test('under a name that nobody has, and may then try again', async () => {
    const { browser, page } = await signIn('<nobody>');
    isAsked(page);
    const again = await browser.submit(page, {
      username: 'ada@example.com',
      password: identityProviders.password,
    });

    expect(formOf(again.html).values).toHaveProperty('SAMLResponse');
  });
});

describe('an answer goes to the portal alone', () => {
  const request = (consumerUrl: string) =>
    deflateRawSync(
      `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" AssertionConsumerServiceURL="${consumerUrl}"/>`,
    ).toString('base64');
  const open = (SAMLRequest: string) =>
    new Browser().open(`${identityProviders.url}/saml/sso?${new URLSearchParams({ SAMLRequest })}`);

  test('whatever the request says', async () => {
    expect((await open(request(`${portalUrl}saml/acs`))).status).toBe(200);
    const elsewhere = await open(request('https://example.com/saml/acs'));
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.html).toContain('The answer would go elsewhere than to the portal.');
  });

  test.each(['', 'AAAA', 'not base64 at all'])('and a request that is %j gets none', async (text) => {
    expect((await open(text)).status).toBe(400);
  });
});

test('the sign-in page runs no script, and is in no frame and no cache', async () => {
  const page = await new Browser().open(portalUrl);

  expect(page.html).not.toContain('<script');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(page.headers.get('cache-control')).toBe('no-store');
});
