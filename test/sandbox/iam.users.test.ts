import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  CreateUserCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutUserPolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { awsCliEnvironment } from './fixtures/aws-cli.ts';
import {
  accountId,
  client,
  createRole,
  readObjects,
  roleArn,
  rootTrust,
  run,
  served,
  useIamAccount,
} from './fixtures/iam-account.ts';

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
    expect(found?.secretAccessKey).toBe(AccessKey?.SecretAccessKey);
    if (!found) return;
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

describe('ListRoles', () => {
  it('pages through the roles under a path, in the order of their names', async () => {
    const names = ['d', 'b', 'e', 'a', 'c'].map((name) => `Listed-${name}`);
    for (const RoleName of names) await createRole({ RoleName, Path: '/listed/' });
    const pages: (string | undefined)[][] = [];
    for await (const { Roles = [] } of paginateListRoles(
      { client, pageSize: 2 },
      { PathPrefix: '/listed/' },
    )) {
      pages.push(Roles.map(({ RoleName }) => RoleName));
    }
    expect(pages).toEqual([['Listed-a', 'Listed-b'], ['Listed-c', 'Listed-d'], ['Listed-e']]);
  });

  it('refuses a marker that it did not give', async () => {
    await expect(client.send(new ListRolesCommand({ Marker: '?' }))).rejects.toMatchObject({
      name: 'ValidationError',
    });
  });
});

describe('permissions', () => {
  it('are asked for on the role with its path', async () => {
    const settings = served.allowed(
      { Action: 'iam:CreateRole', Resource: roleArn('team/*') },
      { Action: 'iam:GetRole', Resource: roleArn('team/Permitted') },
    );
    const permitted = new IAMClient(settings);
    const create = (Path: string, RoleName: string, Tags?: CreateRoleCommandInput['Tags']) =>
      permitted.send(new CreateRoleCommand({ Path, RoleName, AssumeRolePolicyDocument: rootTrust, Tags }));
    await create('/team/', 'Permitted');
    await permitted.send(new GetRoleCommand({ RoleName: 'Permitted' }));
    await expect(create('/', 'Denied')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringMatching(
        /iam:CreateRole on resource: arn:aws:iam::123456789012:role\/Denied because no identity-based policy allows the iam:CreateRole action$/,
      ),
    });
    await expect(create('/team/', 'Tagged', [{ Key: 'a', Value: 'b' }])).rejects.toMatchObject({
      message: expect.stringMatching(/iam:TagRole/),
    });
    await expect(permitted.send(new DeleteRoleCommand({ RoleName: 'Permitted' }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(permitted.send(new ListRolesCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

it('reads what the AWS CLI sends', async () => {
  const aws = (...args: string[]) =>
    run('aws', ['iam', ...args], { env: awsCliEnvironment(served.administrator) });
  await aws(
    ...['create-role', '--role-name', 'FromCli', '--assume-role-policy-document', rootTrust],
    ...['--tags', 'Key=Owner,Value=Platform', 'Key=Tier,Value=gold'],
  );
  const { stdout } = await aws('get-role', '--role-name', 'FromCli', '--output', 'json');
  expect(JSON.parse(stdout).Role).toMatchObject({
    AssumeRolePolicyDocument: JSON.parse(rootTrust),
    Tags: [
      { Key: 'Owner', Value: 'Platform' },
      { Key: 'Tier', Value: 'gold' },
    ],
  });
});
