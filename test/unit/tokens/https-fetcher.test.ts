// The fetcher of JWK sets against a real https server: what it reads, and all that it refuses to.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MAX_JWK_SET_BYTES } from '../../../service/tokens/jwk-sets.ts';
import { type JwksProblem, jwksProblems } from '../../../service/tokens/jwks-problem.ts';
import { FetchingProcess } from '../../support/fetching-process.ts';
import { type HttpsServer, startHttpsServer } from '../../support/https-server.ts';

const AMPLE_MS = 240_000;
const SHORT_MS = 150;

let directory: string;
let server: HttpsServer;
let stranger: HttpsServer;
let fetching: FetchingProcess;
let requests: string[];

const answers: Record<string, (response: ServerResponse) => void> = {
  '/jwks.json': (response) => response.end('{"keys":[]}'),
  '/garbage': (response) => response.end('<html>'),
  '/empty': (response) => response.end(),
  '/missing': (response) => response.writeHead(404).end('{"keys":[]}'),
  '/failing': (response) => response.writeHead(500).end('{"keys":[]}'),
  '/no-content': (response) => response.writeHead(204).end(),
  '/redirect': (response) => response.writeHead(302, { location: '/jwks.json' }).end(),
  '/permanent-redirect': (response) => response.writeHead(308, { location: '/jwks.json' }).end(),
  '/longest': (response) => response.end(Buffer.alloc(MAX_JWK_SET_BYTES, ' ')),
  '/too-long': (response) => response.end(Buffer.alloc(MAX_JWK_SET_BYTES + 1, ' ')),
  '/endless': (response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(64 * 1024, ' ')), 1);
    response.on('close', () => clearInterval(timer));
  },
  '/bomb': (response) =>
    response
      .writeHead(200, { 'content-encoding': 'gzip' })
      .end(gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '))),
  '/silent': () => undefined,
  '/slow-body': (response) => {
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/other-protocol': (response) =>
    response.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end(),
  '/cut-off': (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"keys":', () => response.destroy());
  },
};

function answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
  requests.push(url);
  answers[url]?.(response);
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'https-fetcher-'));
  [server, stranger] = await Promise.all([startHttpsServer(answer), startHttpsServer(answer)]);
  const trustedCertificates = join(directory, 'trusted.pem');
  await writeFile(trustedCertificates, server.certificatePem);
  fetching = await FetchingProcess.start({ trustedCertificates });
});
afterAll(async () => {
  await fetching.stop();
  await Promise.all([server.close(), stranger.close()]);
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  requests = [];
});

const fetched = (path: string, timeoutMs = AMPLE_MS) => fetching.fetch(server.origin + path, timeoutMs);

/** A refusal as `fetched` shows it. */
const fault = (problem: JwksProblem) => `UnfitJwkSet ${jwksProblems[problem].text}`;

describe('httpsFetcher', () => {
  it.each([
    ['a JWK set', '/jwks.json', { length: 11, text: '{"keys":[]}' }],
    ['whatever has status 200: judging it is not its part', '/garbage', { length: 6, text: '<html>' }],
    ['a body of exactly 100 KiB', '/longest', { length: 102_400 }],
    ['an empty body', '/empty', { length: 0 }],
  ])('reads %s', async (_, path, expected) => {
    expect(await fetched(path)).toMatchObject(expected);
  });

  it.each([
    ['a 404', '/missing', fault('Refused')],
    ['a 500', '/failing', fault('ServerFailed')],
    ['a 204', '/no-content', fault('NoKeySet')],
    ['a body of a byte more than 100 KiB', '/too-long', 'UnfitJwkSet is longer than 102400 bytes'],
    ['a body without end', '/endless', 'UnfitJwkSet is longer than 102400 bytes'],
    ['a small body that unpacks to 50 MiB', '/bomb', fault('Encoded')],
    ['a body that is cut off', '/cut-off', 'Error ECONNRESET'],
    ['a change to another protocol', '/other-protocol', fault('NoKeySet')],
  ])('refuses %s', async (_, path, error) => {
    expect(await fetched(path)).toEqual({ error });
  });

  it.each(['/redirect', '/permanent-redirect'])('does not follow %s', async (path) => {
    expect(await fetched(path)).toEqual({ error: fault('Redirected') });
    expect(requests).toEqual([path]);
  });

  it.each([
    ['says nothing', '/silent'],
    ['never finishes its body', '/slow-body'],
  ])('gives up on a server that %s', async (_, path) => {
    expect(await fetched(path, SHORT_MS)).toEqual({
      error: 'TimeoutError The operation was aborted due to timeout',
    });
  });

  it('refuses a certificate that nobody it trusts has signed', async () => {
    const { error } = await fetching.fetch(`${stranger.origin}/jwks.json`, AMPLE_MS);
    expect(error).toMatch(/^Error (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT)/);
    expect(requests).toEqual([]);
  });

  it('refuses it where the environment says that certificates are not to be checked', async () => {
    const careless = await FetchingProcess.start({
      trustedCertificates: join(directory, 'trusted.pem'),
      environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1' },
    });
    const { error } = await careless.fetch(`${stranger.origin}/jwks.json`, AMPLE_MS);
    await careless.stop();

    expect(error).toMatch(/^Error (DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT)/);
    expect(requests).toEqual([]);
  });

  it('refuses a certificate of another name', async () => {
    const { error } = await fetching.fetch(
      `${server.origin.replace('localhost', '127.0.0.1')}/jwks.json`,
      AMPLE_MS,
    );
    expect(error).toBe('Error ERR_TLS_CERT_ALTNAME_INVALID');
    expect(requests).toEqual([]);
  });

  it('does not connect to a private address, whatever name leads there, unless the deployment names the host', async () => {
    const url = `${server.origin}/jwks.json`;

    expect(await fetching.fetch(url, AMPLE_MS, false)).toEqual({
      error: 'UnfitJwkSet is on a host that has no public address',
    });
    expect(requests).toEqual([]);
  });

  it('reports a server that does not exist', async () => {
    const gone = await startHttpsServer(answer);
    await gone.close();
    expect(await fetching.fetch(`${gone.origin}/jwks.json`, AMPLE_MS)).toEqual({
      error: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
