// Signing and federation as other clients ask for them: the AWS CLI, boto3, and openssl, each where it is there.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../sandbox/identities/identities.ts';
import type { KmsKey } from '../../sandbox/kms-keys/kms-key.ts';
import { iam } from '../../sandbox/services/iam/service.ts';
import { kms } from '../../sandbox/services/kms/service.ts';
import { sts } from '../../sandbox/services/sts/service.ts';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';
import { startTokenIssuer, type TokenIssuer } from './fixtures/token-issuer.ts';

const hasTool = (command: string, ...args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasAwsCli = hasTool('aws', '--version');
const hasBoto3 = hasTool('python3', '-c', 'import boto3');
const hasOpenssl = hasTool('openssl', 'version');

let served: ServedAccount;
let issuer: TokenIssuer;
let role: Role;
let key: KmsKey;
let directory: string;
let token: string;

beforeAll(async () => {
  served = await serveAccount([iam, kms, sts]);
  issuer = await startTokenIssuer();
  directory = await mkdtemp(join(tmpdir(), 'isb-clients-'));
  const { identities, kmsKeys } = served.account;
  const { arn } = identities.oidcProviders.create({ url: issuer.url, clientIds: ['sts.amazonaws.com'] });
  role = identities.createRole({
    roleName: 'Target',
    maxSessionDurationSeconds: 43_200,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: arn },
          Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
        },
      ],
    },
  });
  key = kmsKeys.create({ spec: 'RSA_2048', usage: 'SIGN_VERIFY' });
  kmsKeys.createAlias('alias/portal', key.keyId);
  const now = Math.floor(Date.now() / 1_000);
  token = await issuer.sign({
    iss: issuer.url,
    sub: 'console:alice',
    aud: 'sts.amazonaws.com',
    iat: now,
    exp: now + 3_600,
    'https://aws.amazon.com/tags': { principal_tags: { User: ['alice'] } },
  });
  await writeFile(join(directory, 'token'), token);
  await writeFile(join(directory, 'message'), 'a message');
});
afterAll(() => Promise.all([served.close(), issuer.close(), rm(directory, { recursive: true })]));

const aws = (...args: string[]) => runAwsCli(served.administrator, args, directory);

describe.skipIf(!hasAwsCli)('the AWS CLI', () => {
  it('exchanges a token, and is told why it may not', async () => {
    const exchange = (file: string) =>
      aws(
        ...['sts', 'assume-role-with-web-identity', '--role-arn', role.arn, '--role-session-name', 'alice'],
        ...['--web-identity-token', file, '--duration-seconds', '43200'],
      );
    const answer = JSON.parse((await exchange('file://token')).stdout) as object;
    expect(answer).toMatchObject({
      AssumedRoleUser: { Arn: `arn:aws:sts::123456789012:assumed-role/Target/alice` },
      SubjectFromWebIdentityToken: 'console:alice',
      Audience: 'sts.amazonaws.com',
      Provider: issuer.url,
    });
    await expect(exchange('not-a-token')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        'An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: The ID Token provided is not a valid JWT.',
      ),
    });
  });

  it('makes, shows and deletes a provider', async () => {
    const made = await aws(
      ...['iam', 'create-open-id-connect-provider', '--url', 'https://idp.example.com'],
      ...['--client-id-list', 'one', '--query', 'OpenIDConnectProviderArn', '--output', 'text'],
    );
    const arn = made.stdout.trim();
    expect(arn).toBe('arn:aws:iam::123456789012:oidc-provider/idp.example.com');
    const named = ['--open-id-connect-provider-arn', arn];
    await aws('iam', 'add-client-id-to-open-id-connect-provider', ...named, '--client-id', 'two');
    const shown = await aws('iam', 'get-open-id-connect-provider', ...named);
    expect(JSON.parse(shown.stdout)).toMatchObject({ Url: 'idp.example.com', ClientIDList: ['one', 'two'] });
    await aws('iam', 'delete-open-id-connect-provider', ...named);
    expect((await aws('iam', 'list-open-id-connect-providers')).stdout).not.toContain('idp.example.com');
  });

  it.skipIf(!hasOpenssl)('signs with KMS what openssl verifies', async () => {
    const out = ['--output', 'text', '--query'];
    const signed = await aws(
      ...['kms', 'sign', '--key-id', 'alias/portal', '--message', 'fileb://message'],
      ...['--signing-algorithm', 'RSASSA_PKCS1_V1_5_SHA_256', ...out, 'Signature'],
    );
    const shown = await aws('kms', 'get-public-key', '--key-id', key.arn, ...out, 'PublicKey');
    await writeFile(join(directory, 'signature'), Buffer.from(signed.stdout, 'base64'));
    await writeFile(join(directory, 'key.der'), Buffer.from(shown.stdout, 'base64'));
    const verify = [
      'dgst',
      '-sha256',
      '-verify',
      'key.der',
      '-keyform',
      'DER',
      '-signature',
      'signature',
      'message',
    ];
    expect((await promisify(execFile)('openssl', verify, { cwd: directory })).stdout).toContain(
      'Verified OK',
    );
  });

  it('prints why KMS does not sign', async () => {
    const sign = (algorithm: string, id = 'alias/portal') =>
      aws('kms', 'sign', '--key-id', id, '--message', 'fileb://message', '--signing-algorithm', algorithm);
    await expect(sign('ECDSA_SHA_256')).rejects.toMatchObject({
      stderr: expect.stringContaining('(InvalidKeyUsageException) when calling the Sign operation'),
    });
    await expect(sign('ECDSA_SHA_256', 'alias/none')).rejects.toMatchObject({
      stderr: expect.stringContaining('(NotFoundException) when calling the Sign operation'),
    });
  });
});

describe.skipIf(!hasBoto3)('boto3', () => {
  it('takes its credentials from the token’s file, as in a container', async () => {
    const script = [
      'import boto3',
      'print(boto3.client("sts").get_caller_identity()["Arn"])',
      'session = boto3.client("sts").assume_role_with_web_identity(RoleArn=__import__("os").environ["AWS_ROLE_ARN"],',
      '  RoleSessionName="bob", WebIdentityToken=open("token").read())',
      'print(session["SubjectFromWebIdentityToken"], session["PackedPolicySize"] > 0)',
    ].join('\n');
    const { endpoint, region } = served.administrator;
    const { stdout } = await promisify(execFile)('python3', ['-c', script], {
      cwd: directory,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_ENDPOINT_URL: endpoint,
        AWS_DEFAULT_REGION: region,
        AWS_ROLE_ARN: role.arn,
        AWS_ROLE_SESSION_NAME: 'alice',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, 'token'),
      },
    });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'arn:aws:sts::123456789012:assumed-role/Target/alice',
      'console:alice True',
    ]);
  });
});
