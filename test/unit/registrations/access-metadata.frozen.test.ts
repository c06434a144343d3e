// Access Metadata in an execution environment that is frozen half-way: however late it goes on, no role gets a second owner.
import { describe, expect, it } from 'vitest';
import { useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { Hold } from '../../support/dynamodb-table.ts';
import { registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');
const shared = registrationWith({ accessRoleName: 'Shared' });
const claimed = { code: 'AccessRoleClaimed' };
const unavailable = { code: 'AccessMetadataUnavailable', statusCode: 503 };

/** The requests of each operation that can be held, in order. */
const registering = ['read', 'read the claim', 'claim', 'write', 'check the claim'];
const replacing = ['read', 'read the old claim', 'read the new claim', 'claim', 'write'];

const { elsewhere } = fixture;

/** Starts a request and freezes it at one of its steps; what is returned lets it go on, to its outcome. */
async function freeze<T>(start: () => Promise<T>, steps: readonly string[], step: string) {
  const hold = new Hold();
  fixture.table.failNext(...Array.from({ length: steps.indexOf(step) }, () => 'none' as const), hold);
  const running = start();
  // Awaited by the test, but only once it lets the request go on.
  running.catch(() => undefined);
  await hold.reached;
  return (): Promise<T> => {
    hold.release();
    return running;
  };
}

const registerFrozen = (step: string) =>
  freeze(() => fixture.metadata.register(yellow, shared), registering, step);

async function expectOwner(applicationName: string): Promise<void> {
  expect(await fixture.table.item('AccessRole#shared')).toMatchObject({ Owner: applicationName });
  const owners = (await fixture.table.items()).filter((item) => item['AccessRoleName'] === 'Shared');
  expect(owners.map((item) => item.ApplicationName)).toEqual([applicationName]);
}

describe('a registration that is frozen', () => {
  it.each(registering.filter((step) => step !== 'check the claim'))(
    'before it can %s, and overtaken by another application, does not stay registered',
    async (step) => {
      const goOn = await registerFrozen(step);
      fixture.clock.advance(5 * 60_000);
      await elsewhere().register(green, shared);

      await expect(goOn()).rejects.toMatchObject(claimed);
      await expectOwner('Green');
    },
  );

  it('when it has been written keeps its role: the claim is not abandoned', async () => {
    const goOn = await registerFrozen('check the claim');
    fixture.clock.advance(5 * 60_000);
    await expect(elsewhere().register(green, shared)).rejects.toMatchObject(claimed);

    await expect(goOn()).resolves.toMatchObject({ created: true });
    await expectOwner('Yellow');
  });

  it('when it has been written, and is taken back, is served from the cache no longer', async () => {
    const goOn = await registerFrozen('write');
    fixture.clock.advance(5 * 60_000);
    await elsewhere().register(green, shared);
    const written = new Hold();
    fixture.table.failNext(written);
    const refused = expect(goOn()).rejects.toMatchObject(claimed);
    await written.reached;
    await expect(fixture.metadata.get(yellow)).resolves.toMatchObject(shared);
    written.release();
    await refused;

    await expect(fixture.metadata.get(yellow)).rejects.toMatchObject({ code: 'ApplicationNotFound' });
  });

  it('and may have been taken back, where DynamoDB does not say so, is served from the cache no longer', async () => {
    const goOn = await registerFrozen('write');
    fixture.clock.advance(5 * 60_000);
    await elsewhere().register(green, shared);
    const written = new Hold();
    fixture.table.failNext(written);
    const refused = expect(goOn()).rejects.toMatchObject(unavailable);
    await written.reached;
    await fixture.metadata.get(yellow);
    const [readTheClaim, takeBack, again] = ['none', 'lost', 'refused'] as const;
    fixture.table.failNext(readTheClaim, takeBack, again);
    written.release();
    await refused;

    await expect(fixture.metadata.get(yellow)).rejects.toMatchObject({ code: 'ApplicationNotFound' });
  });

  it('is written under a claim younger than 30 seconds, or not at all', async () => {
    const inTime = await registerFrozen('claim');
    fixture.clock.advance(29_999);
    await expect(inTime()).resolves.toMatchObject({ created: true });
    await fixture.metadata.deregister(yellow);

    const tooLate = await registerFrozen('claim');
    fixture.clock.advance(30_000);
    await expect(tooLate()).rejects.toMatchObject(unavailable);
    expect(await fixture.table.item('Yellow')).toBeUndefined();
  });

  it('and failed for the age of its claim is completed by asking again', async () => {
    const goOn = await registerFrozen('claim');
    fixture.clock.advance(30_000);
    await expect(goOn()).rejects.toMatchObject(unavailable);

    await expect(fixture.metadata.register(yellow, shared)).resolves.toMatchObject({ created: true });
    await expectOwner('Yellow');
  });

  it('until its overtaker has deregistered takes the role anew, claim and all', async () => {
    const goOn = await registerFrozen('write');
    fixture.clock.advance(5 * 60_000);
    await elsewhere().register(green, shared);
    await elsewhere().deregister(green);

    await goOn();
    await expectOwner('Yellow');
  });
});

describe('a claim that a crash has left', () => {
  const steps = Array.from({ length: 8 }, (_, step) => String(step));

  it.each(steps)('goes to one of two, where the other is frozen before its request %s', async (step) => {
    await fixture.metadata.register(yellow, shared);
    await fixture.table.remove('Yellow');
    fixture.clock.advance(5 * 60_000);
    const goOn = await freeze(() => fixture.metadata.register(green, shared), steps, step);
    const [overtaking] = await Promise.allSettled([elsewhere().register(callerNamed('Blue'), shared)]);
    const [frozen] = await Promise.allSettled([goOn()]);

    expect([overtaking.status, frozen.status].sort()).toEqual(['fulfilled', 'rejected']);
    await expectOwner(overtaking.status === 'fulfilled' ? 'Blue' : 'Green');
  });
});

describe('a replacement that is frozen', () => {
  it.each(['claim', 'write'])(
    'before its %s, and overtaken by another application, leaves the role to that one',
    async (step) => {
      await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'Yellow' }));
      const goOn = await freeze(() => fixture.metadata.replace(yellow, shared), replacing, step);
      fixture.clock.advance(5 * 60_000);
      await elsewhere().register(green, shared);

      await expect(goOn()).rejects.toMatchObject(claimed);
      await expectOwner('Green');
    },
  );

  it('and loses to another of the same application gives up the claim that it took', async () => {
    await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'Yellow' }));
    const goOn = await freeze(() => fixture.metadata.replace(yellow, shared), replacing, 'write');
    await elsewhere().replace(yellow, registrationWith({ accessRoleName: 'Elsewhere' }));

    await expect(goOn()).rejects.toMatchObject({ code: 'RegistrationChanged' });
    await expect(elsewhere().register(green, shared)).resolves.toMatchObject({ created: true });
  });
});

describe('a deregistration that is frozen', () => {
  it('before it gives up its claim leaves the one that its application has taken since', async () => {
    await fixture.metadata.register(yellow, shared);
    const steps = ['read', 'read the claim', 'remove', 'release'];
    const goOn = await freeze(() => fixture.metadata.deregister(yellow), steps, 'release');
    expect(await fixture.table.item('Yellow')).toBeUndefined();
    await elsewhere().register(yellow, shared);

    await goOn();
    await expectOwner('Yellow');
    fixture.clock.advance(5 * 60_000);
    await expect(elsewhere().register(green, shared)).rejects.toMatchObject(claimed);
  });
});
