// AssumeRoleWithWebIdentity: the session that a token is exchanged for, and what it may do from then on.
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../support/runs.ts';
import {
  accountId,
  advance,
  assume,
  client,
  clientOf,
  clock,
  conditional,
  may,
  newRole,
  s3ClientOf,
  served,
  settings,
  trust,
} from './fixtures/sts-account.ts';
import {
  ACTIONS,
  AUDIENCE,
  claims,
  exchange,
  issuer,
  lastEvent,
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

describe('AssumeRoleWithWebIdentity', () => {
  it('needs no signature, and answers with the session and what the token says', async () => {
    const role = trustingRole();
    const body = new URLSearchParams({
      Action: 'AssumeRoleWithWebIdentity',
      Version: '2011-06-15',
      RoleArn: role.arn,
      RoleSessionName: 'alice',
      WebIdentityToken: await issuer.sign(claims()),
    });
    const response = await fetch(settings.endpoint, { method: 'POST', body });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(
      /<AssumeRoleWithWebIdentityResponse xmlns="https:\/\/sts.amazonaws.com\/doc\/2011-06-15\/"><AssumeRoleWithWebIdentityResult>/,
    );
    expect(await exchange(await tagged(), { RoleArn: role.arn })).toMatchObject({
      AssumedRoleUser: {
        Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/alice`,
        AssumedRoleId: `${role.roleId}:alice`,
      },
      SubjectFromWebIdentityToken: 'console:alice',
      Audience: AUDIENCE,
      Provider: issuer.url,
      SourceIdentity: 'alice',
      PackedPolicySize: expect.any(Number),
    });
  });

  it('leaves out of the answer what the token has not', async () => {
    const answer = await exchange(await issuer.sign(claims()));
    expect(answer.SourceIdentity).toBeUndefined();
    expect(answer.PackedPolicySize).toBeUndefined();
  });

  it('gives credentials that AWS services take, whose holder is the session', async () => {
    const role = trustingRole();
    const { Credentials } = await exchange(await issuer.sign(claims()), { RoleArn: role.arn });
    expect(await clientOf(Credentials).send(new GetCallerIdentityCommand())).toMatchObject({
      Arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/alice`,
      UserId: `${role.roleId}:alice`,
      Account: accountId,
    });
  });

  it('shows in the trail who it is: name, source identity, tags, and what the token says', async () => {
    const role = trustingRole();
    await exchange(await tagged(), { RoleArn: role.arn, DurationSeconds: 900 });
    expect(lastEvent()).toMatchObject({
      service: 'sts',
      operation: 'AssumeRoleWithWebIdentity',
      callerArn: undefined,
      statusCode: 200,
      parameters: {
        RoleArn: role.arn,
        RoleSessionName: 'alice',
        DurationSeconds: '900',
        Provider: issuer.url,
        Subject: 'console:alice',
        Audience: AUDIENCE,
        SourceIdentity: 'alice',
        PrincipalTags: '{"User":"alice","Groups":"ops"}',
        TransitiveTagKeys: 'User',
      },
    });
  });
});

describe('how long the session lasts', () => {
  it.each([900, 3_600, 43_200])(
    'is the %i seconds asked for, though the token ends after one minute',
    async (seconds) => {
      const { Credentials } = await exchange(await issuer.sign(claims()), { DurationSeconds: seconds });
      expect(Credentials?.Expiration?.getTime()).toBe(Math.floor((clock + seconds * 1_000) / 1_000) * 1_000);
      advance(seconds * 1_000 - 1_000);
      await clientOf(Credentials).send(new GetCallerIdentityCommand());
      advance(1_000);
      await expect(clientOf(Credentials).send(new GetCallerIdentityCommand())).rejects.toMatchObject({
        name: 'ExpiredToken',
      });
    },
  );

  it('is one hour where nothing is asked for', async () => {
    const { Credentials } = await exchange(await issuer.sign(claims()));
    expect(callerOf(Credentials?.AccessKeyId).expiresAt).toBe(clock + 3_600_000);
  });

  it.each<[number, RegExp]>([
    [899, /'durationSeconds'.* greater than or equal to 900/],
    [43_201, /'durationSeconds'.* less than or equal to 43200/],
    [7_201, /^The requested DurationSeconds exceeds the MaxSessionDuration set for this role\.$/],
  ])('is refused with %i seconds for a role of two hours', async (DurationSeconds, message) => {
    const role = newRole({ trustPolicy: trustProvider(), maxSessionDurationSeconds: 7_200 });
    await expect(
      exchange(await issuer.sign(claims()), { RoleArn: role.arn, DurationSeconds }),
    ).rejects.toMatchObject({ name: 'ValidationError', message: expect.stringMatching(message) });
  });

  it('is an hour at most for what is assumed with it: that is a chain', async () => {
    const first = newRole({
      trustPolicy: trustProvider(),
      inlinePolicies: may('sts:AssumeRole'),
      maxSessionDurationSeconds: 43_200,
    });
    const { Credentials } = await exchange(await issuer.sign(claims()), {
      RoleArn: first.arn,
      DurationSeconds: 43_200,
    });
    const next = newRole({ maxSessionDurationSeconds: 43_200 });
    const chained = clientOf(Credentials);
    await assume({ RoleArn: next.arn, DurationSeconds: 3_600 }, chained);
    await expect(assume({ RoleArn: next.arn, DurationSeconds: 3_601 }, chained)).rejects.toMatchObject({
      message:
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    });
  });
});

describe('what is refused before the token is looked at', () => {
  it.each<[string, object, RegExp]>([
    [
      'a session name of one character',
      { RoleSessionName: 'a' },
      /'roleSessionName'.* length greater than or equal to 2/,
    ],
    [
      'a session name of 65',
      { RoleSessionName: 'a'.repeat(65) },
      /'roleSessionName'.* less than or equal to 64/,
    ],
    ['a session name with a space', { RoleSessionName: 'a b' }, /'roleSessionName'.* pattern/],
    ['a role that is none', { RoleArn: 'arn:aws:iam::123456789012:user/alice' }, /is invalid$/],
    [
      'a token of three characters',
      { WebIdentityToken: 'abc' },
      /'webIdentityToken'.* length greater than or equal to 4/,
    ],
    [
      'a token of 20,001',
      { WebIdentityToken: 'a'.repeat(20_001) },
      /'webIdentityToken'.* length less than or equal to 20000/,
    ],
    [
      'a provider id',
      { ProviderId: 'www.amazon.com' },
      /does not have sts AssumeRoleWithWebIdentity's ProviderId\.$/,
    ],
    [
      'managed session policies',
      { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }] },
      /PolicyArns\.$/,
    ],
    ['a session policy that is none', { Policy: '{}' }, /Syntax errors in policy/],
  ])('%s', async (_, input, message) => {
    await expect(exchange(await issuer.sign(claims()), input)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });
});

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

it('AssumeRole shows tags in the trail too, the inherited ones among them', async () => {
  const role = newRole({
    trustPolicy: trust(`arn:aws:iam::${accountId}:root`, ...ACTIONS, 'sts:AssumeRole'),
  });
  await assume({ RoleArn: role.arn, Tags: [{ Key: 'User', Value: 'alice' }] }, client);
  expect(lastEvent()?.parameters).toMatchObject({ PrincipalTags: '{"User":"alice"}' });
});
