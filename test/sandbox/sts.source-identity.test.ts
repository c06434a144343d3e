// AssumeRole's source identity: who may set it, which requests have it, and that a chain of sessions keeps it.

import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import type { RoleRequest } from '../../sandbox/identities/identities.ts';
import { runAwsCli } from './fixtures/aws-cli.ts';
import {
  accountId,
  assume,
  clientOf,
  conditional,
  everything,
  may,
  newRole,
  s3ClientOf,
  served,
  settings,
  trust,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();

const root = `arn:aws:iam::${accountId}:root`;
const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
const denied = (callerArn: string, target: string, action = 'sts:SetSourceIdentity') => ({
  name: 'AccessDenied',
  message: `User: ${callerArn} is not authorized to perform: ${action} on resource: ${target}`,
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});
const lastReason = () => served.account.trail.events.at(-1)?.reason;

/** A session of a new role, with this source identity if any; `arn` is the session's. */
async function sessionOf(request: Partial<RoleRequest> = {}, SourceIdentity?: string) {
  const role = newRole({ trustPolicy: trust(root, ...all), ...request });
  const { Credentials, AssumedRoleUser } = await assume({ RoleArn: role.arn, SourceIdentity });
  return {
    role,
    arn: AssumedRoleUser?.Arn ?? '',
    credentials: Credentials,
    assume: (input: Partial<AssumeRoleCommandInput>) => assume(input, clientOf(Credentials)),
  };
}

describe('a source identity', () => {
  it.each(['al', 'alice@example.com', `Aa0_+=,.@-${'a'.repeat(54)}`])(
    'may be %s, and the answer and the trail name it',
    async (SourceIdentity) => {
      const { arn } = newRole({ trustPolicy: trust(root, ...all) });
      expect(await assume({ RoleArn: arn, SourceIdentity })).toMatchObject({ SourceIdentity });
      expect(served.account.trail.events.at(-1)?.parameters).toMatchObject({ SourceIdentity });
    },
  );

  it.each<[string, string, RegExp]>([
    ['of one character', 'a', /'sourceIdentity'.* length greater than or equal to 2/],
    ['of 65 characters', 'a'.repeat(65), /'sourceIdentity'.* length less than or equal to 64/],
    ['with a space', 'a b', /'sourceIdentity'.* pattern: \[\\w\+=,\.@-\]\*/],
    ['that begins as AWS’s own do', 'aws:alice', /'sourceIdentity'.* pattern/],
    ['with a letter beyond ASCII', 'zażółć', /'sourceIdentity'.* pattern/],
  ])('is refused %s', async (_, SourceIdentity, message) => {
    const { arn } = newRole({ trustPolicy: trust(root, ...all) });
    await expect(assume({ RoleArn: arn, SourceIdentity })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(message),
    });
  });

  it('is in no answer where none was set', async () => {
    const { arn } = newRole({ trustPolicy: trust(root, ...all) });
    expect((await assume({ RoleArn: arn })).SourceIdentity).toBeUndefined();
  });

  it('is taken by the AWS CLI', async () => {
    const { arn } = newRole({ trustPolicy: trust(root, ...all) });
    const { stdout } = await runAwsCli(settings, [
      ...['sts', 'assume-role', '--role-arn', arn, '--role-session-name', 'Yellow'],
      ...['--source-identity', 'alice', '--query', 'SourceIdentity', '--output', 'text'],
    ]);
    expect(stdout.trim()).toBe('alice');
  });
});

describe('sts:SetSourceIdentity', () => {
  it('must be in the trust policy, whatever the identity policies allow', async () => {
    const { arn } = newRole({ trustPolicy: trust(root, 'sts:AssumeRole', 'sts:TagSession') });
    const administrator = `arn:aws:iam::${accountId}:user/Administrator`;
    await expect(assume({ RoleArn: arn, SourceIdentity: 'alice' })).rejects.toMatchObject(
      denied(administrator, arn),
    );
    expect(lastReason()).toMatch(/because no role trust policy allows the sts:SetSourceIdentity action$/);
    await assume({ RoleArn: arn });
  });

  it('needs no identity policy of a user whom the trust policy names', async () => {
    const { identities } = served.account;
    const user = identities.createUser({ userName: 'named' });
    const named = new STSClient({ ...settings, credentials: identities.createAccessKey('named') });
    const open = newRole({ trustPolicy: trust(user.arn, ...all) });
    expect(await assume({ RoleArn: open.arn, SourceIdentity: 'named' }, named)).toMatchObject({
      SourceIdentity: 'named',
    });
    const byAccount = newRole({ trustPolicy: trust(root, ...all) });
    await expect(assume({ RoleArn: byAccount.arn, SourceIdentity: 'named' }, named)).rejects.toMatchObject(
      denied(user.arn, byAccount.arn, 'sts:AssumeRole'),
    );
  });

  it('needs an identity policy of a role’s session, even where the trust policy names the role', async () => {
    const bare = await sessionOf();
    const target = newRole({ trustPolicy: trust(bare.role.arn, ...all) });
    await bare.assume({ RoleArn: target.arn });
    const alice = { RoleArn: target.arn, SourceIdentity: 'alice' };
    await expect(bare.assume(alice)).rejects.toMatchObject(denied(bare.arn, target.arn));
    expect(lastReason()).toMatch(/because no identity-based policy allows the sts:SetSourceIdentity action$/);
    served.account.identities.putRolePolicy(bare.role.roleName, 'Set', may('sts:SetSourceIdentity').May);
    expect(await bare.assume(alice)).toMatchObject({ SourceIdentity: 'alice' });
  });

  it('is limited by a session policy', async () => {
    const broker = newRole({ trustPolicy: trust(root, ...all), inlinePolicies: everything });
    const target = newRole({ trustPolicy: trust(broker.arn, ...all) });
    const Policy = JSON.stringify(may('sts:AssumeRole').May);
    const { Credentials, AssumedRoleUser } = await assume({ RoleArn: broker.arn, Policy });
    const narrowed = clientOf(Credentials);
    await assume({ RoleArn: target.arn }, narrowed);
    await expect(assume({ RoleArn: target.arn, SourceIdentity: 'alice' }, narrowed)).rejects.toMatchObject(
      denied(AssumedRoleUser?.Arn ?? '', target.arn),
    );
  });

  it('has sts:SourceIdentity to compare, as sts:AssumeRole has, and sts:TagSession has not', async () => {
    const only = { StringEquals: { 'sts:SourceIdentity': ['alice', 'bob'] } };
    const { arn } = newRole({
      trustPolicy: conditional(trust(root, 'sts:AssumeRole', 'sts:SetSourceIdentity'), only),
    });
    await assume({ RoleArn: arn, SourceIdentity: 'alice' });
    await expect(assume({ RoleArn: arn, SourceIdentity: 'mallory' })).rejects.toThrow('sts:AssumeRole');
    // Where it is required, none is not enough.
    await expect(assume({ RoleArn: arn })).rejects.toThrow('sts:AssumeRole');
    const tagging = newRole({ trustPolicy: conditional(trust(root, ...all), only) });
    await expect(
      assume({ RoleArn: tagging.arn, SourceIdentity: 'alice', Tags: [{ Key: 'k', Value: 'v' }] }),
    ).rejects.toThrow('sts:TagSession');
  });

  it('may be allowed for the user’s own name alone', async () => {
    const { identities } = served.account;
    const user = identities.createUser({ userName: 'dev' });
    const dev = new STSClient({ ...settings, credentials: identities.createAccessKey('dev') });
    const { arn } = newRole({
      trustPolicy: conditional(trust(user.arn, ...all), {
        StringEquals: { 'sts:SourceIdentity': `\${aws:username}` },
      }),
    });
    await assume({ RoleArn: arn, SourceIdentity: 'dev' }, dev);
    await expect(assume({ RoleArn: arn, SourceIdentity: 'root' }, dev)).rejects.toThrow('sts:AssumeRole');
  });
});

describe('role chaining', () => {
  it('keeps the source identity, to the last session', async () => {
    const first = await sessionOf({ inlinePolicies: everything }, 'alice');
    const second = newRole({ trustPolicy: trust(first.role.arn, ...all), inlinePolicies: everything });
    const third = newRole({ trustPolicy: trust(second.arn, ...all) });
    const chained = await first.assume({ RoleArn: second.arn });
    expect(chained).toMatchObject({ SourceIdentity: 'alice' });
    const last = await assume({ RoleArn: third.arn }, clientOf(chained.Credentials));
    expect(last).toMatchObject({ SourceIdentity: 'alice' });
  });

  it('takes no other one, and the same again', async () => {
    const first = await sessionOf({ inlinePolicies: everything }, 'alice');
    const { arn } = newRole({ trustPolicy: trust(first.role.arn, ...all) });
    for (const SourceIdentity of ['mallory', 'Alice']) {
      await expect(first.assume({ RoleArn: arn, SourceIdentity })).rejects.toMatchObject({
        name: 'ValidationError',
        message: 'The source identity is already set for this assume role session',
      });
    }
    expect(await first.assume({ RoleArn: arn, SourceIdentity: 'alice' })).toMatchObject({
      SourceIdentity: 'alice',
    });
  });

  it('needs sts:SetSourceIdentity on both sides for one that is inherited', async () => {
    const first = await sessionOf({ inlinePolicies: everything }, 'alice');
    const shut = newRole({ trustPolicy: trust(first.role.arn, 'sts:AssumeRole') });
    await expect(first.assume({ RoleArn: shut.arn })).rejects.toMatchObject(denied(first.arn, shut.arn));
    const bare = await sessionOf({}, 'alice');
    const open = newRole({ trustPolicy: trust([first.role.arn, bare.role.arn], ...all) });
    await first.assume({ RoleArn: open.arn });
    await expect(bare.assume({ RoleArn: open.arn })).rejects.toMatchObject(denied(bare.arn, open.arn));
  });

  it('has both keys in the request: the session’s and the one that the next session gets', async () => {
    const alice = await sessionOf({ inlinePolicies: everything }, 'alice');
    const bob = await sessionOf({ inlinePolicies: everything }, 'bob');
    const { arn } = newRole({
      trustPolicy: conditional(
        trust([alice.role.arn, bob.role.arn], 'sts:AssumeRole', 'sts:SetSourceIdentity'),
        {
          StringEquals: { 'aws:SourceIdentity': 'alice', 'sts:SourceIdentity': 'alice' },
        },
      ),
    });
    await alice.assume({ RoleArn: arn });
    await expect(bob.assume({ RoleArn: arn })).rejects.toThrow('sts:AssumeRole');
    // When it is first set it is not yet the caller's.
    const unset = await sessionOf({ inlinePolicies: everything });
    const first = newRole({
      trustPolicy: conditional(trust(unset.role.arn, 'sts:AssumeRole', 'sts:SetSourceIdentity'), {
        Null: { 'aws:SourceIdentity': 'true', 'sts:SourceIdentity': 'false' },
      }),
    });
    await unset.assume({ RoleArn: first.arn, SourceIdentity: 'alice' });
  });
});

describe('aws:SourceIdentity', () => {
  it('is in every later request of the session', async () => {
    const bucket = { Bucket: 'source-identity' };
    const owner = new S3Client({ ...settings, forcePathStyle: true });
    await owner.send(new CreateBucketCommand(bucket));
    for (const Key of ['alice/file', 'bob/file'])
      await owner.send(new PutObjectCommand({ ...bucket, Key, Body: Key }));
    const { arn } = newRole({
      trustPolicy: trust(root, ...all),
      inlinePolicies: {
        Own: {
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${bucket.Bucket}/\${aws:SourceIdentity}/*`,
          },
        },
      },
    });
    const reader = async (SourceIdentity?: string) => {
      const client = s3ClientOf((await assume({ RoleArn: arn, SourceIdentity })).Credentials);
      return (Key: string) => client.send(new GetObjectCommand({ ...bucket, Key }));
    };
    const alice = await reader('alice');
    await alice('alice/file');
    await expect(alice('bob/file')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect((await reader())('alice/file')).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
