// IAM Identity Center as its operators and its applications reach it: the AWS CLI, step by step, and boto3.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import {
  accountId,
  claims,
  GRANT_TYPE,
  instance,
  issuer,
  newApplication,
  newUser,
  served,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';
import { python } from './support/client-toolchains.ts';

useIdentityCenter();

const run = promisify(execFile);

async function isThere(tool: () => Promise<unknown>): Promise<boolean> {
  try {
    await tool();
    return true;
  } catch {
    return false;
  }
}

const hasCli = await isThere(() => run('aws', ['--version']));
const hasBoto3 = await isThere(() => python.prepare(''));
/** Said in the name of a test that is left out. */
const missing = (has: boolean, what: string) => (has ? '' : ` (left out: ${what} is not there)`);

function newBearer() {
  return served.account.identities.createRole({
    roleName: `Bearer${served.account.identities.roles.size}`,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: accountId }, Action: ['sts:AssumeRole', 'sts:SetContext'] },
      ],
    },
  });
}

describe('the AWS CLI', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const aws = async (...args: string[]) => {
    const { stdout } = await runAwsCli(served.administrator, [...args, '--output', 'json'], directory);
    return stdout.trim() ? JSON.parse(stdout) : undefined;
  };

  /** What is secret stands in a file, and in no argument. */
  const inFile = (content: string) => {
    writeFileSync(join(directory, 'secret'), content, { mode: 0o600 });
    return 'file://secret';
  };

  it.runIf(hasCli)(
    `sets up an application, exchanges a token and assumes a role for its user${missing(hasCli, 'the AWS CLI')}`,
    async () => {
      const { Instances } = await aws('sso-admin', 'list-instances');
      const { InstanceArn, IdentityStoreId } = Instances[0];
      expect(InstanceArn).toBe(instance.arn);
      const { UserId } = await aws(
        ...['identitystore', 'create-user', '--identity-store-id', IdentityStoreId, '--user-name', 'cli'],
        ...['--display-name', 'CLI', '--name', 'GivenName=C,FamilyName=LI'],
        ...['--emails', 'Value=cli@example.com,Primary=true'],
      );
      const { TrustedTokenIssuerArn } = await aws(
        ...['sso-admin', 'create-trusted-token-issuer', '--instance-arn', InstanceArn, '--name', 'Cli'],
        ...['--trusted-token-issuer-type', 'OIDC_JWT', '--trusted-token-issuer-configuration'],
        JSON.stringify({
          OidcJwtConfiguration: {
            IssuerUrl: issuer.url,
            ClaimAttributePath: 'email',
            IdentityStoreAttributePath: 'emails.value',
            JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
          },
        }),
      );
      const { ApplicationArn } = await aws(
        ...['sso-admin', 'create-application', '--instance-arn', InstanceArn, '--name', 'Cli'],
        ...['--application-provider-arn', 'arn:aws:sso::aws:applicationProvider/custom'],
      );
      const on = ['--application-arn', ApplicationArn];
      const grant = {
        JwtBearer: { AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn, AuthorizedAudiences: ['shop'] }] },
      };
      await aws(
        'sso-admin',
        'put-application-grant',
        ...on,
        '--grant-type',
        GRANT_TYPE,
        '--grant',
        JSON.stringify(grant),
      );
      const Statement = [
        {
          Effect: 'Allow',
          Principal: { AWS: accountId },
          Action: 'sso-oauth:CreateTokenWithIAM',
          Resource: ApplicationArn,
          Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:user/Administrator` } },
        },
      ];
      await aws(
        ...[
          'sso-admin',
          'put-application-authentication-method',
          ...on,
          '--authentication-method-type',
          'IAM',
        ],
        ...[
          '--authentication-method',
          JSON.stringify({ Iam: { ActorPolicy: { Version: '2012-10-17', Statement } } }),
        ],
      );
      await aws('sso-admin', 'put-application-access-scope', ...on, '--scope', 's3:access_grants:read_write');
      const ask = async (email = 'cli@example.com') =>
        aws(
          ...['sso-oidc', 'create-token-with-iam', '--client-id', ApplicationArn, '--grant-type', GRANT_TYPE],
          ...['--assertion', inFile(await issuer.sign(claims({ email })))],
        );
      // Nobody has it assigned yet.
      await expect(ask()).rejects.toMatchObject({
        stderr: expect.stringContaining(
          'An error occurred (AccessDeniedException) when calling the CreateTokenWithIAM',
        ),
      });
      await aws('sso-admin', 'put-application-assignment-configuration', ...on, '--no-assignment-required');
      const { awsAdditionalDetails, scope } = await ask();
      expect(scope).toContain('s3:access_grants:read_write');
      const { Credentials } = await aws(
        ...[
          'sts',
          'assume-role',
          '--role-arn',
          newBearer().arn,
          '--role-session-name',
          'cli',
          '--provided-contexts',
        ],
        inFile(
          JSON.stringify([
            {
              ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
              ContextAssertion: awsAdditionalDetails.identityContext,
            },
          ]),
        ),
      );
      const caller = served.account.identities.findAccessKey(Credentials.AccessKeyId)?.caller;
      expect(caller).toMatchObject({ identityContext: { userId: UserId, applicationArn: ApplicationArn } });
      await expect(ask('nobody@example.com')).rejects.toMatchObject({
        stderr: expect.stringContaining('An error occurred (InvalidGrantException)'),
      });
    },
  );
});

describe('boto3', () => {
  it.runIf(hasBoto3)(
    `exchanges a token once, and acts for its user${missing(hasBoto3, 'python3 with boto3')}`,
    async () => {
      const user = newUser('boto3@example.com');
      const role = newBearer();
      const { endpoint, region, credentials } = served.administrator;
      const child = run(
        process.env['ISB_PYTHON'] ?? 'python3',
        ['test/sandbox/clients/identity_context.py'],
        {
          env: {
            PATH: process.env['PATH'],
            HOME: process.env['HOME'],
            PYTHONDONTWRITEBYTECODE: '1',
            AWS_ENDPOINT_URL: endpoint,
            AWS_DEFAULT_REGION: region,
            AWS_ACCESS_KEY_ID: credentials.accessKeyId,
            AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
            APPLICATION_ARN: newApplication().arn,
            ROLE_ARN: role.arn,
          },
        },
      );
      child.child.stdin?.end(await issuer.sign(claims({ email: 'boto3@example.com' })));
      expect(JSON.parse((await child).stdout)).toEqual({
        caller: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/boto3`,
        scope: ['openid', 'aws', 'sts:identity_context'],
        again: 'invalid_grant',
      });
      const acted = served.account.trail.events.findLast(
        ({ operation }) => operation === 'GetCallerIdentity',
      );
      expect(acted?.onBehalfOf).toEqual({
        userId: user.userId,
        identityStoreArn: instance.identityStoreArn,
      });
    },
  );
});
