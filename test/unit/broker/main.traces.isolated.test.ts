// The traces of the deployed function, put together as in main.ts: what the X-Ray daemon is sent of a request.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { itemOf } from '../../../service/registrations/stored-registration.ts';
import { deployment, roleIdOf } from '../../support/callers.ts';
import { captureOutput } from '../../support/captured-output.ts';
import { eventOf } from '../../support/events.ts';
import { patientVariables } from '../../support/patience.ts';
import { storedWith } from '../../support/registrations.ts';
import { generateSigningKey, publish } from '../../support/signing-keys.ts';

const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047';
const [sampled, unsampled] = [`${trace};Sampled=1`, `${trace};Sampled=0`];
const SECRET = 'canary-secret-access-key';
const SESSION_TOKEN = 'canary-session-token';

let aws: Server;
let daemon: Socket;
/** What the daemon has been sent. */
let sent = '';

beforeAll(async () => {
  aws = createServer(async (request, response) => {
    const body = await bodyOf(request);
    response.end(request.headers['x-amz-target'] ? answerOfDynamoDb(body) : answerOfSts());
  });
  daemon = createSocket('udp4', (message) => {
    sent += message.toString();
  });
  aws.listen(0, '127.0.0.1');
  daemon.bind(0, '127.0.0.1');
  await Promise.all([once(aws, 'listening'), once(daemon, 'listening')]);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.doUnmock('../../../service/tokens/https-fetcher.ts');
  daemon.close();
  aws.closeAllConnections();
  aws.close();
});

it('hold the calls of a request, and neither its token nor what STS issued', async () => {
  const output = captureOutput();
  const key = await generateSigningKey('ES256');
  const token = await key.sign({ exp: Date.now() / 1000 + 3600, 'custom:tenant_id': 'Yellow' });
  // A certificate can be trusted only when a process starts.
  vi.doMock('../../../service/tokens/https-fetcher.ts', () => ({
    httpsFetcher: () => async () => publish(key),
  }));
  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    // What makes the tracer trace: it believes itself to be in Lambda.
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    ACCESS_METADATA_TABLE_NAME: 'AccessMetadata',
    USAGE_PLANS_TABLE_NAME: 'UsagePlans',
    ...patientVariables,
    USAGE_PLANS: JSON.stringify({ default: plan, registration: plan, applications: {} }),
    SERVICE_ROLE_ARN: deployment.serviceRoleArn,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  // The usage plans' patience of half a second: on a machine that stood still the call would be traced as aborted.
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  const { handler } = await import('../../../service/broker/main.ts');

  // Not sampled: the tracer is not there yet, and its trace is not recorded.
  vi.stubEnv('_X_AMZN_TRACE_ID', unsampled);
  await handler(eventOf('GET /applications'), {} as Context);
  // Whatever else becomes of the clients' wrappers until a trace is recorded, their calls are in it.
  await collectGarbage();
  vi.stubEnv('_X_AMZN_TRACE_ID', sampled);
  const answers = [
    await handler(eventOf('POST /credentials', { body: { JWT: token } }), {} as Context),
    await handler(eventOf('GET /credentials', { query: { jwt: token } }), {} as Context),
    await handler(eventOf('GET /credentials', { query: { jwt: `${token}x` } }), {} as Context),
  ];
  output.restore();

  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 403]);
  await expect.poll(() => sent.match(/"name":"## handler"/g)).toHaveLength(3);
  for (const call of ['GetItem', 'UpdateItem', 'AssumeRole']) expect(sent).toContain(`"operation":"${call}"`);
  for (const secret of [...token.split('.'), SECRET, SESSION_TOKEN]) expect(sent).not.toContain(secret);
});

/** In a later turn: until then, what a weak reference was asked for is kept. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await nextTurn();
  runInNewContext('gc')();
}

const plan = { rateLimit: 100, burstLimit: 200 };

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

/** The registration, whatever is read; a shared bucket has room. */
function answerOfDynamoDb(body: string): string {
  if (body.includes('UpdateExpression'))
    return JSON.stringify({ Attributes: { TheoreticalArrivalTime: { N: String(Date.now() * 1000) } } });
  const attributes = Object.entries(itemOf(storedWith({ roleHasSessionTag: undefined })));
  return JSON.stringify({
    Item: Object.fromEntries(
      attributes.map(([name, value]) => [name, { [typeof value === 'number' ? 'N' : 'S']: String(value) }]),
    ),
  });
}

function answerOfSts(): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>ASIASESSION1</AccessKeyId>
    <SecretAccessKey>${SECRET}</SecretAccessKey>
    <SessionToken>${SESSION_TOKEN}</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
  </Credentials><AssumedRoleUser><AssumedRoleId>${roleIdOf('AppAccess')}:session</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
}
