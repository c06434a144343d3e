// Access Metadata against a DynamoDB stand-in: the life of a registration.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Registration } from '../../../service/registrations/registration.ts';
import { accessMetadataOn, notPinned, type ProbedAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { frozenClock } from '../../support/clock.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { registrationWith } from '../../support/registrations.ts';

let table: DynamoDbTable;
let clock: ReturnType<typeof frozenClock>;
let metadata: ProbedAccessMetadata;

const app = callerNamed('App');
const notFound = { code: 'ApplicationNotFound', message: 'the application App is not registered' };

beforeAll(async () => {
  table = await DynamoDbTable.start();
});
afterAll(() => table.stop());
beforeEach(async () => {
  await table.reset();
  clock = frozenClock();
  metadata = accessMetadataOn(table, clock.now);
});

/** Another execution environment on the same table. */
const elsewhere = () => accessMetadataOn(table, clock.now);

describe('registering', () => {
  it('stores the registration under the application’s name, with the role’s unique id and the time', async () => {
    const { stored, created } = await metadata.register(app, registrationWith());

    expect(created).toBe(true);
    expect(stored).toEqual({
      ...registrationWith(),
      applicationName: 'App',
      applicationRoleId: app.applicationRoleId,
      registeredAt: '2030-04-01T12:00:00.000Z',
      version: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...notPinned,
    });
    expect(await table.item('App')).toEqual({
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
    });
    expect(await table.item('AccessRole#appaccess')).toEqual({
      ApplicationName: 'AccessRole#appaccess',
      Owner: 'App',
      ClaimId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ClaimedAt: clock.now(),
    });
  });

  it('reads back every option as it was registered', async () => {
    const registration = registrationWith({
      issuer: 'https://idp.example.com/',
      audience: ['client-1', 'client-2'],
      tokenUse: 'id',
      algorithms: ['ES256', 'RS256'],
      sessionTags: [['Tier', 'custom:tier']],
      sessionTagValues: 'Any',
      sessionDurationSeconds: 900,
    });
    const { stored } = await metadata.register(app, registration);

    expect(await elsewhere().get(app)).toEqual(stored);
    expect(stored).toMatchObject(registration);
  });

  it('finds the identical registration again, and changes nothing', async () => {
    const { stored: first } = await metadata.register(app, registrationWith());
    const before = await table.items();
    clock.advance(1_000);

    expect(await metadata.register(app, registrationWith())).toEqual({ stored: first, created: false });
    expect(await table.items()).toEqual(before);
  });

  it.each<[string, Partial<Registration>]>([
    ['access role', { accessRoleName: 'Other' }],
    ['session tag key', { sessionTagKey: 'Tenant' }],
    ['claim', { jwtClaimName: 'tenant' }],
    ['JWK set', { jwksUrl: 'https://idp.example.com/other.json' }],
    ['issuer', { issuer: 'https://idp.example.com' }],
    ['audience', { audience: ['client-1'] }],
    ['token use', { tokenUse: 'access' }],
    ['algorithms', { algorithms: ['ES256'] }],
    ['further tags', { sessionTags: [['Tier', 'tier']] }],
    ['tag values', { sessionTagValues: 'Any' }],
    ['duration', { sessionDurationSeconds: 900 }],
  ])('refuses a registration that differs in its %s', async (_, difference) => {
    await metadata.register(app, registrationWith());
    const before = await table.items();

    await expect(metadata.register(app, registrationWith(difference))).rejects.toMatchObject({
      code: 'ApplicationAlreadyRegistered',
      message: 'the application App is registered differently; replace it with PUT /applications',
    });
    expect(await table.items()).toEqual(before);
  });
});

describe('replacing', () => {
  it('keeps the time of registration, renews the claim, and gives a new version', async () => {
    const { stored } = await metadata.register(app, registrationWith());
    const claim = await table.item('AccessRole#appaccess');
    clock.advance(60_000);
    const replaced = await metadata.replace(app, registrationWith({ sessionDurationSeconds: 900 }));

    expect(replaced).toEqual({ ...stored, sessionDurationSeconds: 900, version: expect.any(String) });
    expect(replaced.version).not.toBe(stored.version);
    expect(await elsewhere().get(app)).toEqual(replaced);
    const renewed = await table.item('AccessRole#appaccess');
    expect(renewed).toEqual({ ...claim, ClaimId: expect.any(String), ClaimedAt: clock.now() });
    expect(renewed?.['ClaimId']).not.toBe(claim?.['ClaimId']);
  });

  it('moves the claim with the access role', async () => {
    await metadata.register(app, registrationWith());
    await metadata.replace(app, registrationWith({ accessRoleName: 'team/Other' }));

    expect(await table.item('AccessRole#appaccess')).toBeUndefined();
    expect(await table.item('AccessRole#other')).toMatchObject({ Owner: 'App' });
  });

  it('refuses an application that is not registered', async () => {
    await expect(metadata.replace(app, registrationWith())).rejects.toMatchObject(notFound);
    expect(await table.items()).toEqual([]);
  });

  it('lets one of two that overlap win, and tells the other', async () => {
    await metadata.register(app, registrationWith());
    const outcomes = await Promise.allSettled([
      metadata.replace(app, registrationWith({ sessionDurationSeconds: 900 })),
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
    const { stored } = await metadata.register(app, registrationWith());

    expect(await metadata.deregister(app)).toEqual(stored);
    expect(await table.items()).toEqual([]);
    await expect(metadata.get(app)).rejects.toMatchObject(notFound);
  });

  it('refuses an application that is not registered', async () => {
    await expect(metadata.deregister(app)).rejects.toMatchObject(notFound);
  });
});

describe('a recreated role of the same name', () => {
  const recreated = callerNamed('App', 2);
  const refusal = {
    code: 'ApplicationRoleRecreated',
    message: 'the application App was registered by an earlier role of this name',
  };

  it.each<[string, () => Promise<unknown>]>([
    ['get credentials', () => metadata.get(recreated)],
    ['see the registration', () => metadata.show(recreated)],
    ['register', () => metadata.register(recreated, registrationWith())],
    ['replace the registration', () => metadata.replace(recreated, registrationWith())],
    ['deregister', () => metadata.deregister(recreated)],
  ])('may not %s', async (_, attempt) => {
    await metadata.register(app, registrationWith());
    const before = await table.items();

    await expect(attempt()).rejects.toMatchObject(refusal);
    expect(await table.items()).toEqual(before);
  });

  it('is refused from the cache too', async () => {
    await metadata.register(app, registrationWith());
    await metadata.get(app);
    table.down = true;

    await expect(metadata.get(recreated)).rejects.toMatchObject(refusal);
    await expect(metadata.get(app)).resolves.toMatchObject({ applicationName: 'App' });
  });
});
