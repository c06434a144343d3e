// The reference's first walkthrough, by the SDK: a role asks for too much, then for its due, and reads an object with it.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import {
  dataAccess,
  served,
  useAccessGrantsAccount,
  vendedSettings,
} from './fixtures/access-grants-account.ts';
import { bucket, openShop, roleArn } from './fixtures/shopfast.ts';

useAccessGrantsAccount();

it('denies customer support the writing of users, and lets it read them', async () => {
  await openShop();
  const sts = new STSClient(served.administrator);
  const assumed = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'ShopFastRole' }),
  );
  const support = vendedSettings(assumed as never);
  const target = `s3://${bucket}/users*`;

  await expect(dataAccess(support, target, 'READWRITE', { Privilege: 'Default' })).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `You do not have READWRITE permissions to the requested S3 Prefix: ${target}`,
  });

  const answer = await dataAccess(support, target, 'READ', { Privilege: 'Default' });
  expect(answer.MatchedGrantTarget).toBe(target);
  expect(answer.Grantee).toEqual({ GranteeType: 'IAM', GranteeIdentifier: roleArn });
  const vended = vendedSettings(answer);
  const { Arn } = await new STSClient(vended).send(new GetCallerIdentityCommand());
  expect(Arn).toMatch(/:assumed-role\/Location\/access-grants-[0-9a-f-]{36}$/);

  const s3 = new S3Client({ ...vended, forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'users/user_list' }));
  expect(await Body?.transformToString()).toBe('name,city\nAda,London\n');
});
