// The process of the stand-ins: its settings come as the first message, and its ports are the answer.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { JSONWebKeySet } from 'jose';
import { type Answer, StandInSts } from './stand-in-sts.ts';
import { StandInTables } from './stand-in-tables.ts';

/** How long answers take, at least, in milliseconds: all of them, or by operation (`jwks` for a JWK set). */
export type Latencies = number | Readonly<Record<string, number>>;

export interface StandInSettings {
  readonly latencyMs: Latencies;
  /** Whether AWS is asked over TLS, as it is in truth. Default: no. */
  readonly awsOverTls?: boolean;
  readonly jwks: JSONWebKeySet;
  readonly certPem: string;
  readonly keyPem: string;
}

export interface Ports {
  readonly aws: number;
  readonly jwks: number;
  readonly daemon: number;
}

process.once('disconnect', () => process.exit());
const [settings] = (await once(process, 'message')) as [StandInSettings];
const { latencyMs, awsOverTls = false, jwks, certPem: cert, keyPem: key } = settings;
const counts: Record<string, number> = {};
const tables = new StandInTables((path) => `https://localhost:${portOf(jwksServer)}/${path}`);
const sts = new StandInSts();

const jwksServer = createHttpsServer({ cert, key }, async (_, response) => {
  await answering('jwks');
  response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
});
const serveAws: RequestListener = async (request, response) => {
  const [operation, { statusCode, body }] = await answerTo(request);
  await answering(operation);
  response.writeHead(statusCode).end(body);
};
const awsServer = awsOverTls ? createHttpsServer({ cert, key }, serveAws) : createServer(serveAws);
const daemon = createSocket('udp4', () => count('xray'));

await Promise.all([listen(jwksServer), listen(awsServer)]);
daemon.bind(0, '127.0.0.1');
await once(daemon, 'listening');
const ports: Ports = { aws: portOf(awsServer), jwks: portOf(jwksServer), daemon: daemon.address().port };
process.on('message', () => process.send?.(counts));
process.send?.(ports);

async function answering(operation: string): Promise<void> {
  count(operation);
  const ms = typeof latencyMs === 'number' ? latencyMs : (latencyMs[operation] ?? 0);
  if (ms > 0) await delay(ms);
}

function count(operation: string): void {
  counts[operation] = (counts[operation] ?? 0) + 1;
}

async function answerTo(request: IncomingMessage): Promise<[operation: string, answer: Answer]> {
  const body = await text(request);
  if (request.url?.startsWith('/v20180820/'))
    return ['GetDataAccess', { statusCode: 200, body: dataAccess(new URL(request.url, 'http://s3')) }];
  const target = String(request.headers['x-amz-target'] ?? '');
  const operation = target.split('.')[1];
  if (operation && target.startsWith('TrentService.'))
    return [operation, { statusCode: 200, body: JSON.stringify(DATA_KEY) }];
  if (operation) return [operation, { statusCode: 200, body: tables.answer(operation, body) }];
  return ['AssumeRole', sts.assumeRole(new URLSearchParams(body), request.headers.authorization ?? '')];
}

/** KMS's answer to GenerateDataKey, and to Decrypt: there is one data key. */
const DATA_KEY = {
  KeyId: 'arn:aws:kms:eu-west-1:111122223333:key/shared-sessions',
  Plaintext: Buffer.alloc(32, 1).toString('base64'),
  CiphertextBlob: Buffer.alloc(184, 2).toString('base64'),
};

/** What was asked for is granted. */
function dataAccess({ searchParams }: URL): string {
  return `<GetDataAccessResult>${sts.credentials(3_600).credentials}
<MatchedGrantTarget>${searchParams.get('target')}</MatchedGrantTarget><Grantee><GranteeType>IAM</GranteeType><GranteeIdentifier>arn:aws:iam::123456789012:role/App</GranteeIdentifier></Grantee></GetDataAccessResult>`;
}

async function listen(server: Server): Promise<void> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
