// Session tags in a chain of roles: which the next session inherits, what that takes, and the attack that it stops.
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RoleRequest } from '../../sandbox/identities/identities.ts';
import {
  assume,
  clientOf,
  conditional,
  everything,
  newRole,
  type StsCredentials,
  s3ClientOf,
  served,
  trust,
  trustOf,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();

const yellow = { Tags: [{ Key: 'TenantID', Value: 'Yellow' }] };
const blue = { Tags: [{ Key: 'TenantID', Value: 'Blue' }] };
const transitive = { ...yellow, TransitiveTagKeys: ['TenantID'] };
const tagging = ['sts:AssumeRole', 'sts:TagSession'];
const conflict = {
  name: 'InvalidParameterValue',
  message:
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
};

/** A session of a new role, which may assume any role that lets it in. */
async function sessionOf(input: Partial<AssumeRoleCommandInput> = {}, request: Partial<RoleRequest> = {}) {
  const role = newRole({ inlinePolicies: everything, ...request });
  const { Credentials, AssumedRoleUser } = await assume({ RoleArn: role.arn, ...input });
  return {
    role,
    arn: AssumedRoleUser?.Arn ?? '',
    credentials: Credentials,
    assume: (next: Partial<AssumeRoleCommandInput>) => assume(next, clientOf(Credentials)),
  };
}

/** What `aws:PrincipalTag` is in the session's requests. */
function principalTagsOf(credentials: StsCredentials): Record<string, string> {
  const caller = served.account.identities.findAccessKey(credentials?.AccessKeyId ?? '')?.caller;
  return caller?.kind === 'session' ? Object.fromEntries(caller.principalTags) : {};
}

describe('transitive tags', () => {
  it('pass to every later session, over the roles’ own tags, as AWS’s example has it', async () => {
    const first = await sessionOf(
      {
        Tags: ['Star', 'Heart'].map((Key) => ({ Key, Value: '1' })),
        TransitiveTagKeys: ['Star', 'Heart'],
      },
      { tags: { Heart: '1' } },
    );
    const second = newRole({
      trustPolicy: trust(first.role.arn, ...tagging),
      tags: { Sun: '2' },
      inlinePolicies: everything,
    });
    const third = newRole({
      trustPolicy: trust(second.arn, ...tagging),
      tags: { Star: '3', Lightning: '3' },
    });
    const chained = await first.assume({ RoleArn: second.arn });
    expect(principalTagsOf(chained.Credentials)).toEqual({ Star: '1', Heart: '1', Sun: '2' });
    const client = clientOf(chained.Credentials);
    expect(principalTagsOf((await assume({ RoleArn: third.arn }, client)).Credentials)).toEqual({
      Star: '1',
      Heart: '1',
      Lightning: '3',
    });
    const Tags = [{ Key: 'Heart', Value: '3' }];
    await expect(assume({ RoleArn: third.arn, Tags }, client)).rejects.toMatchObject(conflict);
  });

  it.each([
    ['another value', 'TenantID', 'Blue'],
    ['the same value', 'TenantID', 'Yellow'],
    ['another case', 'tenantid', 'Blue'],
  ])('are not passed again, with %s', async (_, Key, Value) => {
    const first = await sessionOf(transitive);
    await expect(first.assume({ Tags: [{ Key, Value }] })).rejects.toMatchObject(conflict);
  });

  it('need sts:TagSession in the trust policy of the next role, and other tags do not', async () => {
    const first = await sessionOf(transitive);
    const other = await sessionOf(yellow);
    const { arn } = newRole({ trustPolicy: trust([first.role.arn, other.role.arn], 'sts:AssumeRole') });
    await expect(first.assume({ RoleArn: arn })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: ${first.arn} is not authorized to perform: sts:TagSession on resource: ${arn}`,
    });
    expect(served.account.trail.events.at(-1)?.reason).toMatch(
      /because no role trust policy allows the sts:TagSession action$/,
    );
    expect(principalTagsOf((await other.assume({ RoleArn: arn })).Credentials)).toEqual({});
  });

  it('need sts:TagSession of the caller too where the trust policy names the account', async () => {
    const May = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] };
    const first = await sessionOf(transitive, { inlinePolicies: { May } });
    await expect(first.assume({})).rejects.toThrow('sts:TagSession');
    expect(served.account.trail.events.at(-1)?.reason).toMatch(
      /because no identity-based policy allows the sts:TagSession action$/,
    );
  });
});

describe('sts:TransitiveTagKeys', () => {
  it('has the keys that the request makes transitive', async () => {
    const required = newRole({
      trustPolicy: conditional(trustOf(), {
        'ForAllValues:StringEquals': { 'sts:TransitiveTagKeys': ['TenantID'] },
        Null: { 'sts:TransitiveTagKeys': 'false' },
      }),
    });
    const RoleArn = required.arn;
    await assume({ RoleArn, ...transitive });
    await expect(assume({ RoleArn, ...yellow })).rejects.toMatchObject({ name: 'AccessDenied' });
    const Tags = [...yellow.Tags, { Key: 'Job', Value: 'report' }];
    await assume({ RoleArn, Tags, TransitiveTagKeys: ['TenantID'] });
    await expect(assume({ RoleArn, Tags, TransitiveTagKeys: ['TenantID', 'Job'] })).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('has those inherited, as aws:RequestTag and aws:TagKeys have', async () => {
    const first = await sessionOf(transitive);
    const other = await sessionOf({ ...blue, TransitiveTagKeys: ['TenantID'] });
    const untagged = await sessionOf(yellow);
    const callers = [first, other, untagged].map(({ role }) => role.arn);
    const { arn } = newRole({
      trustPolicy: conditional(trust(callers, ...tagging), {
        StringEquals: { 'aws:RequestTag/TenantID': 'Yellow' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['TenantID'] },
        'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': ['TenantID'] },
      }),
    });
    await first.assume({ RoleArn: arn });
    await expect(first.assume({ RoleArn: arn, Tags: [{ Key: 'Role', Value: 'admin' }] })).rejects.toThrow(
      'sts:AssumeRole',
    );
    await expect(other.assume({ RoleArn: arn })).rejects.toThrow('sts:AssumeRole');
    await expect(untagged.assume({ RoleArn: arn })).rejects.toThrow('sts:AssumeRole');
  });
});

describe('a tenant’s session that assumes a second role as another tenant', () => {
  const Bucket = 'tenants';
  beforeAll(async () => {
    const owner = new S3Client({ ...served.administrator, forcePathStyle: true });
    await owner.send(new CreateBucketCommand({ Bucket }));
    for (const tenant of ['Yellow', 'Blue']) {
      await owner.send(new PutObjectCommand({ Bucket, Key: `${tenant}/file`, Body: tenant }));
    }
  });

  /** Whose objects each tenant's folder lets its session read. */
  const ownFolder = {
    Own: {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${Bucket}/\${aws:PrincipalTag/TenantID}/*`,
      },
    },
  };
  const read = async (credentials: StsCredentials, tenant: string) => {
    const { Body } = await s3ClientOf(credentials).send(
      new GetObjectCommand({ Bucket, Key: `${tenant}/file` }),
    );
    return Body?.transformToString();
  };
  const secondRole = (first: { readonly role: { readonly arn: string } }, condition?: object) => {
    const trusting = trust(first.role.arn, ...tagging);
    return newRole({
      trustPolicy: condition ? conditional(trusting, condition) : trusting,
      inlinePolicies: ownFolder,
    }).arn;
  };

  it('reads the other’s objects where its tags are not transitive', async () => {
    const first = await sessionOf(yellow, { inlinePolicies: ownFolder });
    expect(await read(first.credentials, 'Yellow')).toBe('Yellow');
    await expect(read(first.credentials, 'Blue')).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Credentials } = await first.assume({ RoleArn: secondRole(first), ...blue });
    expect(await read(Credentials, 'Blue')).toBe('Blue');
  });

  it('is refused by STS where they are transitive, and stays who it is', async () => {
    const first = await sessionOf(transitive, { inlinePolicies: ownFolder });
    const RoleArn = secondRole(first);
    await expect(first.assume({ RoleArn, ...blue })).rejects.toMatchObject(conflict);
    const { Credentials } = await first.assume({ RoleArn });
    expect(await read(Credentials, 'Yellow')).toBe('Yellow');
    await expect(read(Credentials, 'Blue')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is refused by a second role that wants the caller’s own tag', async () => {
    const first = await sessionOf(yellow, { inlinePolicies: ownFolder });
    const RoleArn = secondRole(first, {
      StringEquals: { 'aws:RequestTag/TenantID': `\${aws:PrincipalTag/TenantID}` },
    });
    await expect(first.assume({ RoleArn, ...blue })).rejects.toMatchObject({ name: 'AccessDenied' });
    const { Credentials } = await first.assume({ RoleArn, ...yellow });
    expect(await read(Credentials, 'Yellow')).toBe('Yellow');
  });
});
