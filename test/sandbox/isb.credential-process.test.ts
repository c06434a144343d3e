// `isb credentials` as the credential_process of a profile: the AWS CLI, boto3 and the SDK for JavaScript with it.
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { accessPolicy } from '../../client/account/roles.ts';
import { createBucket, dataOf } from '../../client/account/tenant-bucket.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isb } from './support/isb.ts';
import { fileWith, shellOf } from './support/isb-world.ts';

useBroker();

const run = promisify(execFile);
const isbFile = fileURLToPath(new URL('../../client/cli/isb.mjs', import.meta.url));
const bucket = 'credential-process-data';
let app: BrokerApplication;
/** A shell with no keys, where the profile `yellow` runs `isb`, which signs with the profile `application`. */
let shell: Record<string, string>;

beforeAll(async () => {
  const { account } = sandbox;
  app = broker.createApplication('Processed');
  account.identities.putRolePolicy(app.accessRoleName, 'S3Access', accessPolicy(account, bucket, 'TenantID'));
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  await createBucket(broker.clients.s3, { bucket, region: account.region, tenants: ['Yellow', 'Blue'] });
  const token = fileWith(await broker.tokenOf('Yellow'), 'token');
  shell = shellWith(
    profile('application', keysOf(app)),
    profile('yellow', `credential_process = ${command(`--token-file ${token} --profile application`)}`),
  );
});

const command = (options: string) =>
  `${process.execPath} ${isbFile} credentials --format credential-process ${options}`;

const profile = (name: string, lines: string) => `[profile ${name}]\n${lines}\n`;

const keysOf = ({ own }: BrokerApplication) =>
  [
    `aws_access_key_id = ${own.accessKeyId}`,
    `aws_secret_access_key = ${own.secretAccessKey}`,
    `aws_session_token = ${own.sessionToken}`,
  ].join('\n');

function shellWith(...profiles: string[]): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...others } = shellOf();
  return {
    ...others,
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    AWS_CONFIG_FILE: fileWith(profiles.join('\n'), 'config'),
  };
}

const works = (program: string, ...args: string[]) => spawnSync(program, args).status === 0;

const boto3 = `
import boto3, sys
s3 = boto3.client('s3')
print(s3.get_object(Bucket=sys.argv[1], Key=sys.argv[2])['Body'].read().decode(), end='')
`;
const javaScript = `
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
const [, Bucket, Key] = process.argv;
const { Body } = await new S3Client({ forcePathStyle: true }).send(new GetObjectCommand({ Bucket, Key }));
process.stdout.write(await Body.transformToString());
`;

/** Each reads an object of the bucket, with the profile `yellow`. */
const clients = [
  {
    name: 'the AWS CLI',
    isThere: works('aws', '--version'),
    read: (key: string) =>
      run('aws', ['s3', 'cp', `s3://${bucket}/${key}`, '-', '--profile', 'yellow'], { env: shell }),
  },
  {
    name: 'boto3',
    isThere: works('python3', '-c', 'import boto3'),
    read: (key: string) =>
      run('python3', ['-c', boto3, bucket, key], { env: { ...shell, AWS_PROFILE: 'yellow' } }),
  },
  {
    name: 'the SDK for JavaScript',
    isThere: true,
    read: (key: string) =>
      run(process.execPath, ['--input-type=module', '-e', javaScript, '--', bucket, key], {
        env: { ...shell, AWS_PROFILE: 'yellow' },
      }),
  },
];

describe.each(clients)('$name, where it is there', ({ isThere, read }) => {
  it.skipIf(!isThere)('reads Yellow’s object, and is denied Blue’s', async () => {
    expect((await read('Yellow/file.txt')).stdout).toBe(dataOf('Yellow'));
    await expect(read('Blue/file.txt')).rejects.toMatchObject({
      stdout: '',
      stderr: expect.stringMatching(/403|AccessDenied|Forbidden/),
    });
  });
});

describe('a profile whose process would sign with itself', () => {
  it('is refused before anything is started', async () => {
    const loop = shellWith(profile('loop', `credential_process = ${command('--token-variable T')}`));
    const { exitCode, stderr } = await isb(
      { ...loop, T: 'token', AWS_PROFILE: 'loop', AWS_ACCESS_KEY_ID: '' },
      'credentials',
      '--token-variable',
      'T',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'isb credentials failed: AWS_PROFILE loop gets its credentials from isb credentials, which would start itself ' +
        'for ever. Give --profile NAME: the profile whose credentials sign\n',
    );
  });

  it('is refused through a profile that it is the source of', async () => {
    const loop = shellWith(
      profile('base', `credential_process = ${command('--token-variable T')}`),
      profile('role', 'role_arn = arn:aws:iam::111122223333:role/Any\nsource_profile = base'),
    );
    const { stderr } = await isb(
      { ...loop, T: 'token' },
      'credentials',
      '--token-variable',
      'T',
      '--profile',
      'role',
    );
    expect(stderr).toMatch(
      /^isb credentials failed: the profile role gets its credentials from isb credentials/,
    );
  });

  it('is stopped by its first repetition, where a script stands between', async () => {
    const count = fileWith('', 'count');
    const script = fileWith(
      `#!/bin/sh\necho started >> '${count}'\nexec ${command('--token-variable T')}\n`,
      'wrapper',
    );
    const loop = shellWith(profile('hidden', `credential_process = ${script}`));
    const ended = run('sh', ['-c', command('--token-variable T')], {
      env: { ...loop, T: 'token', AWS_PROFILE: 'hidden' },
    });
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        "isb credentials failed: no AWS credentials to sign with: the profile's credential_process runs isb " +
        'credentials. Give --profile NAME: the profile whose credentials sign\n',
    });
    expect(readFileSync(count, 'utf8')).toBe('started\n');
  });

  it('is stopped where it is the command for the token that goes round', async () => {
    const around = command('--token-variable T');
    const { stderr } = await isb(shellOf(app.own, { T: 'token' }), 'credentials', '--token-command', around);
    expect(stderr).toBe('isb credentials failed: the token command failed: exit code 1\n');
  });
});
