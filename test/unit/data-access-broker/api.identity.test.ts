// The API with data access, by the user's identity: what a user has, whom a session is for, and what is refused to whom.
import { beforeEach, describe, expect, it } from 'vitest';
import { callerNamed } from '../../support/callers.ts';
import {
  identityBody,
  OTHER_APPLICATION_ARN,
  refusalOf,
  target,
  useDataAccessBroker,
} from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';
import { APPLICATION_ARN, granted, idTokenOf, refused } from '../../support/identity-center.ts';

const broker = useDataAccessBroker();

describe('by the user’s identity', () => {
  const wished = target('s3://bucket/users/*');
  beforeEach(async () => {
    await broker.register(identityBody);
    broker.accessGrants.grants = [
      { scope: 's3://bucket/*', granteeType: 'DIRECTORY_USER', grantee: 'user-id-1' },
    ];
  });

  it('S3 is asked as the user whose token was exchanged', async () => {
    const token = await broker.userToken('1');
    const answer = await broker.askFor(token, wished);
    expect(answer.body).toMatchObject({
      AccessKeyId: 'ASIADATA1',
      MatchedGrantTarget: 's3://bucket/users/*',
      Permission: 'READ',
      Grantee: { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: 'user-id-1' },
    });
    expect(answer.body).not.toHaveProperty('Warnings');
    const { credentials } = broker.accessGrants.calls[0] ?? expect.fail('nobody was asked');
    expect(broker.sts.inputOf(credentials.accessKeyId)).toMatchObject({
      RoleArn: 'arn:aws:iam::111122223333:role/AppAccess',
      ExternalId: 'App',
      Tags: [{ Key: 'TenantID', Value: 'Yellow' }],
      ProvidedContexts: [
        {
          ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
          ContextAssertion: `context-of-${token}`,
        },
      ],
    });
  });

  it('the exchange is signed by the service role, for the application that asks', async () => {
    await broker.sts.forget();
    const other = callerNamed('Other');
    await broker.ask(
      eventOf('POST /applications', {
        caller: other,
        body: { ...identityBody, AccessRoleName: 'OtherAccess' },
      }),
    );
    const token = await broker.userToken('1');
    await broker.ask(eventOf('POST /credentials', { caller: other, body: { JWT: token } }));
    await broker.askFor(await broker.userToken('1'));
    const [first, second] = broker.identityCenter.calls;
    expect(JSON.parse(first?.body ?? '').clientId).toBe(OTHER_APPLICATION_ARN);
    expect(JSON.parse(second?.body ?? '').clientId).toBe(APPLICATION_ARN);
    expect(broker.sts.inputOf(first?.credentials.accessKeyId)?.RoleArn).toBe(
      'arn:aws:iam::111122223333:role/IAMSessionBroker',
    );
  });

  it('without a target has the session, with the warning how little it reaches', async () => {
    const { body } = await broker.askFor(await broker.userToken('1'));
    expect(body['AccessKeyId']).toMatch(/^ASIASESSION/);
    expect(body['Warnings']).toEqual([
      {
        Code: 'IdentityContextReachesLittle',
        Message:
          'Credentials that act for a user reach neither S3 nor DynamoDB, and assume no role: ask for data with a target, ' +
          'or use services that take the user’s identity, as Athena, Glue, Lake Formation, EMR and OpenSearch do.',
      },
    ]);
  });

  it('the audit says who the user is in the directory, and by which grant it was given', async () => {
    broker.identityCenter.answer = () => granted({ idToken: idTokenOf({ sub: 'directory-user-1' }) });
    broker.accessGrants.grants = [
      { scope: 's3://bucket/*', granteeType: 'DIRECTORY_GROUP', grantee: 'group-id-1' },
    ];
    const expected = {
      operation: 'GetCredentials',
      outcome: 'allowed',
      application: 'App',
      directoryUser: 'directory-user-1',
      accessKeyId: 'ASIADATA1',
      data: {
        target: 's3://bucket/users/*',
        permission: 'READ',
        privilege: 'Minimal',
        durationSeconds: 3_600,
        matchedGrantTarget: 's3://bucket/users/*',
        granteeType: 'DIRECTORY_GROUP',
        grantee: 'group-id-1',
      },
    };
    const token = await broker.userToken('1');
    await broker.askFor(token, wished);
    expect(broker.decision()).toMatchObject({ ...expected, cacheHit: false });
    await broker.askFor(token, wished);
    expect(broker.decision()).toMatchObject({ ...expected, cacheHit: true });
    await broker.askFor(token);
    expect(broker.decision()).toMatchObject({ directoryUser: 'directory-user-1', cacheHit: true });
    expect(broker.decision()).not.toHaveProperty('data');
  });

  it('two users of a tenant share nothing, nor does one who has another address since', async () => {
    const answers = [
      await broker.askFor(await broker.userToken('1'), wished),
      await broker.askFor(await broker.userToken('2'), wished),
      await broker.askFor(await broker.userToken('1', { email: '2' }), wished),
      await broker.askFor(
        await broker.userToken('1', { iss: 'https://idp.example.com', email: 'x' }),
        wished,
      ),
    ];
    expect(answers.map(({ body }) => body['AccessKeyId'])).toEqual([1, 2, 3, 4].map((n) => `ASIADATA${n}`));
    expect(broker.identityCenter.calls).toHaveLength(4);
  });

  it('another token of the user is not exchanged while there is a session', async () => {
    await broker.askFor(await broker.userToken('1'), wished);
    const answer = await broker.askFor(await broker.userToken('1'), wished);
    expect(answer.body['AccessKeyId']).toBe('ASIADATA1');
    expect(broker.identityCenter.calls).toHaveLength(1);
  });

  it('one token is exchanged once by all environments', async () => {
    const token = await broker.userToken('1');
    const environments = Array.from({ length: 8 }, () => broker.environment());
    const answers = await Promise.all(environments.map((ask) => broker.askFor(token, wished, ask)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    expect(broker.identityCenter.asked()).toEqual([token]);
  });

  it.each(['iss', 'sub', 'jti'])('a token without %s is refused, and is not exchanged', async (claim) => {
    const answer = await broker.askFor(await broker.userToken('1', { [claim]: undefined }), wished);
    expect(answer.statusCode).toBe(403);
    expect(answer.body['code']).toBe(claim === 'iss' ? 'TokenIssuerMismatch' : 'ClaimMissing');
    expect(broker.identityCenter.calls).toEqual([]);
  });

  it.each([
    ['sub', ''],
    ['sub', 'x'.repeat(257)],
    ['email', ['a@example.com']],
    ['email', null],
    ['email', ''],
  ])('a token whose %s is %j is refused, and is not exchanged', async (claim, value) => {
    const answer = await broker.askFor(await broker.userToken('1', { [claim]: value }), wished);
    expect(refusalOf(answer)).toEqual({
      statusCode: 403,
      code: 'ClaimNotAllowed',
      message: `the claim ${claim} must be 1–256 characters`,
    });
    expect(broker.identityCenter.calls).toEqual([]);
  });

  it('a token that is used up is refused alone: another of the user is not, with or without a target', async () => {
    for (const [sub, parameters] of [
      ['1', wished],
      ['2', {}],
    ] as const) {
      broker.identityCenter.answer = () => refused('invalid_grant', 'used before');
      expect((await broker.askFor(await broker.userToken(sub), parameters)).body['code']).toBe(
        'TokenAlreadyExchanged',
      );
      broker.identityCenter.answer = broker.identityCenter.exchange;
      expect((await broker.askFor(await broker.userToken(sub), parameters)).statusCode).toBe(200);
    }
  });

  it.each([
    ['UserNotInDirectory', refused('invalid_grant', 'no such user')],
    ['IdentityContextRefused', refused('access_denied')],
  ])('%s is told, and S3 is not asked', async (code, answer) => {
    broker.identityCenter.answer = () => answer;
    expect((await broker.askFor(await broker.userToken('1'), wished)).body['code']).toBe(code);
    expect(broker.decision()).toMatchObject({
      outcome: 'denied',
      code,
      data: { target: 's3://bucket/users/*' },
    });
    expect(broker.accessGrants.calls).toEqual([]);
  });

  it('a grant of the role is none of the user’s', async () => {
    broker.accessGrants.grants = [{ scope: 's3://bucket/*', granteeType: 'IAM' }];
    const answer = await broker.askFor(await broker.userToken('1'), wished);
    expect(refusalOf(answer)).toMatchObject({ statusCode: 403, code: 'GrantNotOfUser' });
    expect(answer.text).not.toContain('ASIADATA');
  });

  it('no session of the role is without the user, whenever one that is cached turns out to be over', async () => {
    const { now } = broker.clock;
    let looks = 0;
    let step = 0;
    // A clock that moves on between any two looks at it.
    Object.assign(broker.clock, { now: () => now() + step * looks++ });
    const ask = broker.environment();
    const exp = broker.clock.seconds() + 7_200;
    const users = Array.from({ length: 45 }, (_, index) => String(index));
    for (const sub of users) await broker.askFor(await broker.userToken(sub, { exp }), {}, ask);
    // A session of an hour is asked for anew a quarter of an hour before its end.
    broker.clock.advance(45 * 60_000);
    // It ends at every one of the looks, three times: some of them are taken seldom.
    for (const [index, sub] of users.entries()) {
      const token = await broker.userToken(sub, { exp });
      [looks, step] = [-(index % 15), 1];
      await broker.askFor(token, {}, ask);
      step = 0;
    }
    const sessions = broker.sts.callsForAccessRoles();
    expect(sessions.length).toBeGreaterThan(users.length);
    for (const { input } of sessions) expect(input.ProvidedContexts).toHaveLength(1);
  });

  it('a target template narrows here, too', async () => {
    const AccessGrants = { TargetTemplate: 's3://bucket/{TenantID}/*' };
    await broker.ask(eventOf('PUT /applications', { body: { ...identityBody, AccessGrants } }));
    const ask = broker.environment();
    const token = await broker.userToken('1');
    expect((await broker.askFor(token, wished, ask)).body['code']).toBe('TargetOutsideTenant');
    expect(broker.identityCenter.calls).toEqual([]);
    expect((await broker.askFor(token, target('s3://bucket/Yellow/*'), ask)).statusCode).toBe(200);
  });
});
