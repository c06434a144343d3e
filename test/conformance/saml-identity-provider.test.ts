// Signing in through an identity provider that is not ours, over HTTP on loopback: request, form, assertion consumer.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_GROUP_ATTRIBUTES } from '../../service/saml/asserted-user.ts';
import { identityProviderOf } from '../../service/saml/identity-provider.ts';
import { SamlSignIn } from '../../service/saml/saml-sign-in.ts';
import { PendingSignIns } from '../../service/sign-in/pending-sign-ins.ts';
import { SignInError } from '../../service/sign-in/sign-in-error.ts';
import { TakenOnce } from '../../service/sign-in/taken-once.ts';
import { IndependentIdentityProvider } from '../support/saml/independent-identity-provider.ts';
import { MemoryTable } from '../support/saml/memory-table.ts';
import { createSigningCertificate } from '../support/saml/signing-certificate.ts';

const COOKIE = 'sign-in';
const [GROUPS = ''] = DEFAULT_GROUP_ATTRIBUTES;
const now = () => Date.now();
const ada = { name: 'ada@example.com', claims: { [GROUPS]: ['dba', 'sysadmin'] } };

let identityProvider: IndependentIdentityProvider;
let portal: Server;
let portalUrl: string;

beforeAll(async () => {
  portal = createServer();
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  portalUrl = `http://127.0.0.1:${(portal.address() as AddressInfo).port}`;
  const year = 365 * 86_400_000;
  const certificate = await createSigningCertificate({
    notBefore: new Date(now() - year),
    notAfter: new Date(now() + year),
  });
  identityProvider = await IndependentIdentityProvider.start(certificate, `${portalUrl}/saml/acs`);
  const metadata = await (await fetch(identityProvider.metadataUrl)).text();
  const known = identityProviderOf(metadata, now(), { allowHttpOnLoopback: true });
  const table = new MemoryTable(now);
  const signIn = new SamlSignIn({
    serviceProvider: {
      entityId: `${portalUrl}/saml/metadata`,
      assertionConsumerUrl: `${portalUrl}/saml/acs`,
    },
    identityProvider: () => known,
    attributes: { groups: DEFAULT_GROUP_ATTRIBUTES, tenant: 'tenant' },
    pendingSignIns: new PendingSignIns(table, now),
    takenOnce: new TakenOnce(table),
    now,
  });
  serve(signIn);
});
afterAll(async () => {
  await identityProvider.stop();
  portal.closeAllConnections();
  await new Promise((resolve) => portal.close(resolve));
});
beforeEach(() => {
  identityProvider.user = ada;
  identityProvider.options = {};
});

/** As much of the portal as a sign-in needs. */
function serve(signIn: SamlSignIn): void {
  portal.on('request', async (request, response) => {
    if (request.method === 'GET') {
      const { location, binding } = await signIn.begin({ path: request.url ?? '/', isAsked: false });
      response.writeHead(302, { location, 'set-cookie': `${COOKIE}=${binding}; HttpOnly` }).end();
      return;
    }
    const binding = new RegExp(`${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
    try {
      response.end(JSON.stringify(await signIn.finish(new URLSearchParams(await text(request)), binding)));
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      response.writeHead(error.statusCode).end(JSON.stringify({ code: error.code }));
    }
  });
}

/** A browser that submits the form which the identity provider answers with. */
async function signIn(path = '/dba'): Promise<unknown> {
  const begun = await fetch(`${portalUrl}${path}`, { redirect: 'manual' });
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  const page = await (await fetch(begun.headers.get('location') ?? '')).text();
  const action = /action="([^"]*)"/.exec(page)?.[1] ?? '';
  const fields = [...page.matchAll(/name="(\w+)"\s+value="([^"]*)"/g)].map(([, name, value]) => [
    name ?? '',
    value ?? '',
  ]);
  const body = new URLSearchParams(
    fields.map(([name = '', value = '']) => [name, value.replaceAll('&#43;', '+')]),
  );
  return (await fetch(action, { method: 'POST', headers: { cookie }, body })).json();
}

describe('through an independent identity provider', () => {
  it.each([
    ['the assertion signed', {}],
    ['the response signed', { signResponse: true, signAssertion: false }],
    ['both signed', { signResponse: true, signAssertion: true }],
    ['types of values', { typedAttributes: true, includeAttributeNameFormat: true, sessionIndex: '_1' }],
  ])('a user signs in, with %s', async (_, options) => {
    identityProvider.options = options;
    expect(await signIn('/dba?region=eu-west-1')).toEqual({
      user: { id: 'ada@example.com', groups: ['dba', 'sysadmin'], groupsOverage: false },
      wayBack: { path: '/dba?region=eu-west-1', isAsked: false },
    });
  });

  it('each user signs in as no other, with a group that is sent as one text', async () => {
    const users = ['ada', 'bob', 'eve#EXT#'].map((name) => ({
      name,
      claims: { groups: `of ${name}`, tenant: `t-${name}` },
    }));
    const all = [];
    for (const user of users) {
      identityProvider.user = user;
      all.push(await signIn());
    }
    expect(all).toMatchObject(
      users.map(({ name }) => ({ user: { id: name, groups: [`of ${name}`], tenant: `t-${name}` } })),
    );
  });

  it.each([
    ['SHA-1', { signatureAlgorithm: 'rsa-sha1', digestAlgorithm: 'sha1' }, 'SignatureNotAllowed'],
    ['nothing signed', { signAssertion: false }, 'ResponseNotSigned'],
    ['another audience', { audience: 'urn:other' }, 'AudienceMismatch'],
    ['another recipient', { recipient: 'https://other.example.com' }, 'DestinationMismatch'],
    ['another destination', { destination: 'https://other.example.com' }, 'DestinationMismatch'],
    ['another issuer', { issuer: 'urn:other' }, 'IssuerMismatch'],
    ['another request', { inResponseTo: '_other' }, 'RequestMismatch'],
    ['a refusal', { refuses: true }, 'IdentityProviderRefused'],
  ])('nobody signs in with %s', async (_, options, code) => {
    identityProvider.options = options;
    expect(await signIn()).toEqual({ code });
  });
});
