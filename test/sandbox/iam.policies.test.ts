// IAM's trust policies and inline policies, as the SDK's client sees them.
import {
  CreateUserCommand,
  DeleteRoleCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  paginateListRolePolicies,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import {
  client,
  createRole,
  identityPolicy,
  readObjects,
  served,
  shownPrincipal,
  trust,
  useIamAccount,
} from './fixtures/iam-account.ts';

useIamAccount();

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

  it('are listed by name, in pages', async () => {
    const { RoleName } = await createRole();
    for (const PolicyName of ['c', 'a', 'b']) {
      await client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: readObjects }));
    }
    const pages: unknown[] = [];
    for await (const { PolicyNames } of paginateListRolePolicies({ client, pageSize: 2 }, { RoleName })) {
      pages.push(PolicyNames);
    }
    expect(pages).toEqual([['a', 'b'], ['c']]);
    await expect(client.send(new ListRolePoliciesCommand({ RoleName: 'Unknown' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
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
