// The endpoint beside its clients: what they send, when they hang up, and what curl and the AWS CLI make of it.
import { execFile } from 'node:child_process';
import { request as httpRequest } from 'node:http';
import { promisify } from 'node:util';
import { STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../sandbox/account/operation.ts';
import type { QueryService } from '../../sandbox/account/service.ts';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { served, services, useEndpoint, whoAmI } from './fixtures/endpoint-account.ts';
import { serveAccount } from './fixtures/served-account.ts';

useEndpoint();

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
  const run = promisify(execFile);
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

describe('curl --proxy', () => {
  it('has the endpoint answer for a host that no resolver knows', async () => {
    const { endpoint, credentials } = served.administrator;
    const { stdout } = await promisify(execFile)('curl', [
      ...['--silent', '--noproxy', '', '--proxy', endpoint, '--aws-sigv4', 'aws:amz:eu-west-1:sts'],
      ...['--user', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
      'http://123456789012.127.0.0.1:4566?Action=GetCallerIdentity&Version=2011-06-15',
    ]);
    expect(stdout).toMatch(/user\/Administrator/);
  });
});

describe('the AWS CLI', () => {
  it('prints refusals as it does for AWS', async () => {
    const { administrator } = served;
    const credentials = { ...administrator.credentials, secretAccessKey: 'wrong' };
    const failure = (...args: string[]) =>
      runAwsCli({ ...administrator, credentials }, args).catch(({ stderr }: { stderr: string }) => ({
        stderr: stderr.trim(),
      }));
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
    ['JSON with a target of several parts', 'cloudtrail', 'lookup-events', 'LookupEvents'],
    ['REST-JSON', 'lambda', 'get-account-settings', 'GetAccountSettings'],
    ['REST-XML', 'route53', 'list-hosted-zones', 'ListHostedZones'],
  ])('prints that a service is missing, in %s', async (_, service, command, operation) => {
    const { stderr } = await runAwsCli(served.administrator, [service, command]).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr.trim()).toBe(
      `An error occurred (NotImplemented) when calling the ${operation} operation: The sandbox has no service ${service}.`,
    );
  });
});
