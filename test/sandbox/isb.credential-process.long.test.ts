// `isb credentials` as the credential_process of a profile: the AWS CLI, boto3 and the SDK for JavaScript with it.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { accessPolicy } from '../../client/account/roles.ts';
import { createBucket, dataOf } from '../../client/account/tenant-bucket.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { processCommand as command, profile, shellWith } from './support/isb-profiles.ts';
import { fileWith } from './support/isb-world.ts';

useBroker();

const run = promisify(execFile);
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

const keysOf = ({ own }: BrokerApplication) =>
  [
    `aws_access_key_id = ${own.accessKeyId}`,
    `aws_secret_access_key = ${own.secretAccessKey}`,
    `aws_session_token = ${own.sessionToken}`,
  ].join('\n');

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
