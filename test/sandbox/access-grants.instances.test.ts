// Instances and locations of S3 Access Grants: what is created, shown, changed and deleted, in which order.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  AssociateAccessGrantsIdentityCenterCommand,
  CreateAccessGrantsInstanceCommand,
  CreateAccessGrantsLocationCommand,
  CreateStorageLensGroupCommand,
  DeleteAccessGrantCommand,
  DeleteAccessGrantsInstanceCommand,
  DeleteAccessGrantsInstanceResourcePolicyCommand,
  DeleteAccessGrantsLocationCommand,
  DissociateAccessGrantsIdentityCenterCommand,
  GetAccessGrantCommand,
  GetAccessGrantsInstanceCommand,
  GetAccessGrantsInstanceForPrefixCommand,
  GetAccessGrantsInstanceResourcePolicyCommand,
  GetAccessGrantsLocationCommand,
  GetDataAccessCommand,
  ListAccessGrantsCommand,
  ListAccessGrantsInstancesCommand,
  ListAccessGrantsLocationsCommand,
  ListCallerAccessGrantsCommand,
  PutAccessGrantsInstanceResourcePolicyCommand,
  UpdateAccessGrantsLocationCommand,
} from '@aws-sdk/client-s3-control';
import { describe, expect, it } from 'vitest';
import { openAccount } from '../../sandbox/account/accounts.ts';
import {
  accountId,
  administrator,
  callerRole,
  clearInstance,
  createGrant,
  createLocation,
  identityCenterArn,
  instanceArn,
  locationRole,
  putObject,
  served,
  useAccessGrantsAccount,
} from './fixtures/access-grants-account.ts';

useAccessGrantsAccount();

const AccountId = accountId;

describe('an instance', () => {
  it('is one of an account, shown with the Identity Center that it is associated with', async () => {
    const { $metadata: _, ...shown } = await administrator.send(
      new GetAccessGrantsInstanceCommand({ AccountId }),
    );
    expect(shown).toEqual({
      AccessGrantsInstanceArn: instanceArn,
      AccessGrantsInstanceId: 'default',
      CreatedAt: expect.any(Date),
      IdentityCenterArn: identityCenterArn,
      IdentityCenterInstanceArn: identityCenterArn,
      IdentityCenterApplicationArn: expect.stringMatching(
        /^arn:aws:sso::123456789012:application\/ssoins-0123456789abcdef\/apl-[0-9a-f]{16}$/,
      ),
    });
    const { AccessGrantsInstancesList } = await administrator.send(
      new ListAccessGrantsInstancesCommand({ AccountId }),
    );
    expect(AccessGrantsInstancesList).toEqual([shown]);
    await expect(
      administrator.send(new CreateAccessGrantsInstanceCommand({ AccountId })),
    ).rejects.toMatchObject({
      name: 'AccessGrantsInstanceAlreadyExists',
      $metadata: { httpStatusCode: 409 },
    });
  });

  it('is deleted after its locations, these after their grants, and once it is dissociated', async () => {
    const { AccessGrantId } = await createGrant();
    const deleteInstance = () => administrator.send(new DeleteAccessGrantsInstanceCommand({ AccountId }));
    const deleteLocation = () =>
      administrator.send(
        new DeleteAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId: 'default' }),
      );
    await expect(deleteInstance()).rejects.toMatchObject({ name: 'AccessGrantsInstanceNotEmptyError' });
    await expect(deleteLocation()).rejects.toMatchObject({ name: 'AccessGrantsLocationNotEmptyError' });
    await administrator.send(new DeleteAccessGrantCommand({ AccountId, AccessGrantId }));
    await deleteLocation();
    await expect(deleteInstance()).rejects.toMatchObject({ name: 'InvalidRequest' });
    await administrator.send(new DissociateAccessGrantsIdentityCenterCommand({ AccountId }));
    await deleteInstance();
    await expect(deleteInstance()).rejects.toMatchObject({ name: 'AccessGrantsInstanceNotExistsError' });
    const { AccessGrantsInstancesList } = await administrator.send(
      new ListAccessGrantsInstancesCommand({ AccountId }),
    );
    expect(AccessGrantsInstancesList).toEqual([]);
  });

  it.each([
    new GetAccessGrantsInstanceCommand({ AccountId }),
    new ListAccessGrantsCommand({ AccountId }),
    new ListAccessGrantsLocationsCommand({ AccountId }),
    new ListCallerAccessGrantsCommand({ AccountId }),
    new GetDataAccessCommand({ AccountId, Target: 's3://shop/*', Permission: 'READ' }),
    new CreateAccessGrantsLocationCommand({
      AccountId,
      LocationScope: 's3://',
      IAMRoleArn: `arn:aws:iam::${accountId}:role/Location`,
    }),
    new GetAccessGrantCommand({ AccountId, AccessGrantId: 'none' }),
    new DeleteAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId: 'none' }),
    new DissociateAccessGrantsIdentityCenterCommand({ AccountId }),
  ])('that is not there is told of every request: $constructor.name', async (command) => {
    clearInstance(served.account);
    await expect(administrator.send(command as never)).rejects.toMatchObject({
      name: 'AccessGrantsInstanceNotExistsError',
      $metadata: { httpStatusCode: 404 },
      message: 'Access Grants Instance does not exist',
    });
  });

  it('is found by a prefix, through the account that has the bucket', async () => {
    const find = (S3Prefix: string) =>
      administrator.send(new GetAccessGrantsInstanceForPrefixCommand({ AccountId, S3Prefix }));
    putObject('shop', 'users/list', '');
    expect(await find('s3://shop/users/*')).toMatchObject({ AccessGrantsInstanceArn: instanceArn });
    expect(await find('s3://shop')).toMatchObject({ AccessGrantsInstanceId: 'default' });
    await expect(find('s3://nobodys/users/*')).rejects.toMatchObject({ name: 'NoSuchBucket' });
    const other = openAccount(served.account, '210987654321');
    other.buckets.set('theirs', { name: 'theirs', createdAt: 0, objects: new Map() });
    await expect(find('s3://theirs/*')).rejects.toMatchObject({ name: 'AccessGrantsInstanceNotExistsError' });
    const { arn } = other.accessGrants.createInstance();
    expect(await find('s3://theirs/*')).toMatchObject({ AccessGrantsInstanceArn: arn });
    served.account.all.delete('210987654321');
  });

  it('takes no other Identity Center than one of AWS’s form', async () => {
    const associate = (IdentityCenterArn: string) =>
      administrator.send(new AssociateAccessGrantsIdentityCenterCommand({ AccountId, IdentityCenterArn }));
    await expect(associate('arn:aws:sso:::instance/none')).rejects.toMatchObject({
      name: 'InvalidIdentityCenterInstance',
    });
    await expect(associate('arn:aws:s3:::bucket')).rejects.toMatchObject({ name: 'ValidationError' });
    await associate('arn:aws:sso:::instance/ssoins-fedcba9876543210');
    const { IdentityCenterInstanceArn } = await administrator.send(
      new GetAccessGrantsInstanceCommand({ AccountId }),
    );
    expect(IdentityCenterInstanceArn).toBe('arn:aws:sso:::instance/ssoins-fedcba9876543210');
  });
});

describe('a location', () => {
  it('is shown, listed, found by its scope, and gets another role', async () => {
    const { $metadata: _, ...created } = await createLocation('s3://shop/users*');
    expect(created).toEqual({
      AccessGrantsLocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      AccessGrantsLocationArn: `${instanceArn}/location/${created.AccessGrantsLocationId}`,
      CreatedAt: expect.any(Date),
      IAMRoleArn: locationRole.arn,
      LocationScope: 's3://shop/users*',
    });
    const { AccessGrantsLocationId } = created;
    const get = () =>
      administrator.send(new GetAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId }));
    expect(await get()).toMatchObject(created);
    const list = async (LocationScope?: string) =>
      (await administrator.send(new ListAccessGrantsLocationsCommand({ AccountId, LocationScope })))
        .AccessGrantsLocationsList;
    expect((await list())?.map((one) => one.AccessGrantsLocationId)).toEqual([
      'default',
      AccessGrantsLocationId,
    ]);
    expect(await list('s3://shop/users*')).toEqual([created]);
    const { arn: IAMRoleArn } = callerRole('OtherLocation');
    await administrator.send(
      new UpdateAccessGrantsLocationCommand({ AccountId, AccessGrantsLocationId, IAMRoleArn }),
    );
    expect(await get()).toMatchObject({ IAMRoleArn });
  });

  it('has a role of the account, a scope of S3, and no twin', async () => {
    const role = `arn:aws:iam::${accountId}:role/None`;
    await expect(createLocation('s3://shop/*', role)).rejects.toMatchObject({ name: 'InvalidIamRole' });
    await expect(createLocation('shop/*')).rejects.toMatchObject({ name: 'InvalidAccessGrantsLocation' });
    await expect(createLocation('s3://')).rejects.toMatchObject({
      name: 'AccessGrantsLocationAlreadyExistsError',
      $metadata: { httpStatusCode: 409 },
    });
    await expect(createLocation('s3://shop/*/users')).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});

describe('what the sandbox has not', () => {
  it.each([
    new PutAccessGrantsInstanceResourcePolicyCommand({ AccountId, Policy: '{}' }),
    new GetAccessGrantsInstanceResourcePolicyCommand({ AccountId }),
    new DeleteAccessGrantsInstanceResourcePolicyCommand({ AccountId }),
    new CreateStorageLensGroupCommand({ AccountId, StorageLensGroup: { Name: 'a', Filter: {} } }),
    new GetAccessGrantsInstanceCommand({ AccountId: '210987654321' }),
    new GetDataAccessCommand({ AccountId: '210987654321', Target: 's3://shop/*', Permission: 'READ' }),
  ])('is refused by name: $constructor.name', async (command) => {
    await expect(administrator.send(command as never)).rejects.toMatchObject({
      name: 'NotImplemented',
      $metadata: { httpStatusCode: 501 },
      message: expect.stringMatching(/^The sandbox does not have s3 \w+|across accounts/),
    });
  });
});

describe('the endpoint', () => {
  it('leaves S3 its requests, also on a bucket that is called as S3 Control’s paths begin', async () => {
    putObject('v20180820', 'accessgrantsinstance', 'an object');
    const client = new S3Client({ ...served.administrator, forcePathStyle: true });
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: 'v20180820', Key: 'accessgrantsinstance' }),
    );
    expect(await Body?.transformToString()).toBe('an object');
  });
});
