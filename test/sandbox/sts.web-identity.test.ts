// AssumeRoleWithWebIdentity: what is asked and answered, and how long the session lasts.
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  advance,
  assume,
  client,
  clientOf,
  clock,
  may,
  newRole,
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

it('AssumeRole shows tags in the trail too, the inherited ones among them', async () => {
  const role = newRole({
    trustPolicy: trust(`arn:aws:iam::${accountId}:root`, ...ACTIONS, 'sts:AssumeRole'),
  });
  await assume({ RoleArn: role.arn, Tags: [{ Key: 'User', Value: 'alice' }] }, client);
  expect(lastEvent()?.parameters).toMatchObject({ PrincipalTags: '{"User":"alice"}' });
});
