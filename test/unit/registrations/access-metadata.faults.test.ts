// Access Metadata when DynamoDB fails: lost answers, outages, items that are none, and the cache that bridges them.
import { describe, expect, it } from 'vitest';
import { useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const app = callerNamed('App');
const unavailable = {
  code: 'AccessMetadataUnavailable',
  message: 'the registrations cannot be read or written at the moment',
};
const notFound = { code: 'ApplicationNotFound', message: 'the application App is not registered' };
const replacement = registrationWith({ accessRoleName: 'Other' });

const { elsewhere } = fixture;

/** The table with exactly this application's registration and its claim. */
async function expectConsistent(accessRoleName: string): Promise<void> {
  const claimKey = `AccessRole#${accessRoleName.toLowerCase()}`;
  await elsewhere().get(app);
  expect((await fixture.table.items()).map(({ ApplicationName }) => ApplicationName).sort()).toEqual([
    claimKey,
    'App',
  ]);
  expect(await fixture.table.item(claimKey)).toMatchObject({ Owner: 'App' });
}

/** The requests of each operation, in order; one that fails is followed by the SDK's retry. */
const registering = ['read', 'write'];
const replacing = ['read', 'write'];
const deregistering = ['read', 'remove'];

describe('an answer that is lost although DynamoDB carried the request out', () => {
  it.each(registering)('%s, does not disturb a registration', async (step) => {
    fixture.table.failNext(...ordinary(registering.indexOf(step)), 'lost');

    await expect(fixture.metadata.register(app, registrationWith())).resolves.toMatchObject({
      created: true,
    });
    await expectConsistent('AppAccess');
  });

  it('of taking over a claim that was left behind does not disturb a registration', async () => {
    await fixture.table.put({
      ApplicationName: 'AccessRole#appaccess',
      Owner: 'Gone',
      ClaimId: 'left-over',
      ClaimedAt: fixture.clock.now() - 60_000,
    });
    const steps = ['read', 'read its owner', 'write'];
    fixture.table.failNext(...ordinary(steps.indexOf('write')), 'lost');

    await expect(fixture.metadata.register(app, registrationWith())).resolves.toMatchObject({
      created: true,
    });
    await expectConsistent('AppAccess');
  });

  it.each(replacing)('%s, does not disturb a replacement', async (step) => {
    await fixture.metadata.register(app, registrationWith());
    fixture.table.failNext(...ordinary(replacing.indexOf(step)), 'lost');

    await expect(fixture.metadata.replace(app, replacement)).resolves.toMatchObject(replacement);
    await expectConsistent('Other');
  });

  it.each(deregistering)('%s, does not disturb a deregistration', async (step) => {
    const { stored } = await fixture.metadata.register(app, registrationWith());
    fixture.table.failNext(...ordinary(deregistering.indexOf(step)), 'lost');

    await expect(fixture.metadata.deregister(app)).resolves.toEqual(stored);
    expect(await fixture.table.items()).toEqual([]);
  });
});

describe('a write that fails for good', () => {
  it.each(['refused', 'lost'] as const)('%s, of a registration: again completes it', async (fault) => {
    fixture.table.failNext('none', fault, fault);
    await expect(fixture.metadata.register(app, registrationWith())).rejects.toMatchObject(unavailable);
    if (fault === 'refused') expect(await fixture.table.items()).toEqual([]);
    else await expectConsistent('AppAccess');

    await fixture.metadata.register(app, registrationWith());
    await expectConsistent('AppAccess');
  });

  it.each(['refused', 'lost'] as const)('%s, of a replacement: again completes it', async (fault) => {
    await fixture.metadata.register(app, registrationWith());
    fixture.table.failNext('none', fault, fault);
    await expect(fixture.metadata.replace(app, replacement)).rejects.toMatchObject(unavailable);
    await expectConsistent(fault === 'refused' ? 'AppAccess' : 'Other');

    await fixture.metadata.replace(app, replacement);
    await expectConsistent('Other');
    await expect(fixture.metadata.register(callerNamed('Next'), registrationWith())).resolves.toMatchObject({
      created: true,
    });
  });

  it.each(['refused', 'lost'] as const)('%s, of a deregistration: it is whole, or gone', async (fault) => {
    await fixture.metadata.register(app, registrationWith());
    fixture.table.failNext('none', fault, fault);
    await expect(fixture.metadata.deregister(app)).rejects.toMatchObject(unavailable);
    if (fault === 'refused') await expectConsistent('AppAccess');
    else expect(await fixture.table.items()).toEqual([]);
  });
});

describe('while DynamoDB is down', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['get', () => fixture.metadata.get(app)],
    ['show', () => fixture.metadata.show(app)],
    ['register', () => fixture.metadata.register(app, registrationWith())],
    ['replace', () => fixture.metadata.replace(app, registrationWith())],
    ['deregister', () => fixture.metadata.deregister(app)],
  ])('%s fails with 503, and says nothing of what is registered', async (_, attempt) => {
    fixture.table.down = true;
    await expect(attempt()).rejects.toMatchObject({ ...unavailable, statusCode: 503 });
  });

  it('a registration read before is served until it is five minutes old', async () => {
    const { stored } = await fixture.metadata.register(app, registrationWith());
    await fixture.metadata.get(app);
    fixture.table.down = true;

    fixture.clock.advance(5 * 60_000 - 1);
    expect(await fixture.metadata.get(app)).toEqual(stored);
    fixture.clock.advance(1);
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(unavailable);
  });

  it('a show is never answered from the cache', async () => {
    await fixture.metadata.register(app, registrationWith());
    await fixture.metadata.get(app);
    fixture.table.down = true;

    await expect(fixture.metadata.show(app)).rejects.toMatchObject(unavailable);
  });
});

describe('the cache of registrations', () => {
  it('asks the table once in 30 seconds', async () => {
    await fixture.metadata.register(app, registrationWith());
    fixture.table.requests = 0;

    await Promise.all(Array.from({ length: 50 }, () => fixture.metadata.get(app)));
    fixture.clock.advance(29_999);
    await fixture.metadata.get(app);
    expect(fixture.table.requests).toBe(1);
    fixture.clock.advance(1);
    await fixture.metadata.get(app);
    expect(fixture.table.requests).toBe(2);
  });

  it('remembers for 5 seconds that an application is not registered', async () => {
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
    await elsewhere().register(app, registrationWith());

    fixture.clock.advance(4_999);
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
    fixture.clock.advance(1);
    await expect(fixture.metadata.get(app)).resolves.toMatchObject(registrationWith());
  });

  it('forgets at once what this environment changes', async () => {
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
    await fixture.metadata.register(app, registrationWith());
    await expect(fixture.metadata.get(app)).resolves.toMatchObject(registrationWith());
    await fixture.metadata.replace(app, replacement);
    await expect(fixture.metadata.get(app)).resolves.toMatchObject(replacement);
    await fixture.metadata.deregister(app);
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
  });

  it('sees within 30 seconds what another environment changes', async () => {
    await fixture.metadata.register(app, registrationWith());
    await fixture.metadata.get(app);
    await elsewhere().deregister(app);

    fixture.clock.advance(29_999);
    await expect(fixture.metadata.get(app)).resolves.toMatchObject(registrationWith());
    fixture.clock.advance(1);
    await expect(fixture.metadata.get(app)).rejects.toMatchObject(notFound);
  });
});

describe('an item that is no registration', () => {
  it.each<[string, (item: Record<string, unknown>) => Record<string, unknown>]>([
    ['has nothing but its key', () => ({})],
    ['lacks a field', ({ SessionTagKey: _, ...item }) => item],
    ['has a field of a wrong type', (item) => ({ ...item, SessionDurationSeconds: '3600' })],
    ['has a mark that is no time', (item) => ({ ...item, RevokedAt: 'soon' })],
    ['has a mark that is no text', (item) => ({ ...item, RevokedAt: 1_901_275_200 })],
    ['has a mark that is nothing', (item) => ({ ...item, RevokedAt: null })],
    ['has a mark of a day that there is not', (item) => ({ ...item, RevokedAt: '2030-02-31T12:00:00Z' })],
    ['has a mark between two seconds', (item) => ({ ...item, RevokedAt: '2030-04-01T12:00:00.500Z' })],
    ['has a mark in no time zone', (item) => ({ ...item, RevokedAt: '2030-04-01T12:00:00' })],
    ['has a field that is none of a registration', (item) => ({ ...item, Wildcard: true })],
  ])('because it %s is a failure of the table, not of the caller', async (_, damage) => {
    await fixture.metadata.register(app, registrationWith());
    await fixture.table.put({ ...damage((await fixture.table.item('App')) ?? {}), ApplicationName: 'App' });

    await expect(fixture.metadata.get(app)).rejects.toMatchObject(unavailable);
    await expect(fixture.metadata.register(app, registrationWith())).rejects.toMatchObject(unavailable);
  });
});

/** So many requests that go well. */
function ordinary(count: number): 'none'[] {
  return Array.from({ length: count }, () => 'none');
}
