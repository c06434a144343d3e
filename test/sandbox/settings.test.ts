// Settings end to end: what cdk.json says of an environment is what its deployed function goes by.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authority } from '../support/authority.ts';
import { type HttpsServer, startHttpsServer } from '../support/https-server.ts';
import { assemble } from './support/assembly.ts';
import type { Broker, BrokerApplication } from './support/broker.ts';
import { startBroker } from './support/broker-sandbox.ts';

let directory: string;
let broker: Broker;
/** What the deployment's own authority has signed, and another that it knows nothing of. */
let identityProvider: HttpsServer;
let stranger: HttpsServer;

/** The keys of the sandbox's user pool, at whatever path but these. */
function answer({ url }: IncomingMessage, response: ServerResponse): void {
  const [userPool] = broker.sandbox.account.userPools.values();
  switch (url) {
    case '/missing':
      response.writeHead(404).end();
      break;
    case '/moved':
      response.writeHead(302, { location: '/jwks.json' }).end();
      break;
    case '/sign-in':
      response.end('<html>');
      break;
    case '/.well-known/openid-configuration':
      response.end(JSON.stringify({ issuer: 'https://localhost', jwks_uri: 'https://localhost/jwks.json' }));
      break;
    case '/secret':
      response.end('{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}');
      break;
    case '/failing':
      response.writeHead(500).end();
      break;
    default:
      response.end(JSON.stringify(userPool?.jwks));
  }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'settings-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  const [own, strange] = [
    await Authority.create({ name: 'Own' }),
    await Authority.create({ name: 'Strange' }),
  ];
  identityProvider = await startHttpsServer(answer, await own.issue('localhost'));
  stranger = await startHttpsServer(answer, await strange.issue('localhost'));
  const authorities = join(directory, 'authorities.pem');
  await writeFile(authorities, own.certificatePem);
  const settings = {
    clockLeewaySeconds: 300,
    jwksHosts: [identityProvider, stranger].map(({ origin }) => new URL(origin).host),
    jwksCertificateAuthorities: [authorities],
  };
  assemble(settings, assemblyDirectory);
  broker = await startBroker({ assemblyDirectory });
});
afterAll(async () => {
  await broker?.sandbox.stop();
  await Promise.all([identityProvider, stranger].map((server) => server?.close()));
  await rm(directory, { recursive: true, force: true });
});

describe('clockLeewaySeconds', () => {
  let app: BrokerApplication;
  beforeAll(async () => {
    app = broker.createApplication('ClockLeeway');
    await app.call('POST', 'applications', app.registration());
  });

  /** What the broker answers to a token of a clock that is ahead; it is good for long after. */
  async function answerTo(secondsAhead: number) {
    const [userPool] = broker.sandbox.account.userPools.values();
    const issuedAt = Math.floor(Date.now() / 1_000) + secondsAhead;
    const times = { iat: issuedAt, nbf: issuedAt, exp: issuedAt + 86_400 };
    const claims = { iss: userPool?.issuer, token_use: 'id', 'custom:tenant_id': 'Yellow', ...times };
    return app.call('POST', 'credentials', { JWT: await userPool?.sign(claims) });
  }

  it('lets an issuer’s clock be ahead by more than a minute', async () => {
    expect(await answerTo(280)).toMatchObject({ status: 200 });
  });

  it('lets it be ahead by no hour', async () => {
    expect(await answerTo(3_600)).toMatchObject({ status: 403, body: { code: 'TokenNotYetValid' } });
  });
});

describe('jwksCertificateAuthorities', () => {
  async function applicationOf(name: string, JWKSetURL?: string): Promise<BrokerApplication> {
    const app = broker.createApplication(name);
    await app.call('POST', 'applications', { ...app.registration(), ...(JWKSetURL && { JWKSetURL }) });
    return app;
  }

  it('let keys be fetched whose host has a certificate of such an authority', async () => {
    const app = await applicationOf('PrivateAuthority', `${identityProvider.origin}/jwks.json`);
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('let them be registered from nobody else’s', async () => {
    const app = broker.createApplication('StrangeAuthority');
    const body = { ...app.registration(), JWKSetURL: `${stranger.origin}/jwks.json` };
    expect(await app.call('POST', 'applications', body)).toMatchObject({
      status: 400,
      body: {
        code: 'JwkSetNotUsable',
        message:
          'JWKSetURL: the JWK set is on a host whose certificate cannot be verified, or that does not speak TLS',
      },
    });
  });

  it('come to what Node.js trusts by itself', async () => {
    const app = await applicationOf('KnownAuthority');
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});

describe('a JWK set that is to be registered', () => {
  let app: BrokerApplication;
  beforeAll(() => {
    app = broker.createApplication('Registering');
  });

  const register = (path: string) =>
    app.call('POST', 'applications', {
      ...app.registration(),
      JWKSetURL: `${identityProvider.origin}${path}`,
    });

  it.each([
    ['/missing', 400, 'JwkSetNotUsable', 'is not there: the address answers with a status of 4xx'],
    [
      '/moved',
      400,
      'JwkSetNotUsable',
      'has moved: the address answers with a redirect, which is not followed',
    ],
    ['/sign-in', 400, 'JwkSetNotUsable', 'is not JSON'],
    [
      '/.well-known/openid-configuration',
      400,
      'JwkSetNotUsable',
      'is a discovery document: register the address that it names as jwks_uri, https://localhost/jwks.json',
    ],
    ['/secret', 400, 'JwkSetNotUsable', 'has no key that tokens can be verified with'],
    ['/failing', 503, 'JwksUnavailable', 'is not to be had: the address answers with a status of 429 or 5xx'],
  ])('is refused at %s: %d %s, and nothing is registered', async (path, status, code, problem) => {
    expect(await register(path)).toMatchObject({
      status,
      body: { code, message: `JWKSetURL: the JWK set ${problem}` },
    });
    expect(await app.call('GET', 'applications')).toMatchObject({ status: 404 });
  });

  it('is taken where it is one', async () => {
    expect(await register('/jwks.json')).toMatchObject({ status: 201 });
  });
});
