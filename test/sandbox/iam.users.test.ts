// IAM's users and their access keys, as the SDK's client sees them.
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { accountId, client, readObjects, served, useIamAccount } from './fixtures/iam-account.ts';

useIamAccount();

describe('users', () => {
  it('have what their policy and key allow', async () => {
    const { User } = await client.send(
      new CreateUserCommand({ UserName: 'alice', Path: '/team/', Tags: [{ Key: 'Team', Value: 'Blue' }] }),
    );
    expect(User).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/team/alice`,
      Tags: [{ Key: 'Team', Value: 'Blue' }],
    });
    await client.send(
      new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'Read', PolicyDocument: readObjects }),
    );
    const { AccessKey } = await client.send(new CreateAccessKeyCommand({ UserName: 'alice' }));
    const found = served.account.identities.findAccessKey(AccessKey?.AccessKeyId ?? '');
    if (!found) throw new Error('no such key');
    expect(AccessKey?.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(found.secretAccessKey).toBe(AccessKey?.SecretAccessKey);
    const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::isb/a' };
    expect(authorize(served.account, found.caller, request).allowed).toBe(true);
    expect(authorize(served.account, found.caller, { ...request, action: 's3:PutObject' }).allowed).toBe(
      false,
    );
  });

  it('have two access keys at most', async () => {
    await client.send(new CreateUserCommand({ UserName: 'bob' }));
    const createKey = () => client.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    await createKey();
    await createKey();
    await expect(createKey()).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
  });

  it.each(['Administrator', 'ALICE2'])('have names of their own: %s', async (UserName) => {
    if (UserName === 'ALICE2') await client.send(new CreateUserCommand({ UserName: 'alice2' }));
    await expect(client.send(new CreateUserCommand({ UserName }))).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
    });
  });
});
