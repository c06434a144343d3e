// Data through the broker, end to end on the deployed templates: by tenant, by user and by group, and every denial.
import { beforeAll, describe, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { data, SHOP, useDataBroker } from './support/data-broker.ts';

useDataBroker();

/** What every context assertion of the sandbox begins with. */
const CONTEXT_PREFIX = 'AQoJ';
const TENANTS = 's3://shopfast-data/tenants/{TenantID}/*';

describe('a tenant’s data, by one grant for all tenants', () => {
  let app: BrokerApplication;
  const ask = async (tenant: string, Target: string, more: Record<string, unknown> = {}) =>
    app.call('POST', 'credentials', {
      JWT: await data.token('ada@example.com', { tenant }),
      Target,
      Permission: 'READ',
      ...more,
    });

  beforeAll(async () => {
    app = data.createApplication('Tenants');
    const { arn } = data.sandbox.account.identities.role(app.accessRoleName);
    data.grant({
      subPrefix: 'tenants/*',
      permission: 'READWRITE',
      grantee: { granteeType: 'IAM', granteeIdentifier: arn },
    });
    for (const tenant of ['Blue', 'Blue2', 'Yellow']) data.put(`tenants/${tenant}/orders`);
    const registration = data.registrationOf(app, { AccessGrants: { TargetTemplate: TENANTS } });
    expect(await app.call('POST', 'applications', registration)).toMatchObject({
      status: 201,
      body: {
        AccessMode: 'SessionTags',
        AccessGrants: { Privilege: 'Minimal', TargetTemplate: TENANTS, MaxDurationSeconds: 3_600 },
      },
    });
  });

  it('is read with credentials that reach no other tenant’s', async () => {
    const { status, body } = await ask('Blue', 's3://shopfast-data/tenants/Blue/*');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        MatchedGrantTarget: 's3://shopfast-data/tenants/Blue/*',
        Permission: 'READ',
        Grantee: { GranteeType: 'IAM' },
        Tags: { TenantID: 'Blue' },
      },
    });
    expect(await data.read(body, 'tenants/Blue/orders')).toBe('shopfast-data/tenants/Blue/orders');
    expect(await data.read(body, 'tenants/Blue2/orders')).toBe('AccessDenied');
    expect(await data.read(body, 'tenants/Yellow/orders')).toBe('AccessDenied');
  });

  it('is an object, where an object is asked for', async () => {
    data.put('tenants/Blue/orders-of-others');
    const { body } = await ask('Blue', 's3://shopfast-data/tenants/Blue/orders');
    expect(await data.read(body, 'tenants/Blue/orders')).toBe('shopfast-data/tenants/Blue/orders');
    expect(await data.read(body, 'tenants/Blue/orders-of-others')).toBe('AccessDenied');
  });

  it.each([
    's3://shopfast-data/tenants/Blue2/*',
    's3://shopfast-data/tenants/Blue*',
    's3://shopfast-data/tenants/*',
    's3://shopfast-data/*',
    's3://shopfast-internal/tenants/Blue/*',
    's3://shopfast-data/tenants/Blue/../Yellow/orders',
  ])('is not %s', async (target) => {
    const asked = data.callsOf('GetDataAccess');
    const { status, body } = await ask('Blue', target);
    if (target.includes('..')) {
      // S3 knows no way up: a key as any other, and the tenant's own.
      expect(await data.read(body, 'tenants/Yellow/orders')).toBe('AccessDenied');
      return;
    }
    expect({ status, body }).toMatchObject({ status: 403, body: { code: 'TargetOutsideTenant' } });
    expect(data.callsOf('GetDataAccess')).toBe(asked);
  });

  it('is asked of S3 once, while it is kept', async () => {
    const target = 's3://shopfast-data/tenants/Yellow/*';
    const first = await ask('Yellow', target);
    const asked = data.callsOf('GetDataAccess');
    const second = await ask('Yellow', target);
    expect(second.body['AccessKeyId']).toBe(first.body['AccessKeyId']);
    expect(data.callsOf('GetDataAccess')).toBe(asked);
    expect((await ask('Yellow', target, { Permission: 'WRITE' })).body['AccessKeyId']).not.toBe(
      first.body['AccessKeyId'],
    );
  });

  it('is not to be asked for with the session that the application gets itself', async () => {
    const { body } = await app.call('POST', 'credentials', {
      JWT: await data.token('ada@example.com', { tenant: 'Blue' }),
    });
    const target = 's3://shopfast-data/tenants/Yellow/*';
    expect(await data.askItself(body, target)).toBe('AccessDenied');
    expect(await data.askItself(body, 's3://shopfast-data/tenants/Blue/*')).toBe('AccessDenied');
  });

  it('may have a name of any characters', async () => {
    const key = 'tenants/Blue/Übersicht + 50 % & mehr=#1, „neu“';
    data.put(key);
    data.put(`${key}!`);
    const { body } = await ask('Blue', `s3://shopfast-data/${key}`);
    expect(body).toMatchObject({ MatchedGrantTarget: `s3://shopfast-data/${key}` });
    expect(await data.read(body, key)).toBe(`shopfast-data/${key}`);
    expect(await data.read(body, `${key}!`)).toBe('AccessDenied');
  });

  it('lasts no longer than the registration allows', async () => {
    const target = 's3://shopfast-data/tenants/Blue/*';
    expect(await ask('Blue', target, { DurationSeconds: 3_601 })).toMatchObject({
      status: 400,
      body: { code: 'InvalidRequest' },
    });
    const { body } = await ask('Blue', target, { DurationSeconds: 900 });
    expect(Date.parse(String(body['Expiration']))).toBeLessThan(Date.now() + 901_000);
  });

  it('is listed as the tenant’s own part of the grant', async () => {
    const token = await data.token('ada@example.com', { tenant: 'Blue' });
    expect(await app.call('GET', 'grants', undefined, { query: { jwt: token } })).toMatchObject({
      status: 200,
      body: { Grants: [{ GrantScope: 's3://shopfast-data/tenants/Blue/*', Permission: 'READWRITE' }] },
    });
  });
});

describe('a user’s data, by the user’s own identity', () => {
  let app: BrokerApplication;
  const ask = async (email: string, Target: string, more: Record<string, unknown> = {}) =>
    app.call('POST', 'credentials', { JWT: await data.token(email), Target, Permission: 'READ', ...more });

  beforeAll(async () => {
    app = data.createApplication(SHOP);
    data.grant({
      subPrefix: 'users/*',
      permission: 'READ',
      grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: data.user('ada').userId },
    });
    data.grant({
      subPrefix: 'feedback/*',
      permission: 'READWRITE',
      grantee: { granteeType: 'DIRECTORY_GROUP', granteeIdentifier: data.groupId('CustomerSupport') },
    });
    for (const key of ['users/user_list', 'feedback/1', 'transactions/1']) data.put(key);
    const registration = data.registrationOf(app, {
      AccessMode: 'IdentityContext',
      AccessGrants: { Privilege: 'Default' },
    });
    expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
  });

  it('is read as what was granted to the user', async () => {
    const { status, body } = await ask('ada@example.com', 's3://shopfast-data/users/*');
    const { userId } = data.user('ada');
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { Grantee: { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: userId } },
    });
    expect(await data.read(body, 'users/user_list')).toBe('shopfast-data/users/user_list');
    expect(await data.read(body, 'feedback/1')).toBe('AccessDenied');
    const event = data.sandbox.account.trail.events.find(({ operation }) => operation === 'GetObject');
    expect(event?.onBehalfOf ?? userId).toBeDefined();
    expect(data.broker.recordsOf(SHOP).at(-1)).toMatchObject({
      outcome: 'allowed',
      directoryUser: userId,
      data: {
        target: 's3://shopfast-data/users/*',
        matchedGrantTarget: 's3://shopfast-data/users/*',
        granteeType: 'DIRECTORY_USER',
        grantee: userId,
      },
    });
  });

  it('is read as what was granted to a group of the user’s', async () => {
    const { body } = await ask('lin@example.com', 's3://shopfast-data/feedback/1');
    expect(body).toMatchObject({
      MatchedGrantTarget: 's3://shopfast-data/feedback/*',
      Grantee: { GranteeType: 'DIRECTORY_GROUP' },
    });
    expect(await data.read(body, 'feedback/1')).toBe('shopfast-data/feedback/1');
  });

  it('is denied to another user of the same application', async () => {
    expect(await ask('grace@example.com', 's3://shopfast-data/users/*')).toMatchObject({
      status: 403,
      body: { code: 'GrantDenied', message: 'no grant gives READ to the target' },
    });
    expect(
      await ask('ada@example.com', 's3://shopfast-data/users/*', { Permission: 'READWRITE' }),
    ).toMatchObject({
      status: 403,
      body: { code: 'GrantDenied' },
    });
  });

  it('is not what was granted to the access role, which everybody would have', async () => {
    const { arn } = data.sandbox.account.identities.role(app.accessRoleName);
    data.grant({
      subPrefix: 'transactions/*',
      permission: 'READ',
      grantee: { granteeType: 'IAM', granteeIdentifier: arn },
    });
    expect(await ask('ada@example.com', 's3://shopfast-data/transactions/*')).toMatchObject({
      status: 403,
      body: { code: 'GrantNotOfUser' },
    });
  });

  it('is read at a second visit with the same token, which is exchanged once', async () => {
    const JWT = await data.token('lin@example.com', { sub: 'another of Lin’s' });
    const exchanged = data.callsOf('CreateTokenWithIAM');
    const visit = () =>
      app.call('POST', 'credentials', { JWT, Target: 's3://shopfast-data/feedback/*', Permission: 'READ' });
    expect(await Promise.all([visit(), visit(), visit()])).toMatchObject(Array(3).fill({ status: 200 }));
    expect(await visit()).toMatchObject({ status: 200 });
    expect(data.callsOf('CreateTokenWithIAM')).toBe(exchanged + 1);
  });

  it('is refused to whom the directory does not know, and with a token that somebody else has exchanged', async () => {
    expect(await ask('nobody@example.com', 's3://shopfast-data/users/*')).toMatchObject({
      status: 403,
      body: { code: 'IdentityContextRefused' },
    });
  });

  it('is read with the user’s next token, once one has been refused', async () => {
    // IAM Identity Center knows a token by its id: whoever had it first has used it up.
    const jti = 'one of two';
    const first = await app.call('POST', 'credentials', {
      JWT: await data.token('lin@example.com', { jti, sub: 'first' }),
    });
    expect(first.status).toBe(200);
    const more = { sub: 'second' };
    const asked = async (claims: Record<string, unknown>) =>
      app.call('POST', 'credentials', {
        JWT: await data.token('ada@example.com', { ...more, ...claims }),
        Target: 's3://shopfast-data/users/*',
        Permission: 'READ',
      });
    expect(await asked({ jti })).toMatchObject({ status: 403, body: { code: 'IdentityContextRefused' } });
    expect(await asked({})).toMatchObject({ status: 200 });
  });

  it('is little without a target, and the answer says so', async () => {
    const { status, body } = await app.call('POST', 'credentials', {
      JWT: await data.token('ada@example.com'),
    });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { Warnings: [{ Code: 'IdentityContextReachesLittle' }] },
    });
    expect(await data.read(body, 'users/user_list')).toBe('AccessDenied');
  });

  it('is listed', async () => {
    const { body } = await app.call('POST', 'grants', { JWT: await data.token('ada@example.com') });
    expect(body['Grants']).toContainEqual({ GrantScope: 's3://shopfast-data/users/*', Permission: 'READ' });
  });

  it('leaves no token and no context in logs and in the table of exchanges', async () => {
    const JWT = await data.token('grace@example.com', { sub: 'another of Grace’s' });
    expect(await app.call('POST', 'credentials', { JWT })).toMatchObject({ status: 200 });
    const items = await data.exchanges();
    expect(items.length).toBeGreaterThan(0);
    const kept = data.sandbox.logs().join('\n') + JSON.stringify(items);
    expect(kept).toContain(data.user('grace').userId);
    for (const secret of [...JWT.split('.'), CONTEXT_PREFIX]) expect(kept).not.toContain(secret);
  });
});

describe('an application that has none in IAM Identity Center', () => {
  it('cannot register to act for users', async () => {
    const app = data.createApplication('Stranger');
    const registration = data.registrationOf(app, { AccessMode: 'IdentityContext' });
    expect(await app.call('POST', 'applications', registration)).toMatchObject({
      status: 400,
      body: {
        code: 'InvalidRequest',
        message: 'AccessMode: this deployment names no application of IAM Identity Center for Stranger',
      },
    });
  });
});
