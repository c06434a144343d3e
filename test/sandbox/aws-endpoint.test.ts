// The endpoint: how a call finds its operation, what the trail shows of it, and how bugs and faults end it.
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { IAMClient, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, vi } from 'vitest';
import { inject, lastEvent, post, served, sts, useEndpoint, whoAmI } from './fixtures/endpoint-account.ts';

useEndpoint();

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
      /sandbox: iam ListRoles failed: TypeError: a bug[\s\S]*endpoint-account\.ts/,
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
