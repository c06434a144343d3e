// The API with data access: credentials for a target in both modes, grants, and what the audit says of them.
import { beforeEach, describe, expect, it } from 'vitest';
import { failed } from '../../support/access-grants.ts';
import type { Answered } from '../../support/broker.ts';
import { callerNamed } from '../../support/callers.ts';
import {
  identityBody,
  OTHER_APPLICATION_ARN,
  tenantBody,
  useDataAccessBroker,
} from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';
import { APPLICATION_ARN, granted, idTokenOf, refused } from '../../support/identity-center.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';

const broker = useDataAccessBroker();

/** By POST, whose body takes any target. */
const askFor = (token: string, wished: Record<string, unknown> = {}, ask = broker.ask): Promise<Answered> =>
  ask(eventOf('POST /credentials', { body: { JWT: token, ...wished } }));
const target = (text: string, permission = 'READ') => ({ Target: text, Permission: permission });
const grantsOf = async (token: string) =>
  (await broker.ask(eventOf('POST /grants', { body: { JWT: token } }))).body;
const refusal = ({ statusCode, body: { code, message } }: Answered) => ({ statusCode, code, message });
const decision = () => broker.output.logs().at(-1);

describe('by session tags', () => {
  beforeEach(async () => {
    await broker.register(tenantBody);
  });

  it('a tenant has credentials for a target of its own', async () => {
    const answer = await askFor(
      await broker.tokenFor('Yellow'),
      target('s3://bucket/Yellow/a*', 'READWRITE'),
    );
    expect(answer).toMatchObject({ statusCode: 200 });
    expect(answer.body).toEqual({
      Version: 1,
      AccessKeyId: 'ASIADATA1',
      SecretAccessKey: 'canary-data-secret',
      SessionToken: 'canary-data-session-token',
      Expiration: '2030-04-01T13:00:00.000Z',
      Tags: { TenantID: 'Yellow' },
      MatchedGrantTarget: 's3://bucket/Yellow/a*',
      Permission: 'READWRITE',
      Grantee: { GranteeType: 'IAM', GranteeIdentifier: 'arn:aws:iam::111122223333:role/AppAccess' },
    });
    expect(broker.accessGrants.asked()).toEqual([
      {
        target: 's3://bucket/Yellow/a*',
        permission: 'READWRITE',
        privilege: 'Minimal',
        durationSeconds: '3600',
      },
    ]);
    const { credentials } = broker.accessGrants.calls[0] ?? expect.fail('nobody was asked');
    expect(broker.sts.inputOf(credentials.accessKeyId)?.Tags).toEqual([{ Key: 'TenantID', Value: 'Yellow' }]);
    expect(broker.identityCenter.calls).toEqual([]);
  });

  it.each([
    ['another tenant’s', 's3://bucket/Blue/a'],
    ['all tenants’', 's3://bucket/*'],
    ['what begins as the tenant’s', 's3://bucket/Yellow*'],
    ['another that begins so', 's3://bucket/Yellow2/*'],
    ['another bucket', 's3://bucket2/Yellow/*'],
    ['an object of the tenant’s name', 's3://bucket/Yellow'],
    ['another spelling', 's3://bucket/yellow/*'],
    ['a way round', 's3://bucket//Yellow/*'],
  ])('and none for %s', async (_, elsewhere) => {
    const answer = await askFor(await broker.tokenFor('Yellow'), target(elsewhere));
    expect(refusal(answer)).toEqual({
      statusCode: 403,
      code: 'TargetOutsideTenant',
      message: 'the target is not within s3://bucket/Yellow/*',
    });
    expect(broker.accessGrants.calls).toEqual([]);
    expect(decision()).toMatchObject({ outcome: 'denied', data: { target: elsewhere, permission: 'READ' } });
  });

  it('what leads out of the tenant by its path is a key in it', async () => {
    const answer = await askFor(await broker.tokenFor('Yellow'), target('s3://bucket/Yellow/../Blue/a'));
    expect(answer.body).toMatchObject({ MatchedGrantTarget: 's3://bucket/Yellow/../Blue/a' });
  });

  it.each([
    '*',
    '?',
    '${aws:username}',
    '../Blue',
    'Blue/..',
    'Blue/',
    '',
    ' ',
    '{TenantID}',
    '$&',
    'a,b',
    'ü',
  ])('a tenant that is called %j is none', async (name) => {
    const answer = await askFor(await broker.tokenFor(name), target('s3://bucket/Blue/*'));
    expect(refusal(answer)).toMatchObject({ statusCode: 403, code: 'ClaimNotAllowed' });
    expect(broker.accessGrants.calls).toEqual([]);
  });

  it('a tenant whose name is longer than a key has room for is refused, and is no fault of the broker', async () => {
    const deep = `s3://bucket/${'x'.repeat(800)}/{TenantID}/*`;
    await broker.register({
      ...tenantBody,
      AccessRoleName: 'AppAccess',
      AccessGrants: { TargetTemplate: deep },
    });
    await broker.ask(
      eventOf('PUT /applications', { body: { ...tenantBody, AccessGrants: { TargetTemplate: deep } } }),
    );
    const ask = broker.environment();
    const token = await broker.tokenFor('Y'.repeat(256));
    const answer = await askFor(token, target('s3://bucket/Blue/*'), ask);
    expect(refusal(answer)).toEqual({
      statusCode: 403,
      code: 'TargetOutsideTenant',
      message:
        'nothing is within the TargetTemplate of this tenant, which must have a key of at most 1024 bytes',
    });
    const listed = await ask(eventOf('POST /grants', { body: { JWT: token } }));
    expect(refusal(listed).code).toBe('TargetOutsideTenant');
  });

  it('without a target has the session, as without data access', async () => {
    const answer = await askFor(await broker.tokenFor('Yellow'));
    expect(answer.body).toEqual({
      Version: 1,
      AccessKeyId: expect.stringMatching(/^ASIASESSION/),
      SecretAccessKey: expect.any(String),
      SessionToken: expect.any(String),
      Expiration: expect.any(String),
      Tags: { TenantID: 'Yellow' },
    });
    expect(broker.accessGrants.calls).toEqual([]);
  });

  it('two users of a tenant share what it has, and two tenants nothing', async () => {
    const wished = target('s3://bucket/Yellow/*');
    const [one, other] = [
      await broker.tokenFor('Yellow', { sub: '1' }),
      await broker.tokenFor('Yellow', { sub: '2' }),
    ];
    const first = await askFor(one, wished);
    expect((await askFor(other, wished)).body).toEqual(first.body);
    expect(decision()).toMatchObject({ outcome: 'allowed', cacheHit: true, CacheHit: 1 });
    await askFor(await broker.tokenFor('Blue'), target('s3://bucket/Blue/*'));
    expect(broker.accessGrants.calls).toHaveLength(2);
  });

  it('the grants are those of the tenant, and narrowed to it', async () => {
    broker.accessGrants.grants = [
      { scope: 's3://bucket/*', permission: 'READ' },
      { scope: 's3://bucket/Yellow/a/*', permission: 'WRITE', applicationArn: APPLICATION_ARN },
      { scope: 's3://bucket/Yellow/list.csv', permission: 'READ' },
      { scope: 's3://bucket/Yellow*', permission: 'READWRITE' },
      { scope: 's3://bucket/Blue/*', permission: 'READ' },
      { scope: 's3://bucket/Yellow', permission: 'READ' },
      { scope: 's3://other/Yellow/*', permission: 'READ' },
    ];
    expect(await grantsOf(await broker.tokenFor('Yellow'))).toEqual({
      Grants: [
        { GrantScope: 's3://bucket/Yellow/*', Permission: 'READ' },
        { GrantScope: 's3://bucket/Yellow/a/*', Permission: 'WRITE', ApplicationArn: APPLICATION_ARN },
        { GrantScope: 's3://bucket/Yellow/list.csv', Permission: 'READ' },
        { GrantScope: 's3://bucket/Yellow/*', Permission: 'READWRITE' },
      ],
    });
    expect(decision()).toMatchObject({ operation: 'ListGrants', outcome: 'allowed', application: 'App' });
  });

  it('who is over the usage plan is refused alone, and a moment later no more', async () => {
    const rate = { rateLimit: 1, burstLimit: 5 };
    const usagePlans = { default: rate, registration: rate, applications: {} };
    const shared = { usagePlans, cellRates: new MemoryCellRates() };
    const token = await broker.tokenFor('Yellow');
    const wished = target('s3://bucket/Yellow/*');
    const others = broker.environment(shared);
    for (let count = 0; count < 20; count += 1) await askFor(token, {}, others);

    const ask = broker.environment(shared);
    expect((await askFor(token, wished, ask)).body['code']).toBe('TooManyRequests');
    broker.clock.advance(5_000);
    expect((await askFor(token, wished, ask)).statusCode).toBe(200);
  });
});

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
    const answer = await askFor(token, wished);
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
    await askFor(await broker.userToken('1'));
    const [first, second] = broker.identityCenter.calls;
    expect(JSON.parse(first?.body ?? '').clientId).toBe(OTHER_APPLICATION_ARN);
    expect(JSON.parse(second?.body ?? '').clientId).toBe(APPLICATION_ARN);
    expect(broker.sts.inputOf(first?.credentials.accessKeyId)?.RoleArn).toBe(
      'arn:aws:iam::111122223333:role/IAMSessionBroker',
    );
  });

  it('without a target has the session, with the warning how little it reaches', async () => {
    const { body } = await askFor(await broker.userToken('1'));
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
    await askFor(token, wished);
    expect(decision()).toMatchObject({ ...expected, cacheHit: false });
    await askFor(token, wished);
    expect(decision()).toMatchObject({ ...expected, cacheHit: true });
    await askFor(token);
    expect(decision()).toMatchObject({ directoryUser: 'directory-user-1', cacheHit: true });
    expect(decision()).not.toHaveProperty('data');
  });

  it('two users of a tenant share nothing, nor does one who has another address since', async () => {
    const answers = [
      await askFor(await broker.userToken('1'), wished),
      await askFor(await broker.userToken('2'), wished),
      await askFor(await broker.userToken('1', { email: '2' }), wished),
      await askFor(await broker.userToken('1', { iss: 'https://idp.example.com', email: 'x' }), wished),
    ];
    expect(answers.map(({ body }) => body['AccessKeyId'])).toEqual([1, 2, 3, 4].map((n) => `ASIADATA${n}`));
    expect(broker.identityCenter.calls).toHaveLength(4);
  });

  it('another token of the user is not exchanged while there is a session', async () => {
    await askFor(await broker.userToken('1'), wished);
    const answer = await askFor(await broker.userToken('1'), wished);
    expect(answer.body['AccessKeyId']).toBe('ASIADATA1');
    expect(broker.identityCenter.calls).toHaveLength(1);
  });

  it('one token is exchanged once by all environments', async () => {
    const token = await broker.userToken('1');
    const environments = Array.from({ length: 8 }, () => broker.environment());
    const answers = await Promise.all(environments.map((ask) => askFor(token, wished, ask)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    expect(broker.identityCenter.asked()).toEqual([token]);
  });

  it.each(['iss', 'sub', 'jti'])('a token without %s is refused, and is not exchanged', async (claim) => {
    const answer = await askFor(await broker.userToken('1', { [claim]: undefined }), wished);
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
    const answer = await askFor(await broker.userToken('1', { [claim]: value }), wished);
    expect(refusal(answer)).toEqual({
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
      expect((await askFor(await broker.userToken(sub), parameters)).body['code']).toBe(
        'TokenAlreadyExchanged',
      );
      broker.identityCenter.answer = broker.identityCenter.exchange;
      expect((await askFor(await broker.userToken(sub), parameters)).statusCode).toBe(200);
    }
  });

  it.each([
    ['UserNotInDirectory', refused('invalid_grant', 'no such user')],
    ['IdentityContextRefused', refused('access_denied')],
  ])('%s is told, and S3 is not asked', async (code, answer) => {
    broker.identityCenter.answer = () => answer;
    expect((await askFor(await broker.userToken('1'), wished)).body['code']).toBe(code);
    expect(decision()).toMatchObject({ outcome: 'denied', code, data: { target: 's3://bucket/users/*' } });
    expect(broker.accessGrants.calls).toEqual([]);
  });

  it('a grant of the role is none of the user’s', async () => {
    broker.accessGrants.grants = [{ scope: 's3://bucket/*', granteeType: 'IAM' }];
    const answer = await askFor(await broker.userToken('1'), wished);
    expect(refusal(answer)).toMatchObject({ statusCode: 403, code: 'GrantNotOfUser' });
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
    for (const sub of users) await askFor(await broker.userToken(sub, { exp }), {}, ask);
    // A session of an hour is asked for anew a quarter of an hour before its end.
    broker.clock.advance(45 * 60_000);
    // It ends at every one of the looks, three times: some of them are taken seldom.
    for (const [index, sub] of users.entries()) {
      const token = await broker.userToken(sub, { exp });
      [looks, step] = [-(index % 15), 1];
      await askFor(token, {}, ask);
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
    expect((await askFor(token, wished, ask)).body['code']).toBe('TargetOutsideTenant');
    expect(broker.identityCenter.calls).toEqual([]);
    expect((await askFor(token, target('s3://bucket/Yellow/*'), ask)).statusCode).toBe(200);
  });
});

describe('a registration', () => {
  it('without AccessGrants asks for no data', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');
    const refused = {
      statusCode: 400,
      code: 'InvalidRequest',
      message: 'the registration has no AccessGrants: the application asks for no data',
    };
    expect(refusal(await askFor(token, target('s3://bucket/*')))).toEqual(refused);
    expect(refusal(await broker.ask(eventOf('GET /grants', { query: { jwt: token } })))).toEqual(refused);
    expect((await askFor(token)).statusCode).toBe(200);
  });

  it('by identity is refused to an application that the deployment names none for', async () => {
    const caller = callerNamed('Third');
    broker.sts.trust = { externalIds: ['Third'], hasSessionTag: false };
    const answer = await broker.ask(eventOf('POST /applications', { caller, body: identityBody }));
    expect(refusal(answer)).toEqual({
      statusCode: 400,
      code: 'InvalidRequest',
      message: 'AccessMode: this deployment names no application of IAM Identity Center for Third',
    });
  });

  it('by identity is served no longer where the deployment names none any more', async () => {
    await broker.register(identityBody);
    const ask = broker.environment({ rules: { dataAccess: { identityCenterApplications: [] } } });
    const answer = await askFor(await broker.userToken('1'), {}, ask);
    expect(refusal(answer)).toMatchObject({ statusCode: 403, code: 'RegistrationNotAllowed' });
    expect(broker.sts.callsForAccessRoles()).toEqual([]);
  });

  it.each([undefined, 900, 3_600, 7_200])(
    'with MaxDurationSeconds %s bounds what is asked for',
    async (max) => {
      const AccessGrants = {
        ...tenantBody.AccessGrants,
        ...(max !== undefined && { MaxDurationSeconds: max }),
      };
      await broker.register({ ...tenantBody, AccessGrants });
      const most = max ?? 3_600;
      const token = await broker.tokenFor('Yellow');
      await askFor(token, target('s3://bucket/Yellow/*'));
      await askFor(token, { ...target('s3://bucket/Yellow/*'), DurationSeconds: most });
      const asked = broker.accessGrants.asked().map(({ durationSeconds }) => durationSeconds);
      expect(asked).toEqual([...new Set([String(Math.min(3_600, most)), String(most)])]);

      const query = {
        jwt: token,
        target: 's3://bucket/Yellow/*',
        permission: 'READ',
        durationSeconds: `${most + 1}`,
      };
      const message = `must be at most ${most}, the registration’s MaxDurationSeconds`;
      expect((await broker.ask(eventOf('GET /credentials', { query }))).body['message']).toBe(
        `durationSeconds: ${message}`,
      );
      const longer = { ...target('s3://bucket/Yellow/*'), DurationSeconds: most + 1 };
      expect((await askFor(token, longer)).body['message']).toBe(`DurationSeconds: ${message}`);
    },
  );
});

it('what S3 fails with is answered 503, and audited', async () => {
  await broker.register(tenantBody);
  broker.accessGrants.answer = () => failed(503, 'SlowDown');
  const answer = await askFor(await broker.tokenFor('Yellow'), target('s3://bucket/Yellow/*'));
  expect(refusal(answer)).toEqual({
    statusCode: 503,
    code: 'AccessGrantsUnavailable',
    message: 'S3 Access Grants cannot be asked at the moment',
  });
  expect(answer.headers['retry-after']).toBe('1');
  expect(decision()).toMatchObject({ outcome: 'failed', code: 'AccessGrantsUnavailable' });
  // As every other dependency’s throttling is.
  expect(broker.output.metrics()).toContainEqual(
    expect.objectContaining({ Throttled: 1, code: 'AccessGrantsUnavailable' }),
  );
});
