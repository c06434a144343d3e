// The registrations as `isb` reads and marks them: beside the broker, which may write at any time.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Registrations } from '../../../../client/cli/registrations.ts';
import { accessMetadataOn } from '../../../support/access-metadata.ts';
import { callerNamed } from '../../../support/callers.ts';
import { DynamoDbTable } from '../../../support/dynamodb-table.ts';
import { registrationWith } from '../../../support/registrations.ts';

const app = callerNamed('App');
const revokedAt = '2030-04-01T12:00:02Z';

let table: DynamoDbTable;
let registrations: Registrations;

beforeAll(async () => {
  table = await DynamoDbTable.start();
});
beforeEach(async () => {
  await table.reset();
  registrations = new Registrations(table.client, table.name);
  await broker().register(app, registrationWith({ accessRoleName: 'team/AppAccess' }));
});
afterAll(() => table.stop());

const broker = () => accessMetadataOn(table, Date.now);

async function read(applicationName = 'App') {
  const registered = await registrations.read(applicationName);
  if (!registered) throw new Error(`${applicationName} is not registered`);
  return registered;
}

describe('a registration', () => {
  it('is read with its access role’s name, which has no path in IAM', async () => {
    expect(await read()).toEqual({
      applicationName: 'App',
      accessRoleName: 'AppAccess',
      sessionTagKey: 'TenantID',
      version: (await table.item('App'))?.['Version'],
    });
  });

  it('is nothing where the application is not registered', async () => {
    expect(await registrations.read('Nobody')).toBeUndefined();
  });

  it('is refused where the item is none', async () => {
    await table.put({ ApplicationName: 'App', AccessRoleName: 'AppAccess' });
    await expect(registrations.read('App')).rejects.toThrow(
      'what the table holds for App is no registration',
    );
  });
});

describe('the applications of an access role', () => {
  it('are all that are registered with it, whatever its path and letter case, and no claim', async () => {
    const items = await table.items();
    const registration = items.find(({ ApplicationName }) => ApplicationName === 'App');
    await table.put({ ...registration, ApplicationName: 'Sharing', AccessRoleName: 'other/APPACCESS' });
    await table.put({ ...registration, ApplicationName: 'Alone', AccessRoleName: 'team/AppAccess2' });

    expect(await registrations.applicationsOf('AppAccess')).toEqual(['App', 'Sharing']);
    expect(await registrations.applicationsOf('Unknown')).toEqual([]);
  });

  it('are found on every page of the table', async () => {
    const registration = await table.item('App');
    const padding = 'x'.repeat(100_000);
    // More than the megabyte that a page holds.
    const names = Array.from({ length: 15 }, (_, index) => `Sharing-${String(index).padStart(2, '0')}`);
    for (const ApplicationName of names) await table.put({ ...registration, ApplicationName, padding });

    expect(await registrations.applicationsOf('AppAccess')).toEqual(['App', ...names]);
  });
});

describe('a mark', () => {
  it('gives a new version and the time of the revocation, and changes nothing else', async () => {
    const before = await table.item('App');
    expect(await registrations.mark(await read(), revokedAt)).toBe(true);

    const after = await table.item('App');
    expect(after).toEqual({ ...before, Version: expect.any(String), RevokedAt: revokedAt });
    expect(after?.['Version']).not.toBe(before?.['Version']);
    expect(await broker().get(app)).toMatchObject({ revokedAt, version: after?.['Version'] });
  });

  it('is never taken back to an earlier time, and gives a new version whenever it is made', async () => {
    await registrations.mark(await read(), revokedAt);
    const first = await read();
    expect(await registrations.mark(first, '2030-04-01T12:00:01Z')).toBe(true);
    const second = await read();
    expect(second).toEqual({ ...first, version: expect.any(String) });
    expect(second.version).not.toBe(first.version);

    await registrations.mark(second, '2030-04-01T12:00:03Z');
    expect(await read()).toMatchObject({ revokedAt: '2030-04-01T12:00:03Z' });
  });

  it.each(['soon', '2031-02-31T12:00:00Z', '2031-01-01', 2_000_000_000, null])(
    'takes the place of one that is no time, as %j',
    async (RevokedAt) => {
      const item = await table.item('App');
      await table.put({ ...item, ApplicationName: 'App', RevokedAt });
      await expect(broker().get(app)).rejects.toMatchObject({ code: 'AccessMetadataUnavailable' });
      await registrations.mark(await read(), revokedAt);
      expect(await broker().get(app)).toMatchObject({ revokedAt });
    },
  );

  it('is not made on a registration that was changed, or removed, since it was read', async () => {
    const registered = await read();
    const stored = await broker().replace(app, registrationWith());
    expect(await registrations.mark(registered, revokedAt)).toBe(false);
    expect(await table.item('App')).toMatchObject({ Version: stored.version });
    expect(await table.item('App')).not.toHaveProperty('RevokedAt');

    await broker().deregister(app);
    expect(await registrations.mark(registered, revokedAt)).toBe(false);
    expect(await table.item('App')).toBeUndefined();
  });

  it('is made where only the answer was lost', async () => {
    const registered = await read();
    table.failNext('lost');
    expect(await registrations.mark(registered, revokedAt)).toBe(true);
    expect(await table.item('App')).toMatchObject({ RevokedAt: revokedAt });
  });

  it('that DynamoDB does not carry out is a failure', async () => {
    const registered = await read();
    table.failNext('refused', 'refused');
    await expect(registrations.mark(registered, revokedAt)).rejects.toThrow('ECONNREFUSED');
  });
});
