// IAM's roles, as the SDK's client and the AWS CLI see them.
import {
  CreateRoleCommand,
  type CreateRoleCommandInput,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  paginateListRoles,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import {
  accountId,
  client,
  createRole,
  identityPolicy,
  readObjects,
  roleArn,
  rootTrust,
  served,
  trust,
  useIamAccount,
} from './fixtures/iam-account.ts';

useIamAccount();

describe('roles', () => {
  it('show what they were created with', async () => {
    const created = await createRole({
      RoleName: 'Shown',
      Path: '/team/',
      Description: 'for <tests> & more',
      MaxSessionDuration: 7_200,
      Tags: [
        { Key: 'Owner', Value: 'Platform' },
        { Key: 'Empty', Value: '' },
      ],
    });
    expect(created.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    const { Role } = await client.send(new GetRoleCommand({ RoleName: 'Shown' }));
    expect(Role).toEqual({
      Arn: roleArn('team/Shown'),
      AssumeRolePolicyDocument: encodeURIComponent(rootTrust),
      CreateDate: expect.any(Date),
      Description: 'for <tests> & more',
      MaxSessionDuration: 7_200,
      Path: '/team/',
      RoleId: created.RoleId,
      RoleName: 'Shown',
      Tags: [
        { Key: 'Owner', Value: 'Platform' },
        { Key: 'Empty', Value: '' },
      ],
    });
  });

  it('have names that are unique without regard to case', async () => {
    await createRole({ RoleName: 'Unique' });
    await expect(createRole({ RoleName: 'uNIQUE', Path: '/other/' })).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name uNIQUE already exists.',
    });
  });

  it('get a new id when they are recreated', async () => {
    const { RoleName, RoleId } = await createRole();
    await client.send(new DeleteRoleCommand({ RoleName }));
    expect((await createRole({ RoleName })).RoleId).not.toBe(RoleId);
  });

  it('cannot be deleted while they have an inline policy', async () => {
    const { RoleName } = await createRole();
    await client.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'Read', PolicyDocument: readObjects }),
    );
    await expect(client.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete policies first.',
    });
    await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'Read' }));
    await client.send(new DeleteRoleCommand({ RoleName }));
    await expect(client.send(new GetRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `The role with name ${RoleName} cannot be found.`,
    });
  });

  it.each<[string, Partial<CreateRoleCommandInput>, string, RegExp]>([
    ['a name of 65 characters', { RoleName: 'r'.repeat(65) }, 'ValidationError', /'roleName'/],
    ['a name with a slash', { RoleName: 'a/b' }, 'ValidationError', /'roleName'.*pattern/],
    ['a path without a slash', { Path: 'team' }, 'ValidationError', /'path'.*pattern/],
    [
      'a session duration of 3599 s',
      { MaxSessionDuration: 3_599 },
      'ValidationError',
      /'maxSessionDuration'/,
    ],
    [
      'tag keys that differ in case',
      {
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'A', Value: '' },
        ],
      },
      'InvalidInputException',
      /Duplicate tag keys/,
    ],
    [
      'text that is not JSON',
      { AssumeRolePolicyDocument: '{' },
      'MalformedPolicyDocumentException',
      /^This policy contains invalid Json$/,
    ],
    [
      'a trust policy with a resource',
      { AssumeRolePolicyDocument: trust('*').replace('"Action"', '"Resource":"*","Action"') },
      'MalformedPolicyDocumentException',
      /^Has prohibited field Resource$/,
    ],
    [
      'a trust policy without a principal',
      { AssumeRolePolicyDocument: identityPolicy({ Effect: 'Allow', Action: 'sts:AssumeRole' }) },
      'MalformedPolicyDocumentException',
      /^Missing required field Principal$/,
    ],
    [
      'a trust policy with an action of another service',
      { AssumeRolePolicyDocument: trust('*').replace('sts:AssumeRole', 's3:GetObject') },
      'MalformedPolicyDocumentException',
      /^AssumeRole policy may only specify STS AssumeRole actions\.$/,
    ],
    [
      'a principal that does not exist',
      { AssumeRolePolicyDocument: trust({ AWS: roleArn('Missing') }) },
      'MalformedPolicyDocumentException',
      /^Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role\/Missing"$/,
    ],
    [
      'a principal with a wildcard',
      { AssumeRolePolicyDocument: trust({ AWS: roleArn('*') }) },
      'MalformedPolicyDocumentException',
      /^Invalid principal in policy/,
    ],
    [
      'a trust policy of more than 2048 characters',
      { AssumeRolePolicyDocument: trust({ AWS: Array(60).fill(`arn:aws:iam::${accountId}:root`) }) },
      'LimitExceededException',
      /ACLSizePerRole: 2048/,
    ],
    [
      'a permissions boundary that the sandbox does not know',
      { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      'NotImplemented',
      /does not know the managed policy/,
    ],
  ])('refuse %s', async (_, input, name, message) => {
    await expect(createRole(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
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
  const aws = (...args: string[]) => runAwsCli(served.administrator, ['iam', ...args]);
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
