import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  type CreateRoleCommandInput,
  CreateUserCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  paginateListRoles,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorize } from '../../sandbox/authorization/authorization.ts';
import { iam } from '../../sandbox/services/iam/service.ts';
import { awsCliEnvironment } from './fixtures/aws-cli.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const run = promisify(execFile);
const accountId = '123456789012';
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const rootTrust = trust({ AWS: `arn:aws:iam::${accountId}:root` });
const readObjects = identityPolicy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });

let served: ServedAccount;
let client: IAMClient;
let roleCount = 0;

beforeAll(async () => {
  served = await serveAccount([iam]);
  client = new IAMClient(served.administrator);
});

afterAll(() => served.close());

function trust(principal: unknown): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
}

function identityPolicy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

async function createRole(input: Partial<CreateRoleCommandInput> = {}) {
  roleCount += 1;
  const { Role } = await client.send(
    new CreateRoleCommand({ RoleName: `Made${roleCount}`, AssumeRolePolicyDocument: rootTrust, ...input }),
  );
  if (!Role?.RoleName) throw new Error('no role');
  return { ...Role, RoleName: Role.RoleName };
}

async function shownPrincipal(RoleName: string): Promise<unknown> {
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  const document = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''));
  return document.Statement[0].Principal.AWS;
}

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
      'a permissions boundary',
      { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
      'NotImplemented',
      /PermissionsBoundary/,
    ],
  ])('refuse %s', async (_, input, name, message) => {
    await expect(createRole(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

describe('trust policies', () => {
  it('show the ARN of a principal, and its id once it is deleted, recreated or not', async () => {
    const broker = await createRole();
    const target = await createRole({ AssumeRolePolicyDocument: trust({ AWS: [broker.Arn] }) });
    expect(await shownPrincipal(target.RoleName)).toEqual([broker.Arn]);
    await client.send(new DeleteRoleCommand({ RoleName: broker.RoleName }));
    expect(await shownPrincipal(target.RoleName)).toEqual([broker.RoleId]);
    await createRole({ RoleName: broker.RoleName });
    expect(await shownPrincipal(target.RoleName)).toEqual([broker.RoleId]);
    await client.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: target.RoleName,
        PolicyDocument: trust({ AWS: broker.Arn }),
      }),
    );
    expect(await shownPrincipal(target.RoleName)).toBe(broker.Arn);
  });

  it('show the root ARN for a bare account number', async () => {
    const { RoleName } = await createRole({ AssumeRolePolicyDocument: trust({ AWS: '111122223333' }) });
    expect(await shownPrincipal(RoleName)).toBe('arn:aws:iam::111122223333:root');
  });

  it('can name a user', async () => {
    const { User } = await client.send(new CreateUserCommand({ UserName: 'trusted' }));
    const { RoleName } = await createRole({ AssumeRolePolicyDocument: trust({ AWS: User?.Arn }) });
    expect(served.account.identities.role(RoleName).trustPolicy.Statement).toMatchObject([
      { Principal: { AWS: User?.UserId } },
    ]);
    expect(await shownPrincipal(RoleName)).toBe(User?.Arn);
  });
});

describe('inline policies', () => {
  it('come back as they were put', async () => {
    const { RoleName } = await createRole();
    const document = identityPolicy({
      Sid: 'Abac',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: 'arn:aws:s3:::isb/${aws:PrincipalTag/TenantID}/*',
      Condition: {
        StringEquals: { 'aws:PrincipalTag/Tier': ["gold's", 'a&b'] },
        Bool: { 'aws:SecureTransport': true },
      },
    });
    await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Abac', PolicyDocument: document }));
    const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'Abac' }));
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(document);
    await expect(
      client.send(new GetRolePolicyCommand({ RoleName, PolicyName: 'Other' })),
    ).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role policy with name Other cannot be found.',
    });
  });

  it.each<[string, string, RegExp]>([
    [
      'a principal',
      identityPolicy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }),
      /^Policy document should not specify a principal\.$/,
    ],
    [
      'no action',
      identityPolicy({ Effect: 'Allow', Resource: '*' }),
      /^Policy statement must contain actions\.$/,
    ],
    [
      'no resource',
      identityPolicy({ Effect: 'Allow', Action: '*' }),
      /^Policy statement must contain resources\.$/,
    ],
    [
      'a bare action',
      identityPolicy({ Effect: 'Allow', Action: 'GetObject', Resource: '*' }),
      /^Actions\/Conditions must be prefaced by a vendor/,
    ],
    [
      'a bare resource',
      identityPolicy({ Effect: 'Allow', Action: '*', Resource: 'isb/*' }),
      /^Resource isb\/\* must be in ARN format or "\*"\.$/,
    ],
    [
      'an unknown operator',
      identityPolicy({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEqual: { a: 'b' } } }),
      /^Invalid Condition type : StringEqual\.$/,
    ],
    [
      'an unknown version',
      readObjects.replace('2012-10-17', '2012-10-18'),
      /^The policy must contain a valid version string$/,
    ],
    [
      'one Sid twice',
      identityPolicy(
        { Sid: 'A', Effect: 'Allow', Action: '*', Resource: '*' },
        { Sid: 'A', Effect: 'Deny', Action: '*', Resource: '*' },
      ),
      /^Statement IDs \(SID\) in a single policy must be unique\.$/,
    ],
    [
      'a misspelt element',
      identityPolicy({ Effect: 'Allow', Action: '*', Resources: '*' }),
      /unknown statement element Resources/,
    ],
    ['no statement', '{"Version":"2012-10-17","Statement":[]}', /^Syntax errors in policy\.$/],
  ])('are refused with %s', async (_, PolicyDocument, message) => {
    const { RoleName } = await createRole();
    await expect(
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Bad', PolicyDocument })),
    ).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: expect.stringMatching(message),
    });
  });

  it('of a role have 10,240 characters together, white space aside', async () => {
    const { RoleName } = await createRole();
    const ofSize = (size: number) => {
      const Resource = `arn:aws:s3:::${'k'.repeat(size)}`;
      return JSON.stringify(
        JSON.parse(identityPolicy({ Effect: 'Allow', Action: 's3:GetObject', Resource })),
        null,
        8,
      );
    };
    const put = (PolicyName: string, size: number) =>
      client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: ofSize(size) }));
    await put('One', 5_000);
    await put('Two', 5_000);
    await put('Two', 4_900);
    await expect(put('Three', 100)).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: `Maximum policy size of 10240 bytes exceeded for role ${RoleName}`,
    });
  });
});

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
