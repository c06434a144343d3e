// A broker without data access: it answers as it always has, whatever it is asked for, and whatever stands in the table.
import { describe, expect, it } from 'vitest';
import { useBroker } from '../../support/broker-fixture.ts';
import { identityBody, tenantBody } from '../../support/data-access-broker.ts';
import { eventOf } from '../../support/events.ts';

const broker = useBroker();

describe('a broker without data access', () => {
  it.each(['GET', 'POST'])('has no route %s /grants', async (method) => {
    const { statusCode, body } = await broker.ask(eventOf(`${method} /grants`, { query: { jwt: 'x' } }));
    expect({ statusCode, body }).toMatchObject({ statusCode: 404, body: { code: 'RouteNotFound' } });
  });

  it.each(['target', 'permission', 'durationSeconds'])('knows no query parameter %s', async (name) => {
    await broker.register();
    const query = { jwt: await broker.tokenFor('Yellow'), [name]: 'READ' };
    const { statusCode, body } = await broker.ask(eventOf('GET /credentials', { query }));
    expect({ statusCode, body }).toMatchObject({
      statusCode: 400,
      body: { code: 'InvalidRequest', message: `${name}: not a query parameter of this request` },
    });
  });

  it.each(['Target', 'Permission', 'DurationSeconds'])('knows no field %s', async (name) => {
    await broker.register();
    const body = { JWT: await broker.tokenFor('Yellow'), [name]: 'READ' };
    const answer = await broker.ask(eventOf('POST /credentials', { body }));
    expect(answer.body).toMatchObject({
      code: 'InvalidRequest',
      message: `${name}: not a field of this request`,
    });
  });

  it.each([
    ['AccessGrants: this deployment has no data access', tenantBody],
    [
      'AccessMode: this deployment names no application of IAM Identity Center for App',
      { ...identityBody, AccessGrants: undefined },
    ],
  ])('registers none that asks for it: %s', async (message, body) => {
    const answer = await broker.ask(eventOf('POST /applications', { body }));
    expect(answer).toMatchObject({ statusCode: 400, body: { code: 'InvalidRequest', message } });
    expect(await broker.table.items()).toEqual([]);
  });

  it('stores and shows a registration as it always did', async () => {
    const { body } = await broker.register();
    const expected = {
      AccessRoleName: 'AppAccess',
      SessionTagKey: 'TenantID',
      JWTClaimName: 'custom:tenant_id',
      JWKSetURL: 'https://idp.example.com/jwks.json',
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
    };
    expect(body).toMatchObject(expected);
    const others = ['AccessRoleId', 'ApplicationName', 'ApplicationRoleId', 'RegisteredAt'];
    expect(Object.keys(body).sort()).toEqual(
      [...Object.keys(expected), ...others, 'ExternalId', 'Warnings'].sort(),
    );
    const item = (await broker.table.item('App')) ?? {};
    expect(Object.keys(item).sort()).toEqual(
      [...Object.keys(expected), ...others, 'RoleHasSessionTag', 'Trust', 'Version'].sort(),
    );
  });

  it('serves no registration by identity that another deployment has left in the table', async () => {
    const other = broker.environment({ rules: { dataAccess: { identityCenterApplications: ['App'] } } });
    expect((await other(eventOf('POST /applications', { body: identityBody }))).statusCode).toBe(201);
    broker.sts.forget();
    const answer = await broker.ask(
      eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } }),
    );
    expect(answer.body).toMatchObject({ code: 'RegistrationNotAllowed' });
    expect(broker.sts.callsForAccessRoles()).toEqual([]);
  });

  it('serves none that asks for data by a template: it could not keep its sessions from asking for other tenants’', async () => {
    const other = broker.environment({ rules: { dataAccess: { identityCenterApplications: [] } } });
    await other(eventOf('POST /applications', { body: tenantBody }));
    broker.sts.forget();
    const answer = await broker.ask(
      eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } }),
    );
    expect(answer.body).toMatchObject({ code: 'RegistrationNotAllowed' });
    expect(broker.sts.callsForAccessRoles()).toEqual([]);
  });
});
