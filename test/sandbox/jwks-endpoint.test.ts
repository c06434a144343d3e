// The keys of user pools over https: what is published, faults, and the sandbox's certificate authority.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Faults } from '../../sandbox/account/faults.ts';
import { Trail } from '../../sandbox/account/trail.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../../sandbox/certificate-authority.ts';
import { type JwksEndpoint, startJwksEndpoint } from '../../sandbox/jwks-endpoint.ts';
import { createUserPool } from '../../sandbox/user-pools/templates.ts';
import type { UserPool } from '../../sandbox/user-pools/user-pool.ts';

const run = promisify(execFile);

let directory: string;
let caFile: string;
let authority: CertificateAuthority;
let endpoint: JwksEndpoint;
let userPool: UserPool;
let userPools: Map<string, UserPool>;
let faults: Faults;
let trail: Trail;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jwks-endpoint-'));
  caFile = join(directory, 'ca.pem');
  authority = await createCertificateAuthority(['localhost', '127.0.0.1']);
  await writeFile(caFile, authority.caPem);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  userPools = new Map();
  faults = new Faults();
  trail = new Trail();
  endpoint = await startJwksEndpoint(() => userPools, faults, { port: 0, ...authority, trail });
  onTestFinished(() => endpoint.close());
  const account = { region: 'eu-west-1', issuerBaseUrl: endpoint.url, userPools };
  userPool = await createUserPool(account, { UserPoolName: 'Users' });
});

interface Answer {
  statusCode: number | undefined;
  headers: Record<string, unknown>;
  body: string;
}

function get(url: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { method = 'GET', host } = options;
  const { pathname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: host ?? 'localhost',
        servername: 'localhost',
        port,
        path: pathname,
        method,
        ca: authority.caPem,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            statusCode: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject).end();
  });
}

const jwksUrl = () => `${userPool.issuer}/.well-known/jwks.json`;
const jwksPath = () => `/${userPool.userPoolId}/.well-known/jwks.json`;

describe('a user pool', () => {
  it('publishes the public parts of the keys that verify its tokens', async () => {
    const { statusCode, headers, body } = await get(jwksUrl());
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'public, max-age=86400',
    });
    const jwks = JSON.parse(body);
    expect(jwks.keys).toHaveLength(2);
    for (const key of jwks.keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
      expect(key).toMatchObject({ alg: 'RS256', kty: 'RSA', use: 'sig', e: 'AQAB' });
      expect(Buffer.from(key.n, 'base64url')).toHaveLength(256);
    }
    const token = await userPool.sign({ iss: userPool.issuer, token_use: 'id' });
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks), { issuer: userPool.issuer });
    expect(payload['token_use']).toBe('id');
  });

  it('signs ID tokens and access tokens with different keys, and the header has kid and alg alone', async () => {
    const id = decodeProtectedHeader(await userPool.sign({ token_use: 'id' }));
    const access = decodeProtectedHeader(await userPool.sign({ token_use: 'access' }));
    expect(Object.keys(id).sort()).toEqual(['alg', 'kid']);
    expect(id.kid).not.toBe(access.kid);
    expect(userPool.jwks.keys.map(({ kid }) => kid)).toEqual([id.kid, access.kid]);
  });

  it('keeps earlier keys published on rotation and drops them on retirement', async () => {
    const token = await userPool.sign({ token_use: 'id' });
    await userPool.rotateKey();
    await jwtVerify(token, createLocalJWKSet(JSON.parse((await get(jwksUrl())).body)));
    await userPool.rotateKey({ retire: true });
    const jwks = JSON.parse((await get(jwksUrl())).body);
    expect(jwks.keys).toHaveLength(2);
    await expect(jwtVerify(token, createLocalJWKSet(jwks))).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    });
    await jwtVerify(await userPool.sign({ token_use: 'access' }), createLocalJWKSet(jwks));
  });

  it('publishes its OpenID configuration', async () => {
    const { body } = await get(`${userPool.issuer}/.well-known/openid-configuration`);
    expect(JSON.parse(body)).toMatchObject({ issuer: userPool.issuer, jwks_uri: jwksUrl() });
  });
});

describe('the endpoint', () => {
  it('answers on 127.0.0.1 and on ::1 alike, wherever localhost leads', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((found = []) => found);
    const loopback = addresses.filter(({ internal }) => internal).map(({ address }) => address);
    for (const host of loopback.filter((address) => ['127.0.0.1', '::1'].includes(address))) {
      expect((await get(jwksUrl(), { host })).statusCode).toBe(200);
    }
  });

  it('answers 404 in JSON for an unknown pool and an unknown document, 405 for another method', async () => {
    const unknownPool = await get(`${endpoint.url}/eu-west-1_nobody/.well-known/jwks.json`);
    expect(unknownPool.statusCode).toBe(404);
    expect(JSON.parse(unknownPool.body).message).toBe('User pool eu-west-1_nobody does not exist.');
    expect((await get(`${endpoint.url}/`)).statusCode).toBe(404);
    expect((await get(jwksUrl(), { method: 'POST' })).statusCode).toBe(405);
    expect(trail.events.map(({ operation, statusCode }) => [operation, statusCode])).toEqual([
      ['GET /eu-west-1_nobody/.well-known/jwks.json', 404],
      ['GET /', 404],
      [`POST ${jwksPath()}`, 405],
    ]);
  });

  it('publishes any further set and counts the requests of every path', async () => {
    const url = endpoint.publish('/foreign/.well-known/jwks.json', { keys: [{ kty: 'oct', k: 'AA' }] });
    expect(JSON.parse((await get(url)).body)).toEqual({ keys: [{ kty: 'oct', k: 'AA' }] });
    await get(jwksUrl());
    await get(jwksUrl());
    expect(endpoint.requestCount('/foreign/.well-known/jwks.json')).toBe(1);
    expect(endpoint.requestCount(jwksPath())).toBe(2);
    expect(endpoint.requestCount('/elsewhere')).toBe(0);
  });

  it('meets faults: an error, garbage, a delay, a cut connection; then serves again', async () => {
    const error = { code: 'Throttling', message: 'Rate exceeded', statusCode: 429 };
    faults.inject({ service: 'jwks', operation: `GET ${jwksPath()}`, error, times: 1 });
    faults.inject({ service: 'jwks', garbage: '<html>', times: 1 });
    faults.inject({ service: 'jwks', delayMs: 30, garbage: 'late', times: 1 });
    faults.inject({ service: 'jwks', disconnect: true, times: 1 });
    expect(await get(jwksUrl())).toMatchObject({
      statusCode: 429,
      body: '{"code":"Throttling","message":"Rate exceeded"}',
    });
    expect(await get(jwksUrl())).toMatchObject({ statusCode: 200, body: '<html>' });
    const before = performance.now();
    expect((await get(jwksUrl())).body).toBe('late');
    expect(performance.now() - before).toBeGreaterThanOrEqual(29);
    await expect(get(jwksUrl())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await get(jwksUrl())).statusCode).toBe(200);
    expect(endpoint.requestCount(jwksPath())).toBe(5);
  });

  it('meets a fault that sends the headers, and no end of the body', async () => {
    faults.inject({ service: 'jwks', stall: true });
    const { statusCode, aborted } = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request(jwksUrl(), { ca: authority.caPem, agent: false }, (response) => {
        response.once('aborted', () => resolve(response)).resume();
        void endpoint.close();
      });
      call.on('error', reject).end();
    });
    expect({ statusCode, aborted }).toEqual({ statusCode: 200, aborted: true });
  });

  it('gives its port back on close', async () => {
    const { port } = new URL(endpoint.url);
    await endpoint.close();
    const again = await startJwksEndpoint(() => userPools, faults, {
      port: Number(port),
      ...authority,
      trail,
    });
    onTestFinished(() => again.close());
    expect(again.url).toBe(`https://localhost:${port}`);
  });
});

describe('the certificate authority', () => {
  const fetching = 'fetch(process.argv[1]).then(r => console.log(r.status), e => console.log(e.cause.code))';

  it('is trusted by fetch through NODE_EXTRA_CA_CERTS, and not without', async () => {
    const fetched = (env: Record<string, string>) =>
      run(process.execPath, ['-e', fetching, jwksUrl()], {
        env: { PATH: process.env['PATH'] ?? '', ...env },
      });
    expect((await fetched({ NODE_EXTRA_CA_CERTS: caFile })).stdout.trim()).toBe('200');
    expect((await fetched({})).stdout.trim()).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('is trusted by curl --cacert, by name and by address', async () => {
    const byAddress = jwksUrl().replace('localhost', '127.0.0.1');
    for (const url of [jwksUrl(), byAddress]) {
      const { stdout } = await run('curl', ['--silent', '--show-error', '--cacert', caFile, url]);
      expect(JSON.parse(stdout).keys).toHaveLength(2);
    }
  });

  it('is another one at every start', async () => {
    const other = await createCertificateAuthority(['localhost']);
    expect(other.caPem).not.toBe(authority.caPem);
  });
});
