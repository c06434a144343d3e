// `isb credentials` for data, `isb grants` and `isb register`, over a broker on loopback that answers by script.
import { execFileSync } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { isbWith } from '../../../sandbox/support/isb.ts';
import { grantOf } from '../../../support/library-broker.ts';
import { useOneServer } from '../../../support/one-server.ts';

const start = useOneServer();

interface Asked {
  readonly route: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}

const issued = {
  Version: 1,
  AccessKeyId: 'ASIA1',
  SecretAccessKey: 'canary-secret',
  SessionToken: 'canary-session',
  Expiration: '2030-04-01T13:00:00.000Z',
  Tags: { TenantID: 'Yellow' },
};
const forUsers = ['--target', 's3://shop/users/*', '--permission', 'READ'] as const;

/** Answers each request with the next answer, the last for ever. */
async function openBroker(...answers: { status?: number; body: unknown }[]) {
  const asked: Asked[] = [];
  const url = await start(async (request, response) => {
    const { status = 200, body } = answers[
      Math.min(asked.length, answers.length - 1)
    ] as (typeof answers)[number];
    asked.push({
      route: `${request.method} ${request.url}`,
      body: JSON.parse(await textOf(request)),
      headers: request.headers,
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const variables = {
    AWS_REGION: 'eu-west-1',
    AWS_PROFILE: '',
    AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'canary-own-secret',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    ISB_API_ENDPOINT: url,
    TENANT_TOKEN: 'canary-token',
  };
  const run = (command: string, ...args: readonly string[]) =>
    isbWith({}, variables, command, '--token-variable', 'TENANT_TOKEN', ...args);
  return { asked, run, variables };
}

describe('isb credentials --target', () => {
  it('prints what was granted as JSON, and asks in the body of a signed POST', async () => {
    const { asked, run } = await openBroker({ body: { ...issued, ...grantOf('s3://shop/users/*', 'READ') } });
    const { exitCode, stdout, stderr } = await run('credentials', ...forUsers, '--duration-seconds', '900');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ ...issued, ...grantOf('s3://shop/users/*', 'READ') });
    expect(asked).toMatchObject([
      {
        route: 'POST /credentials',
        body: { JWT: 'canary-token', Target: 's3://shop/users/*', Permission: 'READ', DurationSeconds: 900 },
        headers: { authorization: expect.stringContaining('/eu-west-1/execute-api/aws4_request') },
      },
    ]);
  });

  it('prints for a credential_process and for a shell what these know, and nothing more', async () => {
    const { run } = await openBroker({ body: { ...issued, ...grantOf('s3://shop/*', 'READWRITE') } });
    const ofProcess = await run('credentials', ...forUsers, '--format', 'credential-process');
    const { Tags: _, ...printed } = issued;
    expect(ofProcess).toEqual({ exitCode: 0, stdout: `${JSON.stringify(printed)}\n`, stderr: '' });
    const { stdout } = await run('credentials', ...forUsers, '--format', 'env');
    const script = `${stdout}printf '%s %s %s' "$AWS_ACCESS_KEY_ID" "$AWS_SESSION_TOKEN" "$AWS_CREDENTIAL_EXPIRATION"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8', env: {} })).toBe(
      `ASIA1 canary-session ${issued.Expiration}`,
    );
    expect(stdout.split('\n')).toHaveLength(5);
  });

  it.each<[string, object, RegExp]>([
    ['other data', grantOf('s3://shop/secrets/*', 'READ'), /UnexpectedAnswer: the answer is for other data/],
    ['no data', {}, /UnexpectedAnswer: the answer does not say which data/],
  ])('prints nothing of an answer for %s', async (_, fields, message) => {
    const { run } = await openBroker({ body: { ...issued, ...fields } });
    const { exitCode, stdout, stderr } = await run('credentials', ...forUsers);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('canary');
  });

  it.each([
    [403, 'GrantDenied', 'You do not have READ permissions'],
    [400, 'InvalidRequest', 'Target: not a field of this request'],
  ])('tells a %d of the broker in its own words, once asked', async (status, code, message) => {
    const { asked, run } = await openBroker({ status, body: { code, message, requestId: 'r-1' } });
    const { exitCode, stdout, stderr } = await run('credentials', ...forUsers);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toBe(`isb credentials failed: ${code}: ${message} (request r-1)\n`);
    expect(asked).toHaveLength(1);
  });

  it('without one passes a warning on, on standard error', async () => {
    const Warnings = [{ Code: 'IdentityContextReachesLittle', Message: 'ask for a target\u001b[2J' }];
    const { asked, run } = await openBroker({ body: { ...issued, Warnings } });
    const { exitCode, stdout, stderr } = await run('credentials');
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(issued);
    expect(stderr).toBe('IdentityContextReachesLittle: ask for a target\\u001b[2J\n');
    expect(asked[0]?.body).toEqual({ JWT: 'canary-token' });
  });
});

describe('isb grants', () => {
  const ApplicationArn = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';
  const first = { GrantScope: 's3://shop/users/*', Permission: 'READ' };
  const second = { GrantScope: 's3://shop/\u001b[2J*', Permission: 'READWRITE', ApplicationArn };
  const pages = [{ body: { Grants: [first], NextToken: 'next' } }, { body: { Grants: [second] } }];

  it('lists those of all pages, as a table', async () => {
    const { asked, run } = await openBroker(...pages);
    expect(await run('grants', '--scope', 's3://shop/')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        'scope                 permission  application',
        's3://shop/users/*     READ',
        `s3://shop/\\u001b[2J*  READWRITE   ${ApplicationArn}`,
        '',
      ].join('\n'),
    });
    expect(asked.map(({ route, body }) => ({ route, body }))).toEqual([
      { route: 'POST /grants', body: { JWT: 'canary-token', GrantScope: 's3://shop/' } },
      { route: 'POST /grants', body: { JWT: 'canary-token', GrantScope: 's3://shop/', NextToken: 'next' } },
    ]);
  });

  it('lists them as JSON, by the broker’s names', async () => {
    const { run } = await openBroker(...pages);
    const { stdout } = await run('grants', '--format', 'json');
    expect(JSON.parse(stdout)).toEqual({ Grants: [first, second] });
    expect(stdout).not.toContain('\u001b');
  });

  it('says so where there are none', async () => {
    const { run } = await openBroker({ body: { Grants: [] } });
    expect(await run('grants')).toEqual({ exitCode: 0, stdout: 'there are no grants\n', stderr: '' });
    expect(JSON.parse((await run('grants', '--format', 'json')).stdout)).toEqual({ Grants: [] });
  });

  it('says what it may mean where the gateway has no such route', async () => {
    const { run } = await openBroker({ status: 404, body: { message: 'Not Found' } });
    const { exitCode, stdout, stderr } = await run('grants');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(
      /^isb grants failed: GatewayRefused: 404 .*whether this broker gives access to data/,
    );
  });
});

describe('isb register', () => {
  it('passes on how data are accessed, and shows it', async () => {
    const document = {
      AccessRoleName: 'AppAccess',
      SessionTagKey: 'TenantID',
      JWTClaimName: 'tenant',
      JWKSetURL: 'https://login.example.com/jwks.json',
      AccessMode: 'IdentityContext',
      AccessGrants: {
        Privilege: 'Minimal',
        TargetTemplate: 's3://shop/{TenantID}/*',
        MaxDurationSeconds: 3600,
      },
    };
    const answer = { ApplicationName: 'App', ExternalId: 'App', ...document, Warnings: [] };
    const { asked, variables } = await openBroker({ status: 201, body: answer });
    const stdin = JSON.stringify(document);
    const { exitCode, stdout, stderr } = await isbWith({ stdin }, variables, 'register', '-');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(asked).toMatchObject([{ route: 'POST /applications', body: document }]);
    expect(stdout).toMatch(/^ {2}AccessMode +IdentityContext$/m);
    expect(stdout).toMatch(
      /^ {2}AccessGrants +\{"Privilege":"Minimal","TargetTemplate":"s3:\/\/shop\/\{TenantID\}\/\*","MaxDurationSeconds":3600\}$/m,
    );
  });
});
