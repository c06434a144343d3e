// The sandbox's OpenID Connect provider: authorization code and PKCE, for a client with a key of its own and for a public one.
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IdentityProviders, startIdentityProviders } from '../../sandbox/identity-providers/endpoint.ts';
import { Browser } from './support/browser.ts';

let identityProviders: IdentityProviders;
let portal: Server;
let portalUrl: string;
let portalKey: CryptoKey;
let published: JWK;
let metadata: Record<string, string>;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  portalKey = privateKey;
  published = { ...(await exportJWK(publicKey)), kid: 'portal', use: 'sig', alg: 'RS256' };
  portal = createServer((request, response) => {
    response.writeHead(request.url === '/jwks.json' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: [published] }));
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalUrl = `http://localhost:${(portal.address() as AddressInfo).port}/`;
  identityProviders = await startIdentityProviders({ port: 0 });
  await identityProviders.serve(portalUrl);
  const address = `${identityProviders.oidcIssuer}/.well-known/openid-configuration`;
  metadata = await (await fetch(address)).json();
});
afterAll(async () => {
  await identityProviders?.close();
  portal.closeAllConnections();
  await new Promise((resolve) => portal.close(resolve));
});

interface Begun {
  readonly url: string;
  readonly verifier: string;
  readonly nonce: string;
}

function begin(clientId: string, more: Readonly<Record<string, string>> = {}): Begun {
  const [verifier, nonce] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: `${portalUrl}oidc/callback`,
    scope: 'openid profile',
    state: 'state',
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  });
  return { url: `${metadata['authorization_endpoint']}?${query}`, verifier, nonce };
}

const atPortal = (url: string) => url.startsWith(portalUrl);

/** @returns the address of the portal that the browser is sent to */
async function signIn({ url }: Begun, username: string, browser = new Browser()): Promise<URL> {
  const form = await browser.open(url, {}, atPortal);
  const { password } = identityProviders;
  const page = await browser.submit(form, { username, password }, atPortal);
  return new URL(page.headers.get('location') ?? '', page.url);
}

function assertion(key = portalKey, claims: JWTPayload = {}): Promise<string> {
  return new SignJWT({ jti: randomBytes(16).toString('hex'), ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'portal' })
    .setIssuer('portal')
    .setSubject('portal')
    .setAudience(identityProviders.oidcIssuer)
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key);
}

const provenBy = (client_assertion: string) => ({
  client_id: 'portal',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
});

async function exchange(code: string | null, verifier: string, client: Readonly<Record<string, string>>) {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: `${portalUrl}oidc/callback`,
    code_verifier: verifier,
    ...client,
  });
  const answer = await fetch(metadata['token_endpoint'] ?? '', { method: 'POST', body });
  return { status: answer.status, json: await answer.json() };
}

async function claimsFor(username: string): Promise<JWTPayload> {
  const begun = begin('portal-public');
  const { searchParams } = await signIn(begun, username);
  const { json } = await exchange(searchParams.get('code'), begun.verifier, { client_id: 'portal-public' });
  const keys = createRemoteJWKSet(new URL(metadata['jwks_uri'] ?? ''));
  const audience = 'portal-public';
  const { payload } = await jwtVerify(json.id_token, keys, {
    issuer: identityProviders.oidcIssuer,
    audience,
    algorithms: ['RS256'],
  });
  expect(payload['nonce']).toBe(begun.nonce);
  return payload;
}

test('says where everything is, below its issuer', () => {
  expect(metadata['issuer']).toBe(identityProviders.oidcIssuer);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'])
    expect(metadata[name]).toMatch(new RegExp(`^${identityProviders.oidcIssuer}/`));
});

describe('the ID token is', () => {
  test.each([
    ['ada@example.com', { groups: ['sysadmin', 'cloudadmin'], TenantID: 'Yellow' }],
    ['grace@example.com', { groups: ['cloudadmin', 'dbs'], TenantID: 'Blue' }],
    ['lin@example.com', { groups: undefined, _claim_names: undefined, TenantID: 'Yellow' }],
    ['kay@example.com', { groups: ['dbs'], TenantID: 'Yellow' }],
    ['eve_example.org#EXT#@contoso.onmicrosoft.com', { groups: ['cloudadmin', 'dbs'], TenantID: 'Blue' }],
    [
      'max@example.com',
      {
        groups: undefined,
        _claim_names: { groups: 'src1' },
        _claim_sources: { src1: { endpoint: expect.stringMatching(/^https:\/\/graph\.windows\.net\//) } },
        TenantID: 'Yellow',
      },
    ],
  ])('of %s', async (name, expected) => {
    const claims = await claimsFor(name);

    expect(claims).toMatchObject({ preferred_username: name, oid: claims.sub });
    for (const [claim, value] of Object.entries(expected)) expect(claims[claim]).toEqual(value);
  });

  test('of nobody that another person has been in the same browser', async () => {
    const browser = new Browser();
    const [first, second] = [begin('portal-public'), begin('portal-public')];
    await signIn(first, 'ada@example.com', browser);
    const { searchParams } = await signIn(second, 'grace@example.com', browser);
    const { json } = await exchange(searchParams.get('code'), second.verifier, {
      client_id: 'portal-public',
    });

    const [, payload = ''] = json.id_token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).preferred_username).toBe(
      'grace@example.com',
    );
  });
});

describe('the client with a key', () => {
  const code = async () => {
    const begun = begin('portal');
    return { code: (await signIn(begun, 'ada@example.com')).searchParams.get('code'), begun };
  };

  test('proves itself by a token that its own JWK set verifies', async () => {
    const { code: given, begun } = await code();
    const { status, json } = await exchange(given, begun.verifier, provenBy(await assertion()));

    expect(json).toHaveProperty('id_token');
    expect(status).toBe(200);
  });

  test('is refused without a proof, and with one by another key or for another audience', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const elsewhere = await new SignJWT({ jti: 'x' })
      .setProtectedHeader({ alg: 'RS256', kid: 'portal' })
      .setIssuer('portal')
      .setSubject('portal')
      .setAudience('https://example.com/')
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(portalKey);
    for (const client of [
      { client_id: 'portal' },
      provenBy(await assertion(privateKey)),
      provenBy(elsewhere),
    ]) {
      const { code: given, begun } = await code();
      expect(await exchange(given, begun.verifier, client)).toMatchObject({
        status: expect.toSatisfy((status: number) => status === 400 || status === 401),
        json: { error: 'invalid_client' },
      });
    }
  });

  test('uses a proof and a code once', async () => {
    const { code: given, begun } = await code();
    const proof = await assertion();
    expect((await exchange(given, begun.verifier, provenBy(proof))).status).toBe(200);

    const again = await code();
    expect((await exchange(again.code, again.begun.verifier, provenBy(proof))).json.error).toBe(
      'invalid_client',
    );
    expect((await exchange(given, begun.verifier, provenBy(await assertion()))).json.error).toBe(
      'invalid_grant',
    );
  });
});

describe('a sign-in is refused', () => {
  test('without PKCE, and where the verifier is another', async () => {
    const bare = new URL(begin('portal-public').url);
    bare.searchParams.delete('code_challenge');
    bare.searchParams.delete('code_challenge_method');
    const page = await new Browser().open(bare.href, {}, atPortal);
    expect(new URL(page.headers.get('location') ?? '').searchParams.get('error')).toBe('invalid_request');

    const begun = begin('portal-public');
    const { searchParams } = await signIn(begun, 'ada@example.com');
    const other = randomBytes(32).toString('base64url');
    const { json } = await exchange(searchParams.get('code'), other, { client_id: 'portal-public' });
    expect(json.error).toBe('invalid_grant');
  });

  test('for another address than the portal’s', async () => {
    const { url } = begin('portal-public', { redirect_uri: 'https://example.com/oidc/callback' });
    const page = await new Browser().open(url, {}, (next) => next.includes('example.com'));

    expect(page.status).toBe(400);
    expect(page.headers.get('location')).toBeNull();
  });

  test('with another password; the same sign-in may then be tried again', async () => {
    const browser = new Browser();
    const form = await browser.open(begin('portal-public').url);
    const wrong = await browser.submit(form, { username: 'ada@example.com', password: 'wrong' }, atPortal);
    expect(wrong.status).toBe(401);
    expect(wrong.html).toContain('User or password is wrong.');
    const { password } = identityProviders;
    const page = await browser.submit(wrong, { username: 'ada@example.com', password }, atPortal);
    expect(new URL(page.headers.get('location') ?? '').searchParams.get('state')).toBe('state');
  });

  test('in another browser than the one that began it', async () => {
    const form = await new Browser().open(begin('portal-public').url);
    const fields = { username: 'ada@example.com', password: identityProviders.password };
    const page = await new Browser().submit(form, fields);

    expect(page.status).toBe(400);
    expect(page.html).toContain('This sign-in has ended, or was begun in another browser.');
  });
});
