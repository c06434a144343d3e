// Grants: which are taken, how they are shown and listed, and whom IAM lets have and see them.
import {
  CreateAccessGrantCommand,
  type CreateAccessGrantCommandInput,
  CreateAccessGrantsLocationCommand,
  DeleteAccessGrantCommand,
  DissociateAccessGrantsIdentityCenterCommand,
  GetAccessGrantCommand,
  ListAccessGrantsCommand,
  ListCallerAccessGrantsCommand,
  type S3ControlClient,
} from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  administrator,
  applicationArn,
  callerRole,
  createGrant,
  createLocation,
  grant,
  instanceArn,
  locationRole,
  s3Control,
  served,
  sessionOf,
  toRole,
  useAccessGrantsAccount,
} from './fixtures/access-grants-account.ts';

useAccessGrantsAccount();

const AccountId = accountId;
const userId = 'a1b2c3d4-5678-90ab-cdef-000000000001';
const directoryUser = { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: userId } as const;

describe('a grant', () => {
  it('is shown with the scope that its location and its sub-prefix make', async () => {
    const { AccessGrantsLocationId } = await createLocation('s3://shop/team*');
    const configuration = { S3SubPrefix: 'blue/*' };
    const { $metadata: _, ...created } = await createGrant({
      AccessGrantsLocationId,
      AccessGrantsLocationConfiguration: configuration,
      ApplicationArn: applicationArn,
      Grantee: directoryUser,
    });
    expect(created).toEqual({
      AccessGrantId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      AccessGrantArn: `${instanceArn}/grant/${created.AccessGrantId}`,
      AccessGrantsLocationConfiguration: configuration,
      AccessGrantsLocationId,
      ApplicationArn: applicationArn,
      CreatedAt: expect.any(Date),
      GrantScope: 's3://shop/teamblue/*',
      Grantee: directoryUser,
      Permission: 'READ',
    });
    const { AccessGrantId } = created;
    expect(await administrator.send(new GetAccessGrantCommand({ AccountId, AccessGrantId }))).toMatchObject(
      created,
    );
    const whole = await createGrant({ AccessGrantsLocationId, AccessGrantsLocationConfiguration: undefined });
    expect(whole.GrantScope).toBe('s3://shop/team*');
  });

  it.each([
    ['a location that is not there', { AccessGrantsLocationId: 'none' }, 'NoSuchAccessGrantsLocationError'],
    ['all of S3', { AccessGrantsLocationConfiguration: undefined }, 'InvalidAccessGrant'],
    ['a prefix that is said to be an object', { S3PrefixType: 'Object' }, 'InvalidAccessGrant'],
    [
      'a session',
      { Grantee: { GranteeType: 'IAM', GranteeIdentifier: `arn:aws:sts::${accountId}:assumed-role/A/b` } },
      'InvalidAccessGrant',
    ],
    [
      'the name of a user',
      { Grantee: { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: 'ada' } },
      'InvalidAccessGrant',
    ],
    ['a permission that is none', { Permission: 'LIST' }, 'ValidationError'],
    ['a kind of grantee that is none', { Grantee: { GranteeType: 'ROLE' } }, 'ValidationError'],
    [
      'a bucket without a slash',
      { AccessGrantsLocationConfiguration: { S3SubPrefix: 'shop*' } },
      'NotImplemented',
    ],
  ])('is refused: %s', async (_, more, name) => {
    await expect(createGrant(more as never)).rejects.toMatchObject({ name });
  });

  it('is refused for a directory that the instance has not, and twice', async () => {
    await createGrant({ Grantee: directoryUser });
    await expect(createGrant({ Grantee: directoryUser })).rejects.toMatchObject({
      name: 'AccessGrantAlreadyExists',
    });
    await createGrant({ Grantee: directoryUser, Permission: 'WRITE' });
    await administrator.send(new DissociateAccessGrantsIdentityCenterCommand({ AccountId }));
    await expect(createGrant({ Grantee: directoryUser, Permission: 'READWRITE' })).rejects.toMatchObject({
      name: 'InvalidAccessGrant',
    });
  });

  it('is listed by grantee, permission, scope and application, in pages', async () => {
    const role = callerRole('Reader');
    await grant('s3://shop/a/*', 'READ', toRole(role));
    await grant('s3://shop/b/*', 'WRITE', toRole(role));
    await grant('s3://shop/c/*', 'READ', directoryUser, applicationArn);
    const list = async (more: object) =>
      (await administrator.send(new ListAccessGrantsCommand({ AccountId, ...more }))).AccessGrantsList?.map(
        ({ GrantScope }) => GrantScope,
      );
    expect(await list({ GranteeType: 'IAM' })).toEqual(['s3://shop/a/*', 's3://shop/b/*']);
    expect(await list({ GranteeIdentifier: userId })).toEqual(['s3://shop/c/*']);
    expect(await list({ Permission: 'WRITE' })).toEqual(['s3://shop/b/*']);
    expect(await list({ GrantScope: 's3://shop/a/*' })).toEqual(['s3://shop/a/*']);
    expect(await list({ ApplicationArn: applicationArn })).toEqual(['s3://shop/c/*']);
    const first = await administrator.send(new ListAccessGrantsCommand({ AccountId, MaxResults: 2 }));
    const { NextToken } = first;
    const rest = await administrator.send(
      new ListAccessGrantsCommand({ AccountId, MaxResults: 2, NextToken }),
    );
    expect([first, rest].map(({ AccessGrantsList }) => AccessGrantsList?.length)).toEqual([2, 1]);
    expect(rest.NextToken).toBeUndefined();
    await expect(
      administrator.send(new ListAccessGrantsCommand({ AccountId, NextToken: 'none' })),
    ).rejects.toMatchObject({ name: 'InvalidArgument' });
  });

  it('is shown to whom it is granted, and to nobody else', async () => {
    const role = callerRole('Reader');
    await grant('s3://shop/a/*', 'READ', toRole(role));
    await grant('s3://shop/b/*', 'READ', directoryUser);
    const { CallerAccessGrantsList } = await s3Control(sessionOf(role)).send(
      new ListCallerAccessGrantsCommand({ AccountId }),
    );
    expect(CallerAccessGrantsList).toEqual([
      { GrantScope: 's3://shop/a/*', Permission: 'READ', ApplicationArn: 'NA' },
    ]);
  });
});

describe('IAM', () => {
  const as = (...statements: Record<string, unknown>[]) => s3Control(served.allowed(...statements));

  it('asks for the scope of a grant, and for what its grantee needs', async () => {
    const onGrants = {
      Action: 's3:CreateAccessGrant',
      Resource: `${instanceArn}/grant/*`,
      Condition: { StringLike: { 's3:AccessGrantScope': 's3://shop/*' } },
    };
    const command = (S3SubPrefix: string, Grantee: CreateAccessGrantCommandInput['Grantee']) =>
      new CreateAccessGrantCommand({
        AccountId,
        AccessGrantsLocationId: 'default',
        AccessGrantsLocationConfiguration: { S3SubPrefix },
        Grantee,
        Permission: 'READ',
      });
    const reader = toRole(locationRole);
    await as(onGrants).send(command('shop/users/*', reader));
    await expect(as(onGrants).send(command('other/users/*', reader))).rejects.toThrow(
      /perform: s3:CreateAccessGrant on resource/,
    );
    await expect(as(onGrants).send(command('shop/users/*', directoryUser))).rejects.toThrow(
      /perform: sso:DescribeInstance on resource/,
    );
    const describing = [
      { Action: ['sso:DescribeInstance', 'sso:DescribeApplication'], Resource: '*' },
      { Action: 'identitystore:DescribeUser', Resource: `arn:aws:identitystore:::user/${userId}` },
    ];
    await as(onGrants, ...describing).send(command('shop/users/*', directoryUser));
  });

  it('lets a location have the roles alone that its maker may pass', async () => {
    const onLocations = { Action: 's3:CreateAccessGrantsLocation', Resource: `${instanceArn}/location/*` };
    const passing = {
      Action: 'iam:PassRole',
      Resource: locationRole.arn,
      Condition: { StringEquals: { 'iam:PassedToService': 'access-grants.s3.amazonaws.com' } },
    };
    const create = (by: S3ControlClient) =>
      by.send(
        new CreateAccessGrantsLocationCommand({
          AccountId,
          LocationScope: 's3://shop/*',
          IAMRoleArn: locationRole.arn,
        }),
      );
    await expect(create(as(onLocations))).rejects.toThrow(/perform: iam:PassRole on resource/);
    await create(as(onLocations, passing));
  });

  it('lets nobody read or delete a grant whose scope the policy does not name', async () => {
    const AccessGrantId = await grant('s3://shop/a/*', 'READ', toRole(locationRole));
    const Condition = { StringEquals: { 's3:AccessGrantScope': 's3://shop/b/*' } };
    const other = as({ Action: 's3:*', Resource: '*', Condition });
    const denied = { name: 'AccessDenied' };
    await expect(other.send(new GetAccessGrantCommand({ AccountId, AccessGrantId }))).rejects.toMatchObject(
      denied,
    );
    await expect(
      other.send(new DeleteAccessGrantCommand({ AccountId, AccessGrantId })),
    ).rejects.toMatchObject(denied);
    await expect(
      administrator.send(new GetAccessGrantCommand({ AccountId, AccessGrantId: 'none' })),
    ).rejects.toMatchObject({ name: 'NoSuchAccessGrantError' });
  });
});
