// The API with data access, by session tags: what a tenant has, and nothing of another's.
import { beforeEach, describe, expect, it } from 'vitest';
import { refusalOf, target, tenantBody, useDataAccessBroker } from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';
import { APPLICATION_ARN } from '../../support/identity-center.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';

const broker = useDataAccessBroker();

const grantsOf = async (token: string) =>
  (await broker.ask(eventOf('POST /grants', { body: { JWT: token } }))).body;

describe('by session tags', () => {
  beforeEach(async () => {
    await broker.register(tenantBody);
  });

  it('a tenant has credentials for a target of its own', async () => {
    const answer = await broker.askFor(
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

  it('the session that the application gets itself may not ask S3, unlike the one that asks for it', async () => {
    const token = await broker.tokenFor('Yellow');
    const { body } = await broker.askFor(token);
    await broker.askFor(token, target('s3://bucket/Yellow/a*'));
    const { Policy } = broker.sts.inputOf(String(body['AccessKeyId'])) ?? expect.fail('no such session');
    expect(JSON.parse(Policy ?? '{}')).toMatchObject({
      Statement: expect.arrayContaining([{ Effect: 'Deny', Action: 's3:GetDataAccess', Resource: '*' }]),
    });
    const { credentials } = broker.accessGrants.calls[0] ?? expect.fail('nobody was asked');
    expect(broker.sts.inputOf(credentials.accessKeyId)?.Policy).toBeUndefined();
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
    const answer = await broker.askFor(await broker.tokenFor('Yellow'), target(elsewhere));
    expect(refusalOf(answer)).toEqual({
      statusCode: 403,
      code: 'TargetOutsideTenant',
      message: 'the target is not within s3://bucket/Yellow/*',
    });
    expect(broker.accessGrants.calls).toEqual([]);
    expect(broker.decision()).toMatchObject({
      outcome: 'denied',
      data: { target: elsewhere, permission: 'READ' },
    });
  });

  it('what leads out of the tenant by its path is a key in it', async () => {
    const answer = await broker.askFor(
      await broker.tokenFor('Yellow'),
      target('s3://bucket/Yellow/../Blue/a'),
    );
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
    const answer = await broker.askFor(await broker.tokenFor(name), target('s3://bucket/Blue/*'));
    expect(refusalOf(answer)).toMatchObject({ statusCode: 403, code: 'ClaimNotAllowed' });
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
    const answer = await broker.askFor(token, target('s3://bucket/Blue/*'), ask);
    expect(refusalOf(answer)).toEqual({
      statusCode: 403,
      code: 'TargetOutsideTenant',
      message:
        'nothing is within the TargetTemplate of this tenant, which must have a key of at most 1024 bytes',
    });
    const listed = await ask(eventOf('POST /grants', { body: { JWT: token } }));
    expect(refusalOf(listed).code).toBe('TargetOutsideTenant');
  });

  it('without a target has the session, as without data access', async () => {
    const answer = await broker.askFor(await broker.tokenFor('Yellow'));
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
    const first = await broker.askFor(one, wished);
    expect((await broker.askFor(other, wished)).body).toEqual(first.body);
    expect(broker.decision()).toMatchObject({ outcome: 'allowed', cacheHit: true, CacheHit: 1 });
    await broker.askFor(await broker.tokenFor('Blue'), target('s3://bucket/Blue/*'));
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
    expect(broker.decision()).toMatchObject({
      operation: 'ListGrants',
      outcome: 'allowed',
      application: 'App',
    });
  });

  it('who is over the usage plan is refused alone, and a moment later no more', async () => {
    const rate = { rateLimit: 1, burstLimit: 5 };
    const usagePlans = { default: rate, registration: rate, applications: {} };
    const shared = { usagePlans, cellRates: new MemoryCellRates() };
    const token = await broker.tokenFor('Yellow');
    const wished = target('s3://bucket/Yellow/*');
    const others = broker.environment(shared);
    for (let count = 0; count < 20; count += 1) await broker.askFor(token, {}, others);

    const ask = broker.environment(shared);
    expect((await broker.askFor(token, wished, ask)).body['code']).toBe('TooManyRequests');
    broker.clock.advance(5_000);
    expect((await broker.askFor(token, wished, ask)).statusCode).toBe(200);
  });
});
