// From a user's token to their data: exchanged, taken along into a role's session, answered by S3 Access Grants, and read.

import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetDataAccessCommand, S3ControlClient } from '@aws-sdk/client-s3-control';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import type { PolicyDocument } from '../../sandbox/identities/identities.ts';
import {
  accountId,
  contextOf,
  instance,
  lastEvent,
  newUser,
  served,
  settingsOf,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';
import type { ClientSettings } from './fixtures/served-account.ts';

useIdentityCenter();

const providerArn = 'arn:aws:iam::aws:contextProvider/IdentityCenter';
const trustOf = (Principal: object, ...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: actions.map((name) => `sts:${name}`) }],
});
const allowing = (Action: string): Record<string, PolicyDocument> => ({
  May: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
});

interface Given {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
}

const by = ({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Given = {}): ClientSettings =>
  settingsOf({
    ...served.administrator,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
  });

it('lets a user read what they are granted, with credentials that nothing but the grant gave', async () => {
  const { identities, accessGrants, buckets, now } = served.account;
  const access = identities.createRole({
    roleName: 'Access',
    trustPolicy: trustOf({ AWS: accountId }, 'AssumeRole', 'SetContext'),
    inlinePolicies: allowing('s3:*'),
  });
  const location = identities.createRole({
    roleName: 'Location',
    trustPolicy: trustOf({ Service: 'access-grants.s3.amazonaws.com' }, 'AssumeRole', 'SetContext'),
    inlinePolicies: allowing('s3:*'),
  });
  const user = newUser();
  accessGrants.createInstance(instance.arn);
  const { locationId } = accessGrants.locations.create({ scope: 's3://', roleArn: location.arn });
  const grantee = { granteeType: 'DIRECTORY_USER', granteeIdentifier: user.userId } as const;
  accessGrants.grants.create({ locationId, subPrefix: 'shop/users/*', permission: 'READ', grantee });
  const object = { body: Buffer.from('hers'), contentType: 'text/plain', etag: '', lastModified: now() };
  buckets.set('shop', { name: 'shop', createdAt: now(), objects: new Map([['users/list', object]]) });

  const assumed = await new STSClient(settingsOf(served.administrator)).send(
    new AssumeRoleCommand({
      RoleArn: access.arn,
      RoleSessionName: 'web',
      ProvidedContexts: [{ ProviderArn: providerArn, ContextAssertion: await contextOf(user) }],
    }),
  );
  const acting = by(assumed.Credentials);
  const read = (settings: ClientSettings) =>
    new S3Client({ ...settings, forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: 'shop', Key: 'users/list' }),
    );
  await expect(read(acting)).rejects.toMatchObject({ name: 'AccessDenied' });

  const control = new S3ControlClient({
    ...acting,
    endpointProvider: () => ({ url: new URL(acting.endpoint) }),
  });
  const answer = await control.send(
    new GetDataAccessCommand({ AccountId: accountId, Target: 's3://shop/users/*', Permission: 'READ' }),
  );
  const onBehalfOf = { userId: user.userId };
  expect(lastEvent()).toMatchObject({ operation: 'GetDataAccess', onBehalfOf });
  expect(answer.Grantee).toEqual({ GranteeType: 'DIRECTORY_USER', GranteeIdentifier: user.userId });

  const { Body } = await read(by(answer.Credentials));
  expect(await Body?.transformToString()).toBe('hers');
  expect(lastEvent()).toMatchObject({ operation: 'GetObject', onBehalfOf });
});
