import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../sandbox/account/faults.ts';
import type { Operation } from '../../sandbox/account/operation.ts';
import type { QueryService, Service } from '../../sandbox/account/service.ts';
import { awsCliEnvironment } from './fixtures/aws-cli.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const run = promisify(execFile);

/** Operations of every protocol that do next to nothing, under the names of real ones. */
const services: Service[] = [
  {
    name: 'sts',
    protocol: 'query',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    operations: { GetCallerIdentity: { run: ({ caller }) => ({ Arn: caller.arn }) } },
  },
  {
    name: 'iam',
    protocol: 'query',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    operations: {
      ListRoles: {
        authorize: () => ({ action: 'iam:ListRoles', resource: '*' }),
        run: () => {
          throw new TypeError('a bug with a secret in it: hunter2');
        },
      },
    },
  },
  {
    name: 'dynamodb',
    protocol: 'json',
    targetPrefix: 'DynamoDB_20120810',
    jsonVersion: '1.0',
    operations: { ListTables: { run: () => ({ TableNames: ['a'] }) } },
  },
  {
    name: 'cognito-idp',
    protocol: 'json',
    targetPrefix: 'AWSCognitoIdentityProviderService',
    jsonVersion: '1.1',
    operations: {
      InitiateAuth: { unsigned: true, run: ({ input }) => ({ Echo: input['ClientId'] }) },
      AdminCreateUser: { run: () => ({}) },
    },
  },
  {
    name: 's3',
    protocol: 'rest-xml',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    route: ({ rawPath }) => (rawPath === '/' ? { operation: 'ListBuckets', input: {} } : undefined),
    operations: {
      ListBuckets: {
        run: () => ({
          xml: { ListAllMyBucketsResult: { Buckets: { Bucket: [{ Name: 'a' }, { Name: 'b' }] } } },
        }),
      },
    },
  },
];

let served: ServedAccount;
let sts: STSClient;
const faults: (() => void)[] = [];

beforeAll(async () => {
  served = await serveAccount(services);
});

beforeEach(() => {
  sts = new STSClient(served.administrator);
});

afterEach(() => {
  for (const end of faults.splice(0)) end();
  vi.restoreAllMocks();
});

afterAll(() => served.close());

const whoAmI = (client = sts) => client.send(new GetCallerIdentityCommand());
const inject = (fault: Fault) => faults.push(served.account.faults.inject(fault));
const lastEvent = () => served.account.trail.events.at(-1);

async function post(headers: Record<string, string>, body: string) {
  const response = await fetch(served.administrator.endpoint, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

describe('a call', () => {
  it('reaches its service by the scope of the signature, in every protocol', async () => {
    expect((await whoAmI()).Arn).toBe('arn:aws:iam::123456789012:user/Administrator');
    const { TableNames } = await new DynamoDBClient(served.administrator).send(new ListTablesCommand({}));
    expect(TableNames).toEqual(['a']);
    const { Buckets } = await new S3Client(served.administrator).send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['a', 'b']);
  });

  it('without a signature reaches an operation that needs none, and only that', async () => {
    const target = (operation: string) => ({
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
    });
    expect(await post(target('InitiateAuth'), '{"ClientId":"abc"}')).toEqual({
      status: 200,
      text: '{"Echo":"abc"}',
    });
    expect(await post(target('AdminCreateUser'), '{}')).toEqual({
      status: 400,
      text: '{"__type":"MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
    });
  });

  it.each<[string, Record<string, string>, string, number, RegExp]>([
    ['Query', {}, 'Action=GetCallerIdentity', 403, /<Code>MissingAuthenticationToken<\/Code>/],
    [
      'JSON',
      { 'x-amz-target': 'DynamoDB_20120810.ListTables' },
      '{}',
      400,
      /MissingAuthenticationTokenException/,
    ],
    ['REST-XML', {}, '', 403, /<Error><Code>AccessDenied<\/Code><Message>Access Denied<\/Message>/],
  ])('without a signature is refused in the words of %s', async (_, headers, body, status, text) => {
    expect(await post(headers, body)).toEqual({ status, text: expect.stringMatching(text) });
  });

  it('is in the trail with its caller and outcome', async () => {
    await whoAmI();
    expect(lastEvent()).toEqual({
      time: expect.any(Number),
      service: 'sts',
      operation: 'GetCallerIdentity',
      callerArn: 'arn:aws:iam::123456789012:user/Administrator',
      statusCode: 200,
    });
    const denied = new IAMClient(served.allowed({ Action: 'iam:GetRole', Resource: '*' }));
    await expect(denied.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(lastEvent()).toMatchObject({
      operation: 'ListRoles',
      statusCode: 403,
      errorCode: 'AccessDenied',
      errorMessage: expect.stringMatching(/is not authorized to perform: iam:ListRoles on resource: \*/),
    });
  });

  it('leaves no secret in the trail, whatever is wrong with it', async () => {
    const { credentials } = served.allowed({ Action: '*', Resource: '*' });
    const wrong = { ...credentials, secretAccessKey: 'canary-secret' };
    await expect(whoAmI(new STSClient({ ...served.administrator, credentials: wrong }))).rejects.toThrow();
    const other = { ...credentials, sessionToken: 'canary-token' };
    await expect(whoAmI(new STSClient({ ...served.administrator, credentials: other }))).rejects.toThrow();
    await post({ authorization: 'Bearer canary.jwt.text' }, 'Action=GetCallerIdentity');
    await whoAmI(new STSClient({ ...served.administrator, credentials }));
    const trail = JSON.stringify(served.account.trail.events);
    for (const secret of ['canary', credentials.secretAccessKey, credentials.sessionToken]) {
      expect(trail).not.toContain(secret);
    }
  });
});

describe('what the sandbox lacks', () => {
  it('is answered 501 by name: a service', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20260301/eu-west-1/sqs/aws4_request, SignedHeaders=host, Signature=00';
    expect(await post({ authorization }, 'Action=ListQueues')).toEqual({
      status: 501,
      text: expect.stringContaining(
        '<Code>NotImplemented</Code><Message>The sandbox has no service sqs.</Message>',
      ),
    });
  });

  it.each<[string, Record<string, string>, string, RegExp]>([
    ['an operation', { 'x-amz-target': 'DynamoDB_20120810.ExportTable' }, '{}', /dynamodb ExportTable/],
    ['an inherited name', { 'x-amz-target': 'DynamoDB_20120810.toString' }, '{}', /dynamodb toString/],
    ['an unsigned action', {}, 'Action=GetMoney', /operation GetMoney/],
    ['an unsigned target', { 'x-amz-target': 'Logs_20140328.PutLogEvents' }, '{}', /service Logs_20140328/],
  ])('is answered 501 by name: %s', async (_, headers, body, text) => {
    expect(await post(headers, body)).toEqual({ status: 501, text: expect.stringMatching(text) });
  });
});

describe('a bug in an operation', () => {
  it('is InternalFailure to the caller and a stack on stderr', async () => {
    const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(new IAMClient(served.administrator).send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: 'InternalFailure',
      message: 'The request processing has failed because of an unknown error.',
      $metadata: expect.objectContaining({ httpStatusCode: 500 }),
    });
    expect(stderr.mock.calls.join('')).toMatch(
      /sandbox: iam ListRoles failed: TypeError: a bug[\s\S]*aws-endpoint\.test\.ts/,
    );
    expect(JSON.stringify(lastEvent())).not.toContain('hunter2');
  });
});

describe('an injected fault', () => {
  it('answers with its error', async () => {
    inject({ service: 'sts', error: { code: 'Throttling', message: 'Rate exceeded', statusCode: 400 } });
    await expect(whoAmI()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
  });

  it('answers with text that is no answer', async () => {
    inject({ service: 'sts', operation: 'GetCallerIdentity', garbage: '<html>' });
    await expect(whoAmI()).rejects.toThrow();
  });

  it('sends the status and the headers, and no end of the body', async () => {
    const isMet = new Promise<void>((onMatch) => {
      inject({ service: 'sts', stall: true, times: 1, onMatch });
    });
    const abort = new AbortController();
    let hasEnded = false;
    const stalled = sts.send(new GetCallerIdentityCommand(), { abortSignal: abort.signal }).finally(() => {
      hasEnded = true;
    });
    await isMet;
    // Whatever was sent before this answer is here before it.
    await whoAmI(new STSClient(served.administrator));
    expect(hasEnded).toBe(false);
    expect(served.account.trail.events.at(-2)).toMatchObject({
      operation: 'GetCallerIdentity',
      statusCode: 200,
    });
    abort.abort();
    await expect(stalled).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('cuts the connection', async () => {
    inject({ service: 'sts', disconnect: true });
    await expect(whoAmI()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(lastEvent()).toMatchObject({ operation: 'GetCallerIdentity', statusCode: 0 });
  });

  it('delays the answer', async () => {
    inject({ service: 'sts', delayMs: 60 });
    const start = performance.now();
    await whoAmI();
    expect(performance.now() - start).toBeGreaterThanOrEqual(55);
  });

  it('applies as often as it says, to the operation that it says', async () => {
    inject({ service: 'sts', times: 1, error: { code: 'Throttling', message: 'x', statusCode: 400 } });
    inject({ service: 'sts', operation: 'AssumeRole', disconnect: true });
    inject({ service: 'dynamodb', disconnect: true });
    await expect(whoAmI()).rejects.toThrow();
    await whoAmI();
  });
});

describe('the endpoint', () => {
  it('refuses a body of more than 64 MiB', async () => {
    const response = await fetch(served.administrator.endpoint, {
      method: 'POST',
      body: Buffer.alloc(64 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
  });

  it("shows the account's time", async () => {
    const now = Date.parse('2026-03-01T12:00:00Z');
    const elsewhen = await serveAccount(services, { now: () => now });
    const response = await fetch(elsewhen.administrator.endpoint);
    expect(response.headers.get('date')).toBe('Sun, 01 Mar 2026 12:00:00 GMT');
    await elsewhen.close();
  });

  it('survives a client that hangs up', async () => {
    const { hostname, port } = new URL(served.administrator.endpoint);
    await new Promise<void>((resolve) => {
      const request = httpRequest({ hostname, port, method: 'POST', headers: { 'content-length': 10 } });
      request.on('error', () => resolve());
      request.write('half', () => request.destroy(new Error('hung up')));
    });
    expect((await whoAmI()).$metadata.httpStatusCode).toBe(200);
  });

  it('ends open connections when it closes', async () => {
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const endless: Operation = {
      run() {
        begin();
        return new Promise(() => {});
      },
    };
    const [first] = services as [QueryService];
    const closing = await serveAccount([{ ...first, operations: { GetCallerIdentity: endless } }]);
    const call = whoAmI(new STSClient(closing.administrator)).catch((error: unknown) => error);
    await begun;
    await closing.close();
    expect(await call).toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('curl --aws-sigv4', () => {
  const { AWS_ACCESS_KEY_ID: _, ...quiet } = process.env;
  const curl = async (...args: string[]) => (await run('curl', ['--silent', ...args], { env: quiet })).stdout;

  it('signs for a user and for a session', async () => {
    const { endpoint, credentials } = served.administrator;
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const scope = ['--aws-sigv4', 'aws:amz:eu-west-1:sts'];
    const user = `${credentials.accessKeyId}:${credentials.secretAccessKey}`;
    expect(await curl(...scope, '--user', user, '--data', body, `${endpoint}/`)).toMatch(
      /user\/Administrator/,
    );
    const session = served.allowed({ Action: 'iam:GetRole', Resource: '*' }).credentials;
    const sessionUser = `${session.accessKeyId}:${session.secretAccessKey}`;
    const token = ['--header', `x-amz-security-token: ${session.sessionToken}`];
    const url = `${endpoint}/?${body}`;
    expect(await curl(...scope, '--user', sessionUser, ...token, url)).toMatch(/assumed-role\/Role\d+\/test/);
    expect(await curl(...scope, '--user', sessionUser, url)).toMatch(/<Code>InvalidClientTokenId<\/Code>/);
  });
});

describe('the AWS CLI', () => {
  it('prints refusals as it does for AWS', async () => {
    const env = awsCliEnvironment(served.administrator);
    const failure = (...args: string[]) =>
      run('aws', args, { env: { ...env, AWS_SECRET_ACCESS_KEY: 'wrong' } }).catch(
        ({ stderr }: { stderr: string }) => ({ stderr: stderr.trim() }),
      );
    expect((await failure('sts', 'get-caller-identity')).stderr).toBe(
      'An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
    expect((await failure('dynamodb', 'list-tables')).stderr).toMatch(
      /^An error occurred \(InvalidSignatureException\) when calling the ListTables operation/,
    );
  });

  it.each([
    ['Query', 'sns', 'list-topics', 'ListTopics'],
    ['JSON', 'kms', 'list-keys', 'ListKeys'],
    ['REST-XML', 'route53', 'list-hosted-zones', 'ListHostedZones'],
  ])('prints that a service is missing, in %s', async (_, service, command, operation) => {
    const env = awsCliEnvironment(served.administrator);
    const { stderr } = await run('aws', [service, command], { env }).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr.trim()).toBe(
      `An error occurred (NotImplemented) when calling the ${operation} operation: The sandbox has no service ${service}.`,
    );
  });
});
