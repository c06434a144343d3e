import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyDocument, RoleRequest } from '../../sandbox/identities/identities.ts';
import { sts } from '../../sandbox/services/sts/service.ts';
import { awsCliEnvironment } from './fixtures/aws-cli.ts';
import { type ClientSettings, type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const run = promisify(execFile);
const accountId = '123456789012';
const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;
const trustOf = (...names: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: names.length > 0 ? names.map(roleArn) : `arn:aws:iam::${accountId}:root` },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
});

let served: ServedAccount;
let clock: number;
let settings: ClientSettings;
let client: STSClient;
let roleCount = 0;

beforeAll(async () => {
  clock = Date.now();
  served = await serveAccount([sts], { now: () => clock });
});

beforeEach(() => {
  clock = Date.now();
  settings = served.administrator;
  client = new STSClient(settings);
});

afterAll(() => served.close());

/** A role that the account's identity policies let in, under a new name. */
function newRole(request: Partial<RoleRequest> = {}) {
  roleCount += 1;
  return served.account.identities.createRole({
    roleName: `Target${roleCount}`,
    trustPolicy: trustOf(),
    ...request,
  });
}

function assume(input: Partial<AssumeRoleCommandInput> = {}, caller = client) {
  return caller.send(new AssumeRoleCommand({ RoleArn: newRole().arn, RoleSessionName: 'Yellow', ...input }));
}

function clientOf(credentials: Awaited<ReturnType<typeof assume>>['Credentials']): STSClient {
  return new STSClient({
    ...settings,
    // Signs by the account's clock.
    systemClockOffset: clock - Date.now(),
    credentials: {
      accessKeyId: credentials?.AccessKeyId ?? '',
      secretAccessKey: credentials?.SecretAccessKey ?? '',
      sessionToken: credentials?.SessionToken ?? '',
    },
  });
}

const everything = {
  Allow: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } },
};

describe('GetCallerIdentity', () => {
  it('names the administrator', async () => {
    const { Arn, Account, UserId } = await client.send(new GetCallerIdentityCommand());
    expect({ Arn, Account }).toEqual({
      Arn: `arn:aws:iam::${accountId}:user/Administrator`,
      Account: accountId,
    });
    expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  it('names a user and a session, which need no permission', async () => {
    const { identities } = served.account;
    const user = identities.createUser({ userName: 'alice', path: '/team/' });
    const asUser = new STSClient({ ...settings, credentials: identities.createAccessKey('alice') });
    expect(await asUser.send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:user/team/alice`,
      UserId: user.userId,
    });
    const role = newRole({ path: '/team/' });
    const { Credentials } = await assume({ RoleArn: role.arn });
    expect(await clientOf(Credentials).send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/Yellow`,
      UserId: `${role.roleId}:Yellow`,
    });
  });
});

describe('AssumeRole', () => {
  it('answers with credentials of a session, whose ARN leaves out the path of the role', async () => {
    const role = newRole({ path: '/team/' });
    const answer = await assume({ RoleArn: role.arn });
    expect(answer.AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/Yellow`,
      AssumedRoleId: `${role.roleId}:Yellow`,
    });
    expect(answer.Credentials?.AccessKeyId).toMatch(/^ASIA[A-Z2-7]{17}$/);
    expect(answer.Credentials?.SessionToken?.length).toBeGreaterThanOrEqual(200);
    expect(answer.Credentials?.Expiration?.getTime()).toBe(Math.floor((clock + 3_600_000) / 1000) * 1000);
  });

  it('ends the session after the seconds asked for', async () => {
    const { Credentials } = await assume({ DurationSeconds: 900 });
    clock += 899_000;
    await clientOf(Credentials).send(new GetCallerIdentityCommand());
    clock += 1_000;
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
    ['a source identity', { SourceIdentity: 'alice' }, 'NotImplemented', /SourceIdentity/],
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

  it("denies another account's role", async () => {
    const elsewhere = newRole({ accountId: '999988887777', trustPolicy: trustOf() });
    await expect(assume({ RoleArn: elsewhere.arn })).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('role chaining', () => {
  it('is held to one hour, whatever the role allows', async () => {
    const { Credentials } = await assume({ RoleArn: newRole({ inlinePolicies: everything }).arn });
    const chained = clientOf(Credentials);
    const RoleArn = newRole({ maxSessionDurationSeconds: 43_200 }).arn;
    await assume({ RoleArn, DurationSeconds: 3_600 }, chained);
    await expect(assume({ RoleArn, DurationSeconds: 3_601 }, chained)).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });

  it('hands transitive tags on, which cannot be passed again, and drops the others', async () => {
    const first = await assume({
      RoleArn: newRole({ inlinePolicies: everything }).arn,
      Tags: [
        { Key: 'TenantID', Value: 'Yellow' },
        { Key: 'Tier', Value: 'gold' },
      ],
      TransitiveTagKeys: ['TenantID'],
    });
    const chained = clientOf(first.Credentials);
    const second = await assume({ Tags: [{ Key: 'Job', Value: 'report' }] }, chained);
    const found = served.account.identities.findAccessKey(second.Credentials?.AccessKeyId ?? '');
    expect(found?.caller.kind === 'session' && Object.fromEntries(found.caller.principalTags)).toEqual({
      TenantID: 'Yellow',
      Job: 'report',
    });
    await expect(assume({ Tags: [{ Key: 'tenantid', Value: 'Blue' }] }, chained)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringMatching(/conflicts with a transitive tag key from the calling session/),
    });
  });

  it("needs no permission of the caller's own where the trust policy names its role", async () => {
    const broker = newRole();
    const { Credentials } = await assume({ RoleArn: broker.arn });
    const RoleArn = newRole({ trustPolicy: trustOf(broker.roleName) }).arn;
    const answer = await assume(
      { RoleArn, Tags: [{ Key: 'TenantID', Value: 'Yellow' }] },
      clientOf(Credentials),
    );
    expect(answer.Credentials?.SessionToken).toBeDefined();
  });
});

describe('the AWS CLI', () => {
  const aws = (...args: string[]) => run('aws', args, { env: awsCliEnvironment(settings) });

  it('assumes a role with tags', async () => {
    const { arn, roleName } = newRole();
    const { stdout } = await aws(
      ...['sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'Yellow'],
      ...['--tags', 'Key=TenantID,Value=Yellow', '--query', 'AssumedRoleUser.Arn', '--output', 'text'],
    );
    expect(stdout.trim()).toBe(`arn:aws:sts::${accountId}:assumed-role/${roleName}/Yellow`);
  });

  it('prints a denial as it does for AWS', async () => {
    const error = await aws(
      ...['sts', 'assume-role', '--role-arn', roleArn('Missing'), '--role-session-name', 'Yellow'],
    ).catch((reason: { stderr: string }) => reason);
    expect(error.stderr.trim()).toBe(
      `An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::${accountId}:user/Administrator is not authorized to perform: sts:AssumeRole on resource: ${roleArn('Missing')}`,
    );
  });
});

it('refuses by name an operation that the sandbox does not have', async () => {
  await expect(client.send(new GetSessionTokenCommand())).rejects.toMatchObject({
    name: 'NotImplemented',
    message: 'The sandbox does not have sts GetSessionToken.',
    $metadata: expect.objectContaining({ httpStatusCode: 501 }),
  });
});
