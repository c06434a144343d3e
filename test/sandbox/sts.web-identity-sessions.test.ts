// The session that a token was exchanged for: its tags, its source identity, what it may do, and what it hands on.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../support/runs.ts';
import {
  assume,
  clientOf,
  clock,
  conditional,
  may,
  newRole,
  s3ClientOf,
  served,
  trust,
} from './fixtures/sts-account.ts';
import {
  AUDIENCE,
  claims,
  exchange,
  issuer,
  provider,
  SOURCE_IDENTITY,
  TAGS,
  trustingRole,
  trustProvider,
  useWebIdentityAccount,
} from './fixtures/web-identity-account.ts';

useWebIdentityAccount();

const tagged = (more: Record<string, unknown> = {}) =>
  issuer.sign(
    claims({
      [TAGS]: { principal_tags: { User: ['alice'], Groups: ['ops'] }, transitive_tag_keys: ['User'] },
      [SOURCE_IDENTITY]: 'alice',
      ...more,
    }),
  );

/** What the sandbox knows of the holder of these credentials. */
function callerOf(accessKeyId = '') {
  const caller = served.account.identities.findAccessKey(accessKeyId)?.caller;
  if (caller?.kind !== 'session') throw new Error('no session');
  return caller;
}

describe('the session', () => {
  it('has the token’s tags, the role’s where these are silent, and the source identity', async () => {
    const role = newRole({ trustPolicy: trustProvider(), tags: { user: 'nobody', Team: 'blue' } });
    const { Credentials } = await exchange(await tagged(), { RoleArn: role.arn });
    const caller = callerOf(Credentials?.AccessKeyId);
    expect(Object.fromEntries(caller.principalTags)).toEqual({ User: 'alice', Groups: 'ops', Team: 'blue' });
    expect(caller.sourceIdentity).toBe('alice');
  });

  it('has the same tags from flat claims', async () => {
    const token = await issuer.sign(
      claims({
        [`${TAGS}/principal_tags/User`]: 'alice',
        [`${TAGS}/principal_tags/Cost/Center`]: '7',
        [`${TAGS}/transitive_tag_keys`]: ['User'],
      }),
    );
    const { Credentials } = await exchange(token);
    const caller = callerOf(Credentials?.AccessKeyId);
    expect(Object.fromEntries(caller.principalTags)).toEqual({ User: 'alice', 'Cost/Center': '7' });
    expect(caller.transitiveTagKeys).toEqual(['User']);
  });

  it('has exactly the tags that the token has, whatever they are, nested or flat', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'aB1_.:/=+-@ ż'), maxLength: 20 });
    const key = text.filter((value) => value.length > 0 && !value.toLowerCase().startsWith('aws:'));
    const entries = fc.uniqueArray(fc.tuple(key, text), {
      maxLength: 5,
      selector: ([name]) => name.toLowerCase(),
    });
    const role = trustingRole();
    await fc.assert(
      fc.asyncProperty(entries, fc.boolean(), async (tags, isFlat) => {
        const own = isFlat
          ? Object.fromEntries(tags.map(([name, value]) => [`${TAGS}/principal_tags/${name}`, value]))
          : { [TAGS]: { principal_tags: Object.fromEntries(tags.map(([name, value]) => [name, [value]])) } };
        const { Credentials } = await exchange(await issuer.sign(claims(own)), { RoleArn: role.arn });
        const caller = callerOf(Credentials?.AccessKeyId);
        expect(Object.fromEntries(caller.principalTags)).toEqual(Object.fromEntries(tags));
      }),
      runs(20),
    );
  });

  it('may do what its role may under conditions on the token, and no more', async () => {
    const rows: [object, boolean][] = [
      [{ StringEquals: { 'aws:PrincipalTag/User': 'alice' } }, true],
      [{ StringEquals: { 'aws:PrincipalTag/User': 'bob' } }, false],
      [{ StringEquals: { 'aws:SourceIdentity': 'alice' } }, true],
      [{ StringEquals: { 'aws:FederatedProvider': provider.arn } }, true],
      [{ StringEquals: { [`${issuer.keyPrefix}:sub`]: 'console:alice' } }, true],
      [{ StringEquals: { [`${issuer.keyPrefix}:sub`]: 'console:bob' } }, false],
      [{ StringEquals: { [`${issuer.keyPrefix}:aud`]: AUDIENCE } }, true],
      [{ 'ForAnyValue:StringEquals': { [`${issuer.keyPrefix}:amr`]: 'mfa' } }, true],
      [{ StringLike: { 'aws:userid': '*:alice' } }, true],
      [{ Bool: { 'aws:PrincipalIsAWSService': 'true' } }, false],
      [{ StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, true],
    ];
    for (const [at, [condition, allowed]] of rows.entries()) {
      const [statement] = may('s3:CreateBucket').May.Statement;
      const document = { Version: '2012-10-17', Statement: [{ ...statement, Condition: condition }] };
      const role = newRole({ trustPolicy: trustProvider(), inlinePolicies: { May: document } });
      const { Credentials } = await exchange(await tagged({ amr: ['pwd', 'mfa'] }), { RoleArn: role.arn });
      const created = s3ClientOf(Credentials).send(
        new CreateBucketCommand({
          Bucket: `condition-${at}`,
          CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
        }),
      );
      if (allowed) await created;
      else await expect(created, JSON.stringify(condition)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it('is limited by its session policy', async () => {
    const role = newRole({ trustPolicy: trustProvider(), inlinePolicies: may('s3:*') });
    const Policy = JSON.stringify(may('s3:PutObject').May);
    const { Credentials } = await exchange(await issuer.sign(claims()), { RoleArn: role.arn, Policy });
    const s3 = s3ClientOf(Credentials);
    const Bucket = 'limited';
    served.account.buckets.set(Bucket, { name: Bucket, createdAt: clock, objects: new Map() });
    await s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'a' }));
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'other' }))).rejects.toMatchObject({
      message: expect.stringContaining('because no session policy allows'),
    });
  });

  it('hands its source identity and transitive tags on, and the token no further', async () => {
    const all = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
    const first = newRole({ trustPolicy: trustProvider(), inlinePolicies: may(...all) });
    const { Credentials } = await exchange(await tagged(), { RoleArn: first.arn });
    const open = trust(first.arn, ...all);
    const next = newRole({ trustPolicy: open });
    const chained = await assume({ RoleArn: next.arn }, clientOf(Credentials));
    const caller = callerOf(chained.Credentials?.AccessKeyId);
    expect(Object.fromEntries(caller.principalTags)).toEqual({ User: 'alice' });
    expect(caller).toMatchObject({ sourceIdentity: 'alice', webIdentity: undefined });
    const ofSubject = conditional(open, { StringEquals: { [`${issuer.keyPrefix}:sub`]: 'console:alice' } });
    await assume({ RoleArn: newRole({ trustPolicy: ofSubject }).arn }, clientOf(Credentials));
    const again = { RoleArn: newRole({ trustPolicy: ofSubject }).arn };
    await expect(assume(again, clientOf(chained.Credentials))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it('may not change its source identity', async () => {
    const first = newRole({ trustPolicy: trustProvider(), inlinePolicies: may('sts:*') });
    const { Credentials } = await exchange(await tagged(), { RoleArn: first.arn });
    await expect(assume({ SourceIdentity: 'bob' }, clientOf(Credentials))).rejects.toMatchObject({
      message: 'The source identity is already set for this assume role session',
    });
  });

  it('is refused with more than 50 tags, or too much in them', async () => {
    const many = (count: number, value: string) =>
      claims({
        [TAGS]: {
          principal_tags: Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, [value]])),
        },
      });
    await exchange(await issuer.sign(many(50, 'v')));
    await expect(exchange(await issuer.sign(many(51, 'v')))).rejects.toMatchObject({
      name: 'ValidationError',
    });
    await expect(exchange(await issuer.sign(many(50, 'v'.repeat(200))))).rejects.toMatchObject({
      name: 'PackedPolicyTooLargeException',
    });
  });
});
