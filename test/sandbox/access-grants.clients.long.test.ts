// S3 Access Grants as other clients ask for them: the AWS CLI and boto3 where they are there, and the SDK with its own host names.
import { execFile, execFileSync } from 'node:child_process';
import { lookup } from 'node:dns';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { GetAccessGrantsInstanceCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  instanceArn,
  locationRole,
  mayAsk,
  putObject,
  served,
  sessionOf,
  useAccessGrantsAccount,
} from './fixtures/access-grants-account.ts';
import { runAwsCli } from './fixtures/aws-cli.ts';
import type { ClientSettings } from './fixtures/served-account.ts';
import { bucket, openShop, roleArn } from './fixtures/shopfast.ts';

useAccessGrantsAccount();

const hasTool = (command: string, ...args: string[]) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasAwsCli = hasTool('aws', '--version');
const python = process.env['ISB_PYTHON'] ?? 'python3';
const hasBoto3 = hasTool(python, '-c', 'import boto3');
/** `pip install aws-s3-access-grants-boto3-plugin` */
const hasPlugin = hasTool(python, '-c', 'import aws_s3_access_grants_boto3_plugin');

/** As the AWS CLI prints credentials. */
interface Printed {
  readonly Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string };
}

/** The endpoint is the proxy of S3 Control's hosts, `ACCOUNT.127.0.0.1`, which no resolver knows. */
async function aws(settings: ClientSettings, line: string, cwd?: string): Promise<string> {
  const proxy = { http_proxy: settings.endpoint, no_proxy: '' };
  return (await runAwsCli(settings, line.split(' '), cwd, proxy)).stdout;
}

function withCredentials(printed: string): ClientSettings {
  const { Credentials: given } = JSON.parse(printed) as Printed;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given;
  return { ...served.administrator, credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

describe.skipIf(!hasAwsCli)('the AWS CLI', () => {
  it('walks the reference’s first walkthrough', async () => {
    await openShop();
    const assume = `sts assume-role --role-arn ${roleArn} --role-session-name ShopFastRole`;
    const support = withCredentials(await aws(served.administrator, assume));
    const ask = (permission: string) =>
      aws(
        support,
        `s3control get-data-access --account-id ${accountId} --target s3://${bucket}/users* --permission ${permission} --privilege Default`,
      );
    await expect(ask('READWRITE')).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `An error occurred (AccessDenied) when calling the GetDataAccess operation: You do not have READWRITE permissions to the requested S3 Prefix: s3://${bucket}/users*\n`,
      ),
    });
    const granted = await ask('READ');
    expect(JSON.parse(granted)).toMatchObject({
      MatchedGrantTarget: `s3://${bucket}/users*`,
      Grantee: { GranteeType: 'IAM', GranteeIdentifier: roleArn },
    });
    const vended = withCredentials(granted);
    const { Arn } = JSON.parse(await aws(vended, 'sts get-caller-identity'));
    expect(Arn).toMatch(/:assumed-role\/Location\/access-grants-[0-9a-f-]{36}$/);
    const directory = await mkdtemp(join(tmpdir(), 'isb-grants-'));
    try {
      await aws(vended, `s3api get-object --bucket ${bucket} --key users/user_list user_list`, directory);
      expect(await readFile(join(directory, 'user_list'), 'utf8')).toBe('name,city\nAda,London\n');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('registers, grants, lists and deletes', async () => {
    const { administrator } = served;
    const s3control = (line: string) => aws(administrator, `s3control ${line} --account-id ${accountId}`);
    const location = JSON.parse(
      await s3control(
        `create-access-grants-location --location-scope s3://shop/team/* --iam-role-arn ${locationRole.arn}`,
      ),
    );
    const grant = JSON.parse(
      await s3control(
        `create-access-grant --access-grants-location-id ${location.AccessGrantsLocationId} --access-grants-location-configuration S3SubPrefix=blue/* --permission READ --grantee GranteeType=IAM,GranteeIdentifier=${roleArn} --tags Key=Team,Value=Blue`,
      ),
    );
    expect(grant.GrantScope).toBe('s3://shop/team/blue/*');
    const { AccessGrantsList } = JSON.parse(await s3control('list-access-grants'));
    expect(AccessGrantsList).toHaveLength(1);
    await s3control(`delete-access-grant --access-grant-id ${grant.AccessGrantId}`);
    await expect(
      s3control(`get-access-grant --access-grant-id ${grant.AccessGrantId}`),
    ).rejects.toMatchObject({ stderr: expect.stringContaining('(NoSuchAccessGrantError)') });
  });
});

describe.skipIf(!hasBoto3)('boto3', () => {
  it('asks through the endpoint as its proxy', async () => {
    await openShop();
    const stdout = await runPython(served.administrator, [
      'import boto3, os',
      'from botocore.config import Config',
      "config = Config(proxies={'http': os.environ['AWS_ENDPOINT_URL']})",
      "s3control = boto3.client('s3control', config=config)",
      `print(s3control.list_access_grants(AccountId='${accountId}')['AccessGrantsList'][0]['GrantScope'])`,
    ]);
    expect(stdout).toBe(`s3://${bucket}/users*\n`);
  });
});

describe.skipIf(!hasPlugin)('AWS’s plugin for boto3', () => {
  it('reads with what it is granted, once asked, and is denied the rest', async () => {
    await openShop();
    putObject(bucket, 'users/second', 'two');
    const support = served.account.identities.role('ShopFast-CustomerSupport');
    served.account.identities.putRolePolicy(support.roleName, 'MayAsk', {
      Version: '2012-10-17',
      Statement: [{ ...mayAsk, Action: ['s3:GetDataAccess', 's3:GetAccessGrantsInstanceForPrefix'] }],
    });
    const before = served.account.trail.events.length;
    const stdout = await runPython(
      sessionOf(support),
      [
        'import boto3, botocore, os',
        'from botocore.config import Config',
        'from aws_s3_access_grants_boto3_plugin.s3_access_grants_plugin import S3AccessGrantsPlugin',
        "s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}))",
        'S3AccessGrantsPlugin(s3, fallback_enabled=False).register()',
        `read = lambda key: s3.get_object(Bucket='${bucket}', Key=key)['Body'].read().decode().split('\\n')[0]`,
        "print(read('users/user_list'), read('users/second'))",
        'try:',
        `    s3.put_object(Bucket='${bucket}', Key='users/third', Body=b'three')`,
        'except botocore.exceptions.ClientError as error:',
        "    print(error.response['Error']['Message'])",
      ],
      { http_proxy: served.administrator.endpoint, no_proxy: '' },
    );
    expect(stdout).toBe(
      `name,city two\nYou do not have WRITE permissions to the requested S3 Prefix: s3://${bucket}/users/third\n`,
    );
    const events = served.account.trail.events.slice(before);
    const asked = events.filter(({ operation }) => operation === 'GetDataAccess');
    expect(asked.map(({ statusCode }) => statusCode)).toEqual([200, 403]);
  });
});

async function runPython(
  { endpoint, region, credentials }: ClientSettings,
  lines: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(python, ['-c', lines.join('\n')], {
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      AWS_ENDPOINT_URL: endpoint,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      ...variables,
    },
  });
  return stdout;
}

describe('the SDK for JavaScript', () => {
  it('asks a host below localhost, where that resolves', async () => {
    const { port } = new URL(served.administrator.endpoint);
    const asked: string[] = [];
    const httpAgent = new Agent({
      lookup: (host, options, done) => {
        asked.push(host);
        lookup('127.0.0.1', options, done);
      },
    });
    const client = new S3ControlClient({
      ...served.administrator,
      endpoint: `http://localhost:${port}`,
      requestHandler: { httpAgent },
    });
    const command = new GetAccessGrantsInstanceCommand({ AccountId: accountId });
    expect((await client.send(command)).AccessGrantsInstanceArn).toBe(instanceArn);
    expect(asked).toEqual([`${accountId}.localhost`]);
    client.destroy();
  });
});
