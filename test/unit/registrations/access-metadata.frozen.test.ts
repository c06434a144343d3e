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

/** The requests of each operation that can be held, in order. */
const registering = ['read', 'write'];
const replacing = ['read', 'write'];

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
  it.each(registering)(
    'before it can %s, and overtaken by another application, does not stay registered',
    async (step) => {
      const goOn = await registerFrozen(step);
      fixture.clock.advance(5 * 60_000);
      await elsewhere().register(green, shared);

      await expect(goOn()).rejects.toMatchObject(claimed);
      await expectOwner('Green');
    },
  );

  it.each(registering)(
    'before it can %s, and overtaken by nobody, is completed however late',
    async (step) => {
      const goOn = await registerFrozen(step);
      fixture.clock.advance(12 * 60 * 60_000);

      await expect(goOn()).resolves.toMatchObject({ created: true });
      await expectOwner('Yellow');
      await expect(elsewhere().register(green, shared)).rejects.toMatchObject(claimed);
    },
  );

  it('before its write, and overtaken by the same application, is that one’s', async () => {
    const goOn = await registerFrozen('write');
    const { stored } = await elsewhere().register(yellow, shared);

    await expect(goOn()).resolves.toEqual({ stored, created: false });
    await expectOwner('Yellow');
  });

  it('until its overtaker has deregistered takes the role, claim and all', async () => {
    const goOn = await registerFrozen('write');
    fixture.clock.advance(5 * 60_000);
    await elsewhere().register(green, shared);
    await elsewhere().deregister(green);

    await goOn();
    await expectOwner('Yellow');
  });
});

describe('a claim that a crash has left', () => {
  const steps = ['read', 'read its owner', 'write'];

  it.each(steps)('goes to one of two, where the other is frozen before it can %s', async (step) => {
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

/** As an execution environment has it that runs the version before: it wrote the claim first. */
describe('a claim that an earlier version has left', () => {
  it('is not taken over from an owner who has registered the role since it was looked at', async () => {
    await fixture.metadata.register(yellow, shared);
    const registration = await fixture.table.item('Yellow');
    await fixture.table.remove('Yellow');
    fixture.clock.advance(5 * 60_000);
    const steps = ['read', 'read its owner', 'write'];
    const goOn = await freeze(() => fixture.metadata.register(green, shared), steps, 'write');
    await fixture.table.put(registration as NonNullable<typeof registration>);

    await expect(goOn()).rejects.toMatchObject(claimed);
    await expectOwner('Yellow');
  });
});

describe('a replacement that is frozen', () => {
  it.each(replacing)(
    'before it can %s, and overtaken by another application, leaves the role to that one',
    async (step) => {
      await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'Yellow' }));
      const goOn = await freeze(() => fixture.metadata.replace(yellow, shared), replacing, step);
      fixture.clock.advance(5 * 60_000);
      await elsewhere().register(green, shared);

      await expect(goOn()).rejects.toMatchObject(claimed);
      await expectOwner('Green');
      expect(await fixture.table.item('AccessRole#yellow')).toMatchObject({ Owner: 'Yellow' });
    },
  );

  it('and loses to another of the same application keeps no claim', async () => {
    await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'Yellow' }));
    const goOn = await freeze(() => fixture.metadata.replace(yellow, shared), replacing, 'write');
    await elsewhere().replace(yellow, registrationWith({ accessRoleName: 'Elsewhere' }));

    await expect(goOn()).rejects.toMatchObject({ code: 'RegistrationChanged' });
    await expect(elsewhere().register(green, shared)).resolves.toMatchObject({ created: true });
  });

  it('and whose application deregisters meanwhile writes nothing', async () => {
    await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'Yellow' }));
    const goOn = await freeze(() => fixture.metadata.replace(yellow, shared), replacing, 'write');
    await elsewhere().deregister(yellow);

    await expect(goOn()).rejects.toMatchObject({ code: 'RegistrationChanged' });
    expect(await fixture.table.items()).toEqual([]);
  });
});

describe('a deregistration that is frozen', () => {
  it('leaves the registration, and its claim, that its application has made since', async () => {
    await fixture.metadata.register(yellow, shared);
    const goOn = await freeze(() => fixture.metadata.deregister(yellow), ['read', 'remove'], 'remove');
    await elsewhere().deregister(yellow);
    await elsewhere().register(yellow, shared);

    await expect(goOn()).rejects.toMatchObject({ code: 'RegistrationChanged' });
    await expectOwner('Yellow');
  });

  it('and finds that another request has deregistered it is done', async () => {
    const { stored } = await fixture.metadata.register(yellow, shared);
    const goOn = await freeze(() => fixture.metadata.deregister(yellow), ['read', 'remove'], 'remove');
    await elsewhere().deregister(yellow);
    await elsewhere().register(green, shared);

    await expect(goOn()).resolves.toEqual(stored);
    await expectOwner('Green');
  });
});
