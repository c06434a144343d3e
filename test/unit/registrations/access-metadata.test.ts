// Access Metadata against a DynamoDB stand-in: the life of a registration.
import { describe, expect, it } from 'vitest';
import type { Registration } from '../../../service/registrations/registration.ts';
import { ACCESS_ROLE_ID, notPinned, useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { furtherTags, type Overrides, registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const app = callerNamed('App');
const notFound = { code: 'ApplicationNotFound', message: 'the application App is not registered' };

const { elsewhere } = fixture;

describe('registering', () => {
  it('stores the registration under the application’s name, with the role’s unique id and the time', async () => {
    const { stored, created } = await fixture.metadata.register(app, registrationWith());

    expect(created).toBe(true);
    expect(stored).toEqual({
      ...registrationWith(),
      applicationName: 'App',
      applicationRoleId: app.applicationRoleId,
      registeredAt: '2030-04-01T12:00:00.000Z',
      version: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accessRoleId: ACCESS_ROLE_ID,
      ...notPinned,
    });
    expect(await fixture.table.item('App')).toEqual({
      ApplicationName: 'App',
      ApplicationRoleId: app.applicationRoleId,
      RegisteredAt: '2030-04-01T12:00:00.000Z',
      Version: stored.version,
      AccessRoleName: 'AppAccess',
      SessionTagKey: 'TenantID',
      JWTClaimName: 'custom:tenant_id',
      JWKSetURL: 'https://idp.example.com/jwks.json',
      SessionTagValues: 'Strict',
      SessionDurationSeconds: 3600,
      Trust: 'NotPinned',
      RoleHasSessionTag: false,
      AccessRoleId: ACCESS_ROLE_ID,
    });
    expect(await fixture.table.item('AccessRole#appaccess')).toEqual({
      ApplicationName: 'AccessRole#appaccess',
      Owner: 'App',
      ClaimId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ClaimedAt: fixture.clock.now(),
      AccessRoleId: ACCESS_ROLE_ID,
    });
  });

  it('reads back every option as it was registered', async () => {
    const registration = registrationWith({
      issuer: 'https://idp.example.com/',
      audience: ['client-1', 'client-2'],
      tokenUse: 'id',
      algorithms: ['ES256', 'RS256'],
      sessionTags: furtherTags(['Tier', 'custom:tier']),
      sessionTagValues: 'Any',
      sessionDurationSeconds: 900,
    });
    const { stored } = await fixture.metadata.register(app, registration);

    expect(await elsewhere().get(app)).toEqual(stored);
    expect(stored).toMatchObject(registration);
  });

  it('finds the identical registration again, and changes nothing', async () => {
    const { stored: first } = await fixture.metadata.register(app, registrationWith());
    const before = await fixture.table.items();
    fixture.clock.advance(1_000);

    expect(await fixture.metadata.register(app, registrationWith())).toEqual({
      stored: first,
      created: false,
    });
    expect(await fixture.table.items()).toEqual(before);
  });

  it.each<[string, Overrides<Registration>]>([
    ['access role', { accessRoleName: 'Other' }],
    ['session tag key', { sessionTagKey: 'Tenant' }],
    ['claim', { jwtClaimName: 'tenant' }],
    ['JWK set', { jwksUrl: 'https://idp.example.com/other.json' }],
    ['issuer', { issuer: 'https://idp.example.com' }],
    ['audience', { audience: ['client-1'] }],
    ['token use', { tokenUse: 'access' }],
    ['algorithms', { algorithms: ['ES256'] }],
    ['further tags', { sessionTags: furtherTags(['Tier', 'tier']) }],
    ['tag values', { sessionTagValues: 'Any' }],
    ['duration', { sessionDurationSeconds: 900 }],
  ])('refuses a registration that differs in its %s', async (_, difference) => {
    await fixture.metadata.register(app, registrationWith());
    const before = await fixture.table.items();

    await expect(fixture.metadata.register(app, registrationWith(difference))).rejects.toMatchObject({
      code: 'ApplicationAlreadyRegistered',
      message: 'the application App is registered differently; replace it with PUT /applications',
    });
    expect(await fixture.table.items()).toEqual(before);
  });
});

describe('replacing', () => {
  it('keeps the time of registration, renews the claim, and gives a new version', async () => {
    const { stored } = await fixture.metadata.register(app, registrationWith());
    const claim = await fixture.table.item('AccessRole#appaccess');
    fixture.clock.advance(60_000);
    const replaced = await fixture.metadata.replace(app, registrationWith({ sessionDurationSeconds: 900 }));

    expect(replaced).toEqual({ ...stored, sessionDurationSeconds: 900, version: expect.any(String) });
    expect(replaced.version).not.toBe(stored.version);
    expect(await elsewhere().get(app)).toEqual(replaced);
    const renewed = await fixture.table.item('AccessRole#appaccess');
    expect(renewed).toEqual({ ...claim, ClaimId: expect.any(String), ClaimedAt: fixture.clock.now() });
    expect(renewed?.['ClaimId']).not.toBe(claim?.['ClaimId']);
  });

  it('moves the claim with the access role', async () => {
    await fixture.metadata.register(app, registrationWith());
    await fixture.metadata.replace(app, registrationWith({ accessRoleName: 'team/Other' }));

    expect(await fixture.table.item('AccessRole#appaccess')).toBeUndefined();
    expect(await fixture.table.item('AccessRole#other')).toMatchObject({ Owner: 'App' });
  });

  it('refuses an application that is not registered', async () => {
    await expect(fixture.metadata.replace(app, registrationWith())).rejects.toMatchObject(notFound);
    expect(await fixture.table.items()).toEqual([]);
  });

  it('lets one of two that overlap win, and tells the other', async () => {
    await fixture.metadata.register(app, registrationWith());
    const outcomes = await Promise.allSettled([
      fixture.metadata.replace(app, registrationWith({ sessionDurationSeconds: 900 })),
      elsewhere().replace(app, registrationWith({ sessionDurationSeconds: 1800 })),
    ]);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));

    expect(refusals).toMatchObject([
      {
        code: 'RegistrationChanged',
        message: 'the registration was changed by another request at the same time',
      },
    ]);
  });
});

describe('deregistering', () => {
  it('removes the registration and its claim, and returns what it removed', async () => {
    const { stored } = await fixture.metadata.register(app, registrationWith());

    expect(await fixture.metadata.deregister(app)).toEqual(stored);
    expect(await fixture.table.items()).toEqual([]);
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
  });

  it('refuses an application that is not registered', async () => {
    await expect(fixture.metadata.deregister(app)).rejects.toMatchObject(notFound);
  });
});

describe('a recreated role of the same name', () => {
  const recreated = callerNamed('App', 2);
  const refusal = {
    code: 'ApplicationRoleRecreated',
    message: 'the application App was registered by an earlier role of this name',
  };

  it.each<[string, () => Promise<unknown>]>([
    ['get credentials', () => fixture.metadata.get(recreated)],
    ['see the registration', () => fixture.metadata.show(recreated)],
    ['register', () => fixture.metadata.register(recreated, registrationWith())],
    ['replace the registration', () => fixture.metadata.replace(recreated, registrationWith())],
    ['deregister', () => fixture.metadata.deregister(recreated)],
  ])('may not %s', async (_, attempt) => {
    await fixture.metadata.register(app, registrationWith());
    const before = await fixture.table.items();

    await expect(attempt()).rejects.toMatchObject(refusal);
    expect(await fixture.table.items()).toEqual(before);
  });

  it('is refused from the cache too', async () => {
    await fixture.metadata.register(app, registrationWith());
    await fixture.metadata.get(app);
    fixture.table.down = true;

    await expect(fixture.metadata.get(recreated)).rejects.toMatchObject(refusal);
    await expect(fixture.metadata.get(app)).resolves.toMatchObject({ applicationName: 'App' });
  });
});
