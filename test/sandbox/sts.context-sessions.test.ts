// A session that acts for a user of the directory: what it knows, what it may no longer do, and how it stands in the trail.
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { ACTIONS, assume, callerOf, newRole, PROVIDER, sessionOf, trust } from './fixtures/context-roles.ts';
import {
  contextOf,
  instance,
  lastEvent,
  newApplication,
  newGroup,
  newUser,
  served,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';

useIdentityCenter();

describe('a session that acts for a user', () => {
  it('knows the user, the groups as they are now, the directory and the application', async () => {
    const [user, application, group] = [newUser(), newApplication(), newGroup()];
    const { identityContext } = callerOf(sessionOf(await assume(await contextOf(user, application))));
    expect(identityContext).toEqual({
      userId: user.userId,
      groupIds: [],
      identityStoreArn: instance.identityStoreArn,
      instanceArn: instance.arn,
      applicationArn: application.arn,
    });
    instance.store.createMembership(group.groupId, user.userId, 'test');
    expect(identityContext?.groupIds).toEqual([group.groupId]);
    instance.store.deleteGroup(group.groupId);
    expect(identityContext?.groupIds).toEqual([]);
  });

  it('has tags, an external id and a session policy beside', async () => {
    const Condition = { StringEquals: { 'sts:ExternalId': 'shop' } };
    const role = newRole(trust('sts:AssumeRole', { Condition }), trust(['sts:SetContext', 'sts:TagSession']));
    const Tags = [{ Key: 'TenantID', Value: 'Yellow' }];
    const settings = sessionOf(
      await assume(await contextOf(newUser()), { RoleArn: role.arn, Tags, ExternalId: 'shop' }),
    );
    expect(callerOf(settings)).toMatchObject({
      principalTags: new Map([['TenantID', 'Yellow']]),
      identityContext: { instanceArn: instance.arn },
    });
    await expect(
      assume(await contextOf(newUser()), { RoleArn: role.arn, Tags, ExternalId: 'other' }),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('reads neither S3 nor DynamoDB, and assumes no role, whatever its role may do', async () => {
    const settings = sessionOf(await assume(await contextOf(newUser())));
    const deniedBy = { message: expect.stringContaining('explicit deny in an identity-based policy') };
    await expect(
      new S3Client({ ...settings, forcePathStyle: true }).send(new ListBucketsCommand({})),
    ).rejects.toMatchObject(deniedBy);
    await expect(new DynamoDBClient(settings).send(new ListTablesCommand({}))).rejects.toMatchObject(
      deniedBy,
    );
    const next = newRole(trust(ACTIONS), {
      Principal: { AWS: callerOf(settings).arn },
      Action: 'sts:AssumeRole',
    });
    await expect(
      assume('', { RoleArn: next.arn, ProvidedContexts: undefined }, settings),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(lastEvent()?.reason).toMatch(/explicit deny in an identity-based policy$/);
    const again = await contextOf(newUser());
    await expect(assume(again, { RoleArn: next.arn }, settings)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // The role's own session may all of it.
    const plain = sessionOf(await assume('', { ProvidedContexts: undefined }));
    await new S3Client({ ...plain, forcePathStyle: true }).send(new ListBucketsCommand({}));
  });

  it('may what AWS’s list leaves it, and nothing else', async () => {
    const caller = callerOf(sessionOf(await assume(await contextOf(newUser()))));
    const may = (action: string) => authorize(served.account, caller, { action, resource: '*' }).allowed;
    for (const action of [
      's3:GetDataAccess',
      's3:ListCallerAccessGrants',
      'athena:StartQueryExecution',
      'sts:SetContext',
    ])
      expect(may(action), action).toBe(true);
    for (const action of [
      's3:GetObject',
      's3:ListAccessGrants',
      'kms:Sign',
      'iam:GetRole',
      'execute-api:Invoke',
    ])
      expect(may(action), action).toBe(false);
  });

  it('has its user in the conditions of its requests', async () => {
    const user = newUser();
    const role = newRole();
    served.account.identities.putRolePolicy(role.roleName, 'Everything', {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:GetDataAccess',
          Resource: '*',
          Condition: {
            StringEquals: { 'identitystore:UserId': user.userId },
            ArnEquals: {
              'identitystore:IdentityStoreArn': instance.identityStoreArn,
              'identitycenter:InstanceArn': instance.arn,
              'identitycenter:ApplicationArn': 'arn:aws:sso::123456789012:application/*',
            },
          },
        },
      ],
    });
    const asks = async (someone: typeof user) => {
      const caller = callerOf(sessionOf(await assume(await contextOf(someone), { RoleArn: role.arn })));
      return authorize(served.account, caller, { action: 's3:GetDataAccess', resource: '*' }).allowed;
    };
    expect(await asks(user)).toBe(true);
    expect(await asks(newUser())).toBe(false);
  });

  it('stands in the trail as who it acts for, in every call, the denied ones too', async () => {
    const user = newUser();
    const settings = sessionOf(await assume(await contextOf(user)));
    expect(lastEvent()).toMatchObject({
      operation: 'AssumeRole',
      parameters: { UserId: user.userId, ContextProvider: PROVIDER },
    });
    expect(lastEvent()).not.toHaveProperty('onBehalfOf');
    const onBehalfOf = { userId: user.userId, identityStoreArn: instance.identityStoreArn };
    await new STSClient(settings).send(new GetCallerIdentityCommand());
    expect(lastEvent()).toMatchObject({ operation: 'GetCallerIdentity', statusCode: 200, onBehalfOf });
    await new S3Client({ ...settings, forcePathStyle: true })
      .send(new ListBucketsCommand({}))
      .catch(() => {});
    expect(lastEvent()).toMatchObject({ operation: 'ListBuckets', statusCode: 403, onBehalfOf });
  });
});
