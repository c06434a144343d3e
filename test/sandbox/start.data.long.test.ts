// `npm start -- --data`: S3 Access Grants and IAM Identity Center of cdk.json's sandbox environment, deployed beside the broker.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetAccessGrantsInstanceCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { ListApplicationsCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { expect, inject, onTestFinished, test } from 'vitest';
import { start } from './support/start-process.ts';

test.each([true, false])('are there where they are asked for: %s', async (isAskedFor) => {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const assembly = inject('assemblyDirectory');
  const {
    process: child,
    exited,
    variables,
  } = await start(directory, '--assembly', assembly, ...(isAskedFor ? ['--data'] : []));
  const endpoint = variables['AWS_ENDPOINT_URL'] as string;
  const settings = {
    endpoint,
    region: variables['AWS_REGION'] as string,
    credentials: {
      accessKeyId: variables['AWS_ACCESS_KEY_ID'] as string,
      secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] as string,
    },
  };
  // S3 Control's clients put the account before the endpoint's host, where no address may be.
  const control = new S3ControlClient({ ...settings, endpointProvider: () => ({ url: new URL(endpoint) }) });
  const instance = () => control.send(new GetAccessGrantsInstanceCommand({ AccountId: '111122223333' }));
  const InstanceArn = 'arn:aws:sso:::instance/ssoins-3b89a543cee11eef';
  const { Applications } = await new SSOAdminClient(settings).send(
    new ListApplicationsCommand({ InstanceArn }),
  );
  const names = Applications?.map(({ Name }) => Name);
  if (isAskedFor) {
    expect((await instance()).IdentityCenterInstanceArn).toBe(InstanceArn);
    expect(names).toEqual(['IAMSessionBroker-Sandbox']);
  } else {
    await expect(instance()).rejects.toMatchObject({ name: 'AccessGrantsInstanceNotExistsError' });
    expect(names).toEqual([]);
  }
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
});
