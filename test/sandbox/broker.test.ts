// The broker end to end, on the deployed template: identity, claims on access roles, both spellings, limits.
import { beforeAll, describe, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker({ maxEnvironments: 8 });

describe('registration', () => {
  it('is created, found identical, refused when different, replaced, shown and deleted', async () => {
    const app = broker.createApplication('Lifecycle');
    const registration = app.registration();

    expect(await app.call('POST', 'applications', registration)).toMatchObject({
      status: 201,
      body: { ApplicationName: app.roleName, AccessRoleName: app.accessRoleName, ExternalId: app.roleName },
    });
    expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 200 });
    const other = { ...registration, SessionTagKey: 'Other' };
    expect(await app.call('POST', 'applications', other)).toMatchObject({
      status: 409,
      body: { code: 'ApplicationAlreadyRegistered' },
    });
    expect(await app.call('PUT', 'applications', other)).toMatchObject({
      status: 200,
      body: { SessionTagKey: 'Other' },
    });
    expect(await app.call('GET', 'applications')).toMatchObject({
      status: 200,
      body: { SessionTagKey: 'Other' },
    });
    expect(await app.call('DELETE', 'applications')).toMatchObject({ status: 200 });
    expect(await app.call('DELETE', 'applications')).toMatchObject({
      status: 404,
      body: { code: 'ApplicationNotFound' },
    });
  });

  it.each(['AccessRoleName', 'AccessPrincipalRoleName'])('takes the role field spelt %s', async (field) => {
    const app = broker.createApplication(`Spelling${field}`);
    const { AccessRoleName, ...rest } = app.registration();
    expect(await app.call('POST', 'applications', { ...rest, [field]: AccessRoleName })).toMatchObject({
      status: 201,
    });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('of another application’s access role is refused, whatever its path or letter case', async () => {
    const owner = broker.createApplication('Owner');
    const thief = broker.createApplication('Thief');
    expect(await owner.call('POST', 'applications', owner.registration())).toMatchObject({ status: 201 });
    for (const AccessRoleName of [
      owner.accessRoleName,
      owner.accessRoleName.toUpperCase(),
      `any/path/${owner.accessRoleName}`,
    ]) {
      expect(
        await thief.call('POST', 'applications', { ...thief.registration(), AccessRoleName }),
      ).toMatchObject({
        status: 409,
        body: { code: 'AccessRoleClaimed' },
      });
    }
  });
});

describe('the caller', () => {
  let app: BrokerApplication;
  beforeAll(async () => {
    app = broker.createApplication('Caller');
    await app.call('POST', 'applications', app.registration());
  });

  it('who is an IAM user named like the application’s role is refused', async () => {
    const credentials = broker.createUser(app.roleName);
    expect(await app.call('GET', 'applications', undefined, { credentials })).toMatchObject({
      status: 403,
      body: { code: 'CallerNotAllowed' },
    });
  });

  it('who is another account’s role of the same name is refused by the gateway', async () => {
    const credentials = broker.createForeignRole(app.roleName);
    expect(await app.call('GET', 'applications', undefined, { credentials })).toMatchObject({
      status: 403,
      body: { message: 'Forbidden' },
    });
  });

  it('who lacks execute-api:Invoke is refused by the gateway', async () => {
    const silent = broker.createApplication('Silent', { mayCall: false });
    expect(await silent.call('GET', 'applications')).toMatchObject({
      status: 403,
      body: { message: 'Forbidden' },
    });
  });

  it('whose role was recreated is refused', async () => {
    const old = broker.createApplication('Recreated');
    expect(await old.call('POST', 'applications', old.registration())).toMatchObject({ status: 201 });
    broker.deleteApplication(old);
    const young = broker.createApplication('Recreated');
    expect(await young.credentials('Yellow')).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
    expect(await young.call('POST', 'applications', young.registration())).toMatchObject({
      status: 403,
      body: { code: 'ApplicationRoleRecreated' },
    });
  });
});

describe('credentials', () => {
  let app: BrokerApplication;
  beforeAll(async () => {
    app = broker.createApplication('Tenants');
    await app.call('POST', 'applications', { ...app.registration(), SessionTags: { Role: 'custom:role' } });
  });

  it('carry the tenant as session tag, as session name, and the further tags', async () => {
    const { status, body } = await app.credentials('Yellow');
    expect(status).toBe(200);
    const session = broker.sessionOf(body);
    expect(session.sessionName).toBe('Yellow');
    expect(Object.fromEntries(session.principalTags)).toEqual({ TenantID: 'Yellow', Role: 'Admin' });
    expect(body).toMatchObject({ Version: 1, Tags: { TenantID: 'Yellow', Role: 'Admin' } });
  });

  it('are the same for the same tenant, and others for another', async () => {
    const first = await app.credentials('Yellow');
    const again = await app.credentials('Yellow');
    const blue = await app.credentials('Blue');
    expect(again.body['AccessKeyId']).toBe(first.body['AccessKeyId']);
    expect(blue.body['AccessKeyId']).not.toBe(first.body['AccessKeyId']);
    expect(broker.sessionOf(blue.body).principalTags.get('TenantID')).toBe('Blue');
  });

  it('come for a token in the body too', async () => {
    const JWT = await broker.tokenOf('Yellow');
    expect(await app.call('POST', 'credentials', { JWT })).toMatchObject({ status: 200 });
  });

  it('bear no name that the broker’s own sessions bear', async () => {
    const { status, body } = await app.credentials('IAMSessionBroker-probe');
    expect(status).toBe(200);
    const session = broker.sessionOf(body);
    expect(session.principalTags.get('TenantID')).toBe('IAMSessionBroker-probe');
    expect(session.sessionName).toMatch(/^session-IAMSessionBroker-probe-[0-9a-f]{16}$/);
  });

  it('do not come for a tenant named after another one’s alias: a colon parts ARNs too', async () => {
    const { status, body } = await app.credentials('Blue:live');
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'ClaimNotAllowed' });
  });

  it('do not come once the trust policy lacks sts:TagSession, and the answer names the statement', async () => {
    const lacking = broker.createApplication('Lacking');
    expect(await lacking.call('POST', 'applications', lacking.registration())).toMatchObject({ status: 201 });
    broker.setTrustPolicy(lacking.accessRoleName, { Action: ['sts:AssumeRole'] });
    const { status, body } = await lacking.credentials('Yellow');
    expect({ status, code: body['code'] }).toEqual({ status: 403, code: 'AccessRoleNotAssumable' });
    expect(body['message']).toContain('sts:TagSession');
  });

  it('come where the trust policy requires the application’s external id', async () => {
    const pinned = broker.createApplication('Pinned', {
      trustCondition: { StringEquals: { 'sts:ExternalId': 'Pinned' } },
    });
    await pinned.call('POST', 'applications', pinned.registration());
    expect(await pinned.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});

describe('a change of a registration', () => {
  it('is written down whole: what it was, what it became, and what was removed', async () => {
    const app = broker.createApplication('Swapped');
    const registration = app.registration();
    await app.call('POST', 'applications', registration);
    await app.call('PUT', 'applications', { ...registration, JWTClaimName: 'name' });
    await app.call('PUT', 'applications', { ...registration, JWTClaimName: 'name' });
    await app.call('DELETE', 'applications');

    const [created, replaced, unchanged, removed] = broker.recordsOf('Swapped');
    expect(created).toMatchObject({
      written: 'created',
      registration: { ...registration, SessionTagValues: 'Strict', Trust: 'NotPinned' },
      RegistrationChanges: 1,
    });
    expect(replaced).toMatchObject({
      written: 'replaced',
      registration: { ...registration, JWTClaimName: 'name' },
      RegistrationChanges: 1,
    });
    expect(replaced?.['changes']).toEqual({ JWTClaimName: { before: 'custom:tenant_id', after: 'name' } });
    expect(unchanged).toMatchObject({ registration: { ...registration, JWTClaimName: 'name' } });
    for (const field of ['written', 'changes', 'RegistrationChanges'])
      expect(unchanged).not.toHaveProperty(field);
    expect(removed).toMatchObject({
      written: 'removed',
      registration: { ...registration, JWTClaimName: 'name' },
      RegistrationChanges: 1,
    });
  });
});

describe('what is written down', () => {
  it('is one audit record a decision, and never a token or a secret', async () => {
    const app = broker.createApplication('Audited');
    await app.call('POST', 'applications', app.registration());
    const jwt = await broker.tokenOf('Yellow');
    const { body } = await app.call('GET', 'credentials', undefined, { query: { jwt } });
    const altered = jwt.replace(/.{4}$/, 'AAAA');
    const { body: denied } = await app.call('GET', 'credentials', undefined, { query: { jwt: altered } });
    expect(denied['code']).toBe('TokenSignatureInvalid');

    const lines = sandbox.logs();
    const records = lines
      .flatMap((line) => (line.includes('"outcome"') ? [JSON.parse(line)] : []))
      .filter(({ application, operation }) => application === app.roleName && operation === 'GetCredentials');
    expect(records).toMatchObject([
      {
        outcome: 'allowed',
        accessRole: app.accessRoleName,
        tags: [{ key: 'TenantID', value: 'Yellow' }],
        cacheHit: false,
      },
      { outcome: 'denied', code: 'TokenSignatureInvalid' },
    ]);
    const signature = jwt.split('.')[2] as string;
    for (const secret of [
      jwt,
      signature,
      altered,
      body['SecretAccessKey'],
      body['SessionToken'],
    ] as string[]) {
      expect(lines.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});
