// S3 Access Grants: who is granted what, and what the credentials reach that are vended for it.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../sandbox/identities/identities.ts';
import {
  accountId,
  callerRole,
  dataAccess,
  grant,
  instanceArn,
  locationRole,
  locationTrust,
  mayAsk,
  putObject,
  revoke,
  served,
  sessionOf,
  toRole,
  useAccessGrantsAccount,
  vendedSettings,
} from './fixtures/access-grants-account.ts';
import type { ClientSettings } from './fixtures/served-account.ts';

useAccessGrantsAccount();

const bucket = 'shop';
const s3 = (settings: ClientSettings) => new S3Client({ ...settings, forcePathStyle: true });
const read = async (settings: ClientSettings, Key: string) =>
  (await s3(settings).send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString();
const write = (settings: ClientSettings, Key: string) =>
  s3(settings).send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'written' }));
const list = async (settings: ClientSettings, Prefix?: string) =>
  (await s3(settings).send(new ListObjectsV2Command({ Bucket: bucket, Prefix }))).Contents?.map(
    ({ Key }) => Key,
  );

async function reader(scope = `s3://${bucket}/users/*`): Promise<Role> {
  const role = callerRole('Reader');
  await grant(scope, 'READ', toRole(role));
  for (const key of ['users/list', 'users-private/list', 'feedback/list']) putObject(bucket, key, key);
  return role;
}

describe('vended credentials', () => {
  it('are a session of the location’s role, named as AWS names it, that ends when it was asked to', async () => {
    const by = sessionOf(await reader());
    const answer = await dataAccess(by, `s3://${bucket}/users/*`, 'READ', { DurationSeconds: 900 });
    const { Arn, UserId } = await new STSClient(vendedSettings(answer)).send(new GetCallerIdentityCommand());
    expect(Arn).toMatch(
      /^arn:aws:sts::123456789012:assumed-role\/Location\/access-grants-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    expect(UserId).toBe(`${locationRole.roleId}:${Arn?.split('/').at(-1)}`);
    expect(Number(answer.Credentials?.Expiration) - served.account.now()).toBeLessThanOrEqual(900_000);
    expect(Number(answer.Credentials?.Expiration) - served.account.now()).toBeGreaterThan(0);
  });

  it('read what is granted, its listing included, and nothing beside it', async () => {
    const vended = vendedSettings(
      await dataAccess(sessionOf(await reader()), `s3://${bucket}/users/*`, 'READ'),
    );
    expect(await read(vended, 'users/list')).toBe('users/list');
    expect(await list(vended, 'users/')).toEqual(['users/list']);
    const noPolicy = /because no session policy allows the s3:/;
    await expect(read(vended, 'users-private/list')).rejects.toThrow(noPolicy);
    await expect(list(vended, 'users')).rejects.toThrow(noPolicy);
    await expect(list(vended)).rejects.toThrow(noPolicy);
    await expect(write(vended, 'users/list')).rejects.toThrow(noPolicy);
  });

  it('write where that is granted, and read nothing', async () => {
    const role = callerRole('Writer');
    await grant(`s3://${bucket}/inbox/*`, 'WRITE', toRole(role));
    putObject(bucket, 'inbox/first', 'first');
    const vended = vendedSettings(await dataAccess(sessionOf(role), `s3://${bucket}/inbox/*`, 'WRITE'));
    await write(vended, 'inbox/second');
    await expect(read(vended, 'inbox/first')).rejects.toThrow(/no session policy allows the s3:GetObject/);
    await expect(list(vended, 'inbox/')).rejects.toThrow(/no session policy allows the s3:ListBucket/);
  });

  it('reach no more than the location’s role does', async () => {
    const role = await reader();
    served.account.identities.putRolePolicy('Location', 'Reach', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/feedback/*` }],
    });
    const vended = vendedSettings(await dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ'));
    await expect(read(vended, 'users/list')).rejects.toThrow(/no identity-based policy allows/);
  });

  it('meet a condition on the instance that no other session of the role meets', async () => {
    const role = await reader();
    const vended = vendedSettings(await dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ'));
    expect(await read(vended, 'users/list')).toBe('users/list');
    await expect(read(sessionOf(locationRole), 'users/list')).rejects.toThrow(/no identity-based policy/);
  });

  it('are good until they end, also when the grant is deleted, and are not vended again', async () => {
    const role = callerRole('Reader');
    const id = await grant(`s3://${bucket}/users/*`, 'READ', toRole(role));
    putObject(bucket, 'users/list', 'text');
    const ask = () => dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ');
    const vended = vendedSettings(await ask());
    await revoke(id);
    expect(await read(vended, 'users/list')).toBe('text');
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('have no say of their own in what is granted: they may not ask', async () => {
    const vended = vendedSettings(
      await dataAccess(sessionOf(await reader()), `s3://${bucket}/users/*`, 'READ'),
    );
    await expect(dataAccess(vended, `s3://${bucket}/users/*`, 'READ')).rejects.toThrow(
      /s3:GetDataAccess on resource: "arn:aws:s3:eu-west-1:123456789012:access-grants\/default" because no identity-based/,
    );
  });
});

describe('a request for data', () => {
  it('is denied in S3’s words where no grant covers it', async () => {
    const by = sessionOf(await reader());
    for (const [target, permission] of [
      [`s3://${bucket}/users/*`, 'READWRITE'],
      [`s3://${bucket}/users/*`, 'WRITE'],
      [`s3://${bucket}/users*`, 'READ'],
      [`s3://${bucket}/*`, 'READ'],
      ['s3://shop2/users/*', 'READ'],
    ] as const) {
      await expect(dataAccess(by, target, permission)).rejects.toMatchObject({
        name: 'AccessDenied',
        $metadata: { httpStatusCode: 403 },
        message: `You do not have ${permission} permissions to the requested S3 Prefix: ${target}`,
      });
    }
  });

  it('needs s3:GetDataAccess on the instance, whatever is granted', async () => {
    const role = await reader();
    served.account.identities.putRolePolicy('Reader', 'MayAsk', {
      Version: '2012-10-17',
      Statement: [{ ...mayAsk, Resource: `${instanceArn}x` }],
    });
    await expect(dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ')).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:sts::${accountId}:assumed-role/Reader/test is not authorized to perform: s3:GetDataAccess on resource: "${instanceArn}" because no identity-based policy allows the s3:GetDataAccess action`,
    });
  });

  it('is of text, and knows no folders: users* has users-private/ too', async () => {
    const by = sessionOf(await reader(`s3://${bucket}/users*`));
    const answer = await dataAccess(by, `s3://${bucket}/users-private/*`, 'READ');
    expect(answer.MatchedGrantTarget).toBe(`s3://${bucket}/users*`);
    expect(await read(vendedSettings(answer), 'users-private/list')).toBe('users-private/list');
  });

  it('is held to the durations of AWS, and to the role’s own', async () => {
    const by = sessionOf(await reader());
    const ask = (DurationSeconds: number) =>
      dataAccess(by, `s3://${bucket}/users/*`, 'READ', { DurationSeconds });
    await expect(ask(899)).rejects.toThrow(/'durationSeconds' failed to satisfy constraint/);
    await expect(ask(43_201)).rejects.toThrow(/'durationSeconds' failed to satisfy constraint/);
    await expect(ask(3_601)).rejects.toMatchObject({ name: 'StsValidationError' });
    locationRole.maxSessionDurationSeconds = 43_200;
    await ask(43_200);
  });

  it('says that its target is an object, where it asks for that alone, and nowhere else', async () => {
    const by = sessionOf(await reader());
    const target = `s3://${bucket}/users/list`;
    await expect(dataAccess(by, target, 'READ', { Privilege: 'Minimal' })).rejects.toMatchObject({
      name: 'InvalidRequest',
      message: expect.stringContaining('needs targetType=Object'),
    });
    await expect(
      dataAccess(by, `s3://${bucket}/users/*`, 'READ', { TargetType: 'Object' }),
    ).rejects.toMatchObject({ name: 'InvalidRequest' });
    const answer = await dataAccess(by, target, 'READ', { Privilege: 'Minimal', TargetType: 'Object' });
    expect(answer.MatchedGrantTarget).toBe(target);
  });

  it.each([`s3://${bucket}/a*b`, `s3://${bucket}/a?`, `s3://${bucket}/\${aws:username}/*`, bucket, 's3://*'])(
    'is refused by name where the sandbox cannot tell what the target is: %s',
    async (target) => {
      await expect(dataAccess(sessionOf(await reader()), target, 'READ')).rejects.toMatchObject({
        name: 'NotImplemented',
      });
    },
  );

  it('is in the trail with what was matched, and with what STS was asked', async () => {
    const by = sessionOf(await reader());
    await dataAccess(by, `s3://${bucket}/users/list`, 'READ');
    const callerId = served.account.identities.role('Reader').roleId;
    const [assumed, asked] = served.account.trail.events.slice(-2);
    expect(assumed).toMatchObject({
      service: 'sts',
      operation: 'AssumeRole',
      callerArn: 'access-grants.s3.amazonaws.com',
      statusCode: 200,
      parameters: { RoleArn: locationRole.arn, SourceIdentity: callerId },
    });
    expect(asked).toMatchObject({
      service: 's3',
      operation: 'GetDataAccess',
      callerArn: `arn:aws:sts::${accountId}:assumed-role/Reader/test`,
      parameters: {
        Target: `s3://${bucket}/users/list`,
        Permission: 'READ',
        MatchedGrantTarget: `s3://${bucket}/users/*`,
        Grantee: `IAM arn:aws:iam::${accountId}:role/Reader`,
      },
    });
    expect(asked).not.toHaveProperty('onBehalfOf');
  });
});

describe('the location’s role', () => {
  const withTrust = async (trust: ReturnType<typeof locationTrust>) => {
    const role = await reader();
    served.account.identities.updateTrustPolicy('Location', trust);
    return dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ');
  };
  const refusal = (action: string) => ({
    name: 'StsNotAuthorizedError',
    $metadata: { httpStatusCode: 403 },
    message: `User: access-grants.s3.amazonaws.com is not authorized to perform: sts:${action} on resource: arn:aws:iam::${accountId}:role/Location`,
  });

  it.each(['AssumeRole', 'SetSourceIdentity'])('must let S3 Access Grants have sts:%s', async (action) => {
    const trust = locationTrust((name, statement) => (name === action ? undefined : statement));
    await expect(withTrust(trust)).rejects.toMatchObject(refusal(action));
  });

  it.each([
    ['aws:SourceAccount', { StringEquals: { 'aws:SourceAccount': '210987654321' } }],
    ['aws:SourceArn', { ArnEquals: { 'aws:SourceArn': `${instanceArn}2` } }],
  ])('is assumed for the account and the instance that its trust policy names: %s', async (_, Condition) => {
    const trust = locationTrust((_name, statement) => ({ ...statement, Condition }));
    await expect(withTrust(trust)).rejects.toMatchObject(refusal('AssumeRole'));
  });

  it('needs no sts:SetContext where nobody is acted for', async () => {
    const trust = locationTrust((name, statement) => (name === 'SetContext' ? undefined : statement));
    await expect(withTrust(trust)).resolves.toHaveProperty('Credentials');
  });

  it('that is gone is told as STS tells it', async () => {
    const role = await reader();
    served.account.identities.deleteRolePolicy('Location', 'Reach');
    served.account.identities.deleteRole('Location');
    await expect(dataAccess(sessionOf(role), `s3://${bucket}/users/*`, 'READ')).rejects.toMatchObject(
      refusal('AssumeRole'),
    );
  });
});

describe('a change of grants', () => {
  const target = `s3://${bucket}/users/*`;
  const inject = (operation: string) =>
    served.account.faults.inject({ service: 's3', operation, effectAfter: 2, times: 1 });

  it('is seen late where a test wants it: a deleted grant still vends', async () => {
    const role = callerRole('Reader');
    const id = await grant(target, 'READ', toRole(role));
    inject('DeleteAccessGrant');
    await revoke(id);
    const ask = () => dataAccess(sessionOf(role), target, 'READ');
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is seen late where a test wants it: a new grant does not vend yet', async () => {
    const role = callerRole('Reader');
    inject('CreateAccessGrant');
    await grant(target, 'READ', toRole(role));
    const ask = () => dataAccess(sessionOf(role), target, 'READ');
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(ask()).rejects.toMatchObject({ name: 'AccessDenied' });
    await ask();
  });
});
