// AssumeRole: the session that it issues, and what it refuses.
import { type AssumeRoleCommandInput, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  advance,
  assume,
  clientOf,
  clock,
  newRole,
  roleArn,
  served,
  settings,
  trust,
  trustOf,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();

describe('AssumeRole', () => {
  it('answers with credentials of a session, whose ARN leaves out the path of the role', async () => {
    const role = newRole({ path: '/team/' });
    const answer = await assume({ RoleArn: role.arn });
    expect(answer.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/Yellow`,
      AssumedRoleId: `${role.roleId}:Yellow`,
    });
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(answer.Credentials?.SessionToken?.length).toBeGreaterThanOrEqual(200);
    expect(answer.Credentials?.Expiration?.getTime()).toBe(Math.floor((clock + 3_600_000) / 1000) * 1000);
  });

  it('ends the session after the seconds asked for', async () => {
    const { Credentials } = await assume({ DurationSeconds: 900 });
    advance(899_000);
    await clientOf(Credentials).send(new GetCallerIdentityCommand());
    advance(1_000);
    await expect(clientOf(Credentials).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
  });

  it.each<[string, Partial<AssumeRoleCommandInput>, string, RegExp]>([
    [
      'a duration under 900 s',
      { DurationSeconds: 899 },
      'ValidationError',
      /'durationSeconds'.* greater than or equal to 900/,
    ],
    [
      'a duration over 12 h',
      { DurationSeconds: 43_201 },
      'ValidationError',
      /'durationSeconds'.* less than or equal to 43200/,
    ],
    [
      "a duration over the role's",
      { DurationSeconds: 3_601 },
      'ValidationError',
      /^The requested DurationSeconds exceeds the MaxSessionDuration set for this role\.$/,
    ],
    [
      'a session name of one character',
      { RoleSessionName: 'a' },
      'ValidationError',
      /'roleSessionName'.* length greater than or equal to 2/,
    ],
    [
      'a session name of 65',
      { RoleSessionName: 'a'.repeat(65) },
      'ValidationError',
      /'roleSessionName'.* less than or equal to 64/,
    ],
    [
      'a session name with a space',
      { RoleSessionName: 'a b' },
      'ValidationError',
      /'roleSessionName'.* pattern: \[\\w\+=,\.@-\]\*/,
    ],
    ['an external id of one character', { ExternalId: 'a' }, 'ValidationError', /'externalId'/],
    ['an external id with a space', { ExternalId: 'a b' }, 'ValidationError', /'externalId'/],
    ["a role's name for its ARN", { RoleArn: 'a-role-name-of-some-length' }, 'ValidationError', /is invalid/],
    [
      '51 tags',
      { Tags: Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' })) },
      'ValidationError',
      /less than or equal to 50/,
    ],
    [
      'a tag key of 129 characters',
      { Tags: [{ Key: 'k'.repeat(129), Value: 'v' }] },
      'ValidationError',
      /'tags\.1\.member\.key'/,
    ],
    [
      'a tag value of 257 characters',
      { Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] },
      'ValidationError',
      /'tags\.1\.member\.value'/,
    ],
    [
      'a tag value with a star',
      { Tags: [{ Key: 'k', Value: '*' }] },
      'ValidationError',
      /'tags\.1\.member\.value'/,
    ],
    ['a reserved tag key', { Tags: [{ Key: 'AWS:k', Value: 'v' }] }, 'InvalidParameterValue', /reserved/],
    [
      'two tag keys that differ in case',
      {
        Tags: [
          { Key: 'k', Value: '1' },
          { Key: 'K', Value: '2' },
        ],
      },
      'InvalidParameterValue',
      /^Duplicate tag keys found/,
    ],
    [
      'a transitive key without its tag',
      { TransitiveTagKeys: ['k'] },
      'InvalidParameterValue',
      /must be included in the requested tags/,
    ],
    [
      'more tags than fit',
      { Tags: Array.from({ length: 20 }, (_, i) => ({ Key: `k${i}`, Value: 'v'.repeat(256) })) },
      'PackedPolicyTooLargeException',
      /^Packed size of session tags consumes \d+% of allotted space\.$/,
    ],
    ['a session policy that is none', { Policy: '{}' }, 'MalformedPolicyDocumentException', /Syntax/],
    ['an MFA device', { SerialNumber: 'GAHT12345678' }, 'NotImplemented', /SerialNumber/],
  ])('refuses %s', async (_, input, name, message) => {
    await expect(assume(input)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });

  it('limits a session to its session policy, which allows nothing by itself', async () => {
    const caller = newRole();
    const open = newRole({ trustPolicy: trustOf(caller.roleName) });
    const shut = newRole({ trustPolicy: trustOf(caller.roleName) });
    const stranger = newRole({ trustPolicy: trustOf(newRole().roleName) });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: [open.arn, stranger.arn] }],
    });
    const { Credentials } = await assume({ RoleArn: caller.arn, Policy });
    const session = clientOf(Credentials);
    await assume({ RoleArn: open.arn }, session);
    await expect(assume({ RoleArn: shut.arn }, session)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume({ RoleArn: stranger.arn }, session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('limits a session by the tags of the role that it wants to assume', async () => {
    const caller = newRole();
    const tagged = newRole({ trustPolicy: trustOf(caller.roleName), tags: { TenantID: 'Yellow' } });
    const untagged = newRole({ trustPolicy: trustOf(caller.roleName) });
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Resource: '*',
          Condition: { Null: { 'aws:ResourceTag/TenantID': 'false' } },
        },
      ],
    });
    const session = clientOf((await assume({ RoleArn: caller.arn, Policy })).Credentials);
    await assume({ RoleArn: tagged.arn }, session);
    await expect(assume({ RoleArn: untagged.arn }, session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('allows what the role allows to a user', async () => {
    const role = newRole({ maxSessionDurationSeconds: 43_200 });
    await assume({ RoleArn: role.arn, DurationSeconds: 43_200 });
  });

  it('takes 50 tags, empty values and letters of any script', async () => {
    const Tags = Array.from({ length: 50 }, (_, i) => ({ Key: `k${i}`, Value: i === 0 ? '' : 'żółty' }));
    const { PackedPolicySize } = await assume({ Tags });
    expect(PackedPolicySize).toBeGreaterThan(0);
  });

  it('denies a role that does not exist in the same words as one that does', async () => {
    const existing = newRole({ trustPolicy: trustOf() });
    const { identities } = served.account;
    identities.createUser({ userName: 'nobody' });
    const nobody = new STSClient({ ...settings, credentials: identities.createAccessKey('nobody') });
    const words = (name: string) => ({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${accountId}:user/nobody is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)}`,
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    await expect(assume({ RoleArn: existing.arn }, nobody)).rejects.toMatchObject(words(existing.roleName));
    await expect(assume({ RoleArn: roleArn('Missing') }, nobody)).rejects.toMatchObject(words('Missing'));
    expect(served.account.trail.events.at(-2)?.reason).toMatch(/because no identity-based policy allows/);
    expect(served.account.trail.events.at(-1)?.reason).toMatch(/There is no role/);
  });

  it("denies another account's role that does not trust this one", async () => {
    const elsewhere = newRole({
      accountId: '999988887777',
      trustPolicy: trust('arn:aws:iam::999988887777:root', 'sts:AssumeRole'),
    });
    await expect(assume({ RoleArn: elsewhere.arn })).rejects.toMatchObject({ name: 'AccessDenied' });
    await assume({ RoleArn: newRole({ accountId: '999988887777' }).arn });
  });
});
