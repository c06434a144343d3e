// What the deployed function does while it is provisioned, put together as in main.ts, and what that leaves for the first request.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { itemOf } from '../../../service/registrations/stored-registration.ts';
import { deployment, roleIdOf } from '../../support/callers.ts';
import { type CapturedOutput, captureOutput } from '../../support/captured-output.ts';
import { eventOf } from '../../support/events.ts';
import { patientVariables } from '../../support/patience.ts';
import { minimalBody, storedWith } from '../../support/registrations.ts';
import { generateSigningKey, publish } from '../../support/signing-keys.ts';

let aws: Server;
let output: CapturedOutput;
let connections = 0;
/** What was asked for: the operation, and the item's key or the role's ARN. */
let calls: string[];
/** Whether DynamoDB answers. */
let isUp: boolean;

beforeEach(async () => {
  [connections, calls, isUp] = [0, [], true];
  aws = createServer(async (request, response) => {
    const [call, answer] = await answerTo(request);
    calls.push(call);
    if (!isUp && !call.startsWith('AssumeRole')) response.statusCode = 500;
    response.end(answer);
  }).on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
  // The usage plans' patience of half a second, which a busy machine may not have.
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  output = captureOutput();
  // What the SDK has to say of its use, it says by the console, which a test's own does not pass on.
  vi.spyOn(console, 'warn').mockImplementation((line) => process.stderr.write(`${line}\n`));
});
afterEach(() => {
  output.restore();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.doUnmock('../../../service/tokens/https-fetcher.ts');
  vi.resetModules();
  aws.closeAllConnections();
  aws.close();
});

/** A new execution environment, whose handler is ready. */
async function start(kind: string, variables: Readonly<Record<string, string>> = {}) {
  const environment = {
    AWS_LAMBDA_INITIALIZATION_TYPE: kind,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'ASIAFUNCTION',
    AWS_SECRET_ACCESS_KEY: 'function-secret',
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
    ACCESS_METADATA_TABLE_NAME: 'AccessMetadata',
    USAGE_PLANS_TABLE_NAME: 'UsagePlans',
    USAGE_PLANS: JSON.stringify({ default: plan, registration: plan, applications: {} }),
    SERVICE_ROLE_ARN: deployment.serviceRoleArn,
    POWERTOOLS_SERVICE_NAME: 'IAMSessionBroker',
    POWERTOOLS_METRICS_NAMESPACE: 'IAMSessionBroker',
    ...patientVariables,
    MAX_ATTEMPTS: '1',
    ...variables,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.resetModules();
  return (await import('../../../service/broker/main.ts')).handler;
}
const provisioned = (variables = {}) => start('provisioned-concurrency', variables);

const readAhead = [
  'AssumeRole arn:aws:iam::111122223333:role/IAMSessionBroker',
  'GetItem AccessMetadata -',
  'GetItem UsagePlans -',
];

it('asks for a session of the service role, and reads what is not there, once each', async () => {
  await provisioned();
  expect(calls.sort()).toEqual(readAhead);
});

it.each([
  ['as it is by default', {}],
  [
    'however strict its deployment is',
    {
      REQUIRE_ISSUER: 'true',
      REQUIRE_AUDIENCE: 'true',
      REQUIRE_PINNED_TRUST: 'true',
      MAX_TOKEN_AGE_SECONDS: '60',
      CLOCK_LEEWAY_SECONDS: '0',
      JWKS_HOSTS: 'login.example.com',
      REGISTRARS: 'Pipeline',
      USAGE_PLANS:
        '{"default":{"rateLimit":1,"burstLimit":3},"registration":{"rateLimit":1,"burstLimit":3},"applications":{}}',
    },
  ],
  ['of another partition', { SERVICE_ROLE_ARN: 'arn:aws-cn:iam::444455556666:role/IAMSessionBroker' }],
])(
  'rehearses a request that is granted, and writes neither a line nor a metric: %s',
  async (_, variables) => {
    await provisioned(variables);
    expect(output.text()).toBe('');
  },
);

it('serves its first request over the connections that it has, and keeps nothing of the rehearsal', async () => {
  const key = await generateSigningKey('ES256');
  vi.doMock('../../../service/tokens/https-fetcher.ts', () => ({
    httpsFetcher: () => async (url: string) => {
      if (url !== minimalBody.JWKSetURL) throw new Error('nowhere');
      return publish(key);
    },
  }));
  const handler = await provisioned();
  const before = connections;
  calls = [];

  const jwt = await key.sign({ exp: Date.now() / 1000 + 3600, 'custom:tenant_id': 'Yellow' });
  const { statusCode } = await handler(eventOf('GET /credentials', { query: { jwt } }), {} as Context);

  expect(statusCode).toBe(200);
  expect(calls.sort()).toEqual([
    'AssumeRole arn:aws:iam::111122223333:role/AppAccess',
    'GetItem AccessMetadata App',
    'UpdateItem UsagePlans App',
  ]);
  // One of the session’s client is that of the client that asked for the session.
  expect([before, connections]).toEqual([3, 3]);
  expect(output.logs()).toMatchObject([{ outcome: 'allowed', application: 'App' }]);
});

it('is ready although DynamoDB does not answer, and says so', async () => {
  isUp = false;
  await provisioned();
  expect(output.logs()).toMatchObject([{ level: 'WARN', message: 'no answer of DynamoDB yet' }]);
});

it('does nothing of it before a handler that a request waits for', async () => {
  await start('on-demand');
  expect(calls).toEqual([]);
  await expect.poll(() => calls).toEqual(readAhead.slice(0, 1));
});

const plan = { rateLimit: 100, burstLimit: 200 };

async function answerTo(request: IncomingMessage): Promise<[call: string, answer: string]> {
  const body = await text(request);
  const operation = String(request.headers['x-amz-target'] ?? '').split('.')[1];
  if (operation === undefined) {
    const roleArn = new URLSearchParams(body).get('RoleArn') ?? '';
    return [`AssumeRole ${roleArn}`, session(roleArn.slice(roleArn.lastIndexOf('/') + 1))];
  }
  const { TableName, Key } = JSON.parse(body);
  const name = Key.ApplicationName.S;
  const attributes = { TheoreticalArrivalTime: { N: String(Date.now() * 1000) } };
  const item =
    name === 'App' ? { Item: marshall(itemOf(storedWith()), { removeUndefinedValues: true }) } : {};
  const answer = operation === 'UpdateItem' ? { Attributes: attributes } : item;
  return [`${operation} ${TableName} ${name}`, JSON.stringify(answer)];
}

function session(roleName: string): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>ASIASESSION1</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>
    <Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration>
  </Credentials><AssumedRoleUser><AssumedRoleId>${roleIdOf(roleName)}:session</AssumedRoleId></AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>`;
}
