// The process of the stand-ins: its settings come as the first message, and its ports are the answer.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { JSONWebKeySet } from 'jose';
import { itemOf } from '../../service/registrations/stored-registration.ts';
import { callerNamed, roleIdOf } from '../../test/support/callers.ts';
import { storedWith } from '../../test/support/registrations.ts';

export interface StandInSettings {
  readonly latencyMs: number;
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
const { latencyMs, jwks, certPem, keyPem } = settings;
const counts: Record<string, number> = {};
let issued = 0;

const jwksServer = createHttpsServer({ cert: certPem, key: keyPem }, async (_, response) => {
  await answering('jwks');
  response.setHeader('content-type', 'application/json').end(JSON.stringify(jwks));
});
const awsServer = createServer(async (request, response) => {
  const [operation, answer] = await answerTo(request);
  await answering(operation);
  response.end(answer);
});
const daemon = createSocket('udp4', () => count('xray'));

await Promise.all([listen(jwksServer), listen(awsServer)]);
daemon.bind(0, '127.0.0.1');
await once(daemon, 'listening');
const ports: Ports = { aws: portOf(awsServer), jwks: portOf(jwksServer), daemon: daemon.address().port };
process.on('message', () => process.send?.(counts));
process.send?.(ports);

async function answering(operation: string): Promise<void> {
  count(operation);
  if (latencyMs > 0) await delay(latencyMs);
}

function count(operation: string): void {
  counts[operation] = (counts[operation] ?? 0) + 1;
}

async function answerTo(request: IncomingMessage): Promise<[operation: string, answer: string]> {
  const body = await text(request);
  if (request.url?.startsWith('/v20180820/'))
    return ['GetDataAccess', dataAccess(new URL(request.url, 'http://s3'))];
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  if (operation === 'GetItem') return [operation, itemFor(JSON.parse(body))];
  if (operation === 'UpdateItem') return [operation, advanced(JSON.parse(body).ExpressionAttributeValues)];
  return ['AssumeRole', session(new URLSearchParams(body))];
}

interface Asked {
  readonly TableName: string;
  readonly Key: Readonly<Record<string, { readonly S: string }>>;
}

/** Of the portal's tables: whoever asks has signed in, and has opened nothing yet. */
function itemFor({ TableName, Key }: Asked): string {
  if (TableName === 'Sessions')
    return JSON.stringify({ Item: marshall({ ...signedIn, SessionHash: Key['SessionHash']?.S }) });
  if (TableName === 'Users') return '{}';
  return registrationOf(Key['ApplicationName']?.S ?? '');
}

const hour = 3_600_000;
const signedIn = {
  UserId: 'ada@example.com',
  Groups: ['sysadmin', 'cloudadmin'],
  GroupsOverage: false,
  Tenant: 'Yellow',
  SignedInAt: Date.now() - hour,
  EndsAt: Date.now() + 7 * hour,
};

const ofTenants = {
  accessMode: 'SessionTags',
  accessGrants: {
    privilege: 'Minimal',
    targetTemplate: 's3://data/tenants/{TenantID}/*',
    maxDurationSeconds: 3600,
  },
} as const;

/** Every application is registered, with an access role of its own. */
function registrationOf(applicationName: string): string {
  const stored = storedWith({
    ...callerNamed(applicationName),
    accessRoleName: `${applicationName}Access`,
    jwksUrl: `https://localhost:${portOf(jwksServer)}/jwks.json`,
    issuer: 'https://localhost',
    sessionDurationSeconds: 3600,
    ...(applicationName.startsWith('Data') && { dataAccess: ofTenants }),
  });
  return JSON.stringify({ Item: marshall(itemOf(stored), { removeUndefinedValues: true }) });
}

/** Every lease is granted, of a bucket that was full. */
function advanced(values: Record<string, { N: string }>): string {
  const arrivalTime = Number(values[':now']?.N) + Number(values[':cost']?.N);
  return JSON.stringify({ Attributes: { TheoreticalArrivalTime: { N: String(arrivalTime) } } });
}

/** What was asked for is granted. */
function dataAccess({ searchParams }: URL): string {
  issued += 1;
  const number = String(issued).padStart(12, '0');
  return `<GetDataAccessResult><Credentials><AccessKeyId>ASIABENCH${number.slice(1)}</AccessKeyId><SecretAccessKey>${number.repeat(4).slice(0, 40)}</SecretAccessKey>
<SessionToken>${number.repeat(80)}</SessionToken><Expiration>${new Date(Date.now() + hour).toISOString()}</Expiration></Credentials>
<MatchedGrantTarget>${searchParams.get('target')}</MatchedGrantTarget><Grantee><GranteeType>IAM</GranteeType><GranteeIdentifier>arn:aws:iam::123456789012:role/App</GranteeIdentifier></Grantee></GetDataAccessResult>`;
}

/** A session as long as STS makes them. */
function session(request: URLSearchParams): string {
  const [durationSeconds, roleArn] = [Number(request.get('DurationSeconds')), request.get('RoleArn') ?? ''];
  issued += 1;
  const expiration = new Date(Date.now() + durationSeconds * 1000).toISOString();
  const number = String(issued).padStart(12, '0');
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIABENCH${number.slice(1)}</AccessKeyId><SecretAccessKey>${number.repeat(4).slice(0, 40)}</SecretAccessKey>
<SessionToken>${number.repeat(80)}</SessionToken><Expiration>${expiration}</Expiration>
</Credentials><AssumedRoleUser><AssumedRoleId>${roleIdOf(roleArn.slice(roleArn.lastIndexOf('/') + 1))}:session</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
}

async function listen(server: Server): Promise<void> {
  server.listen(0, 'localhost');
  await once(server, 'listening');
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
