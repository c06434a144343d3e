// Access Metadata: the claims that bind an access role to one application.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AccessMetadata } from '../../service/access-metadata.ts';
import type { Caller } from '../../service/caller.ts';
import { AccessMetadataTable } from '../support/access-metadata-table.ts';
import { callerNamed } from '../support/callers.ts';
import { frozenClock } from '../support/clock.ts';
import { registrationWith } from '../support/registrations.ts';

let table: AccessMetadataTable;
let clock: ReturnType<typeof frozenClock>;
let metadata: AccessMetadata;

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');
const CLAIM = 'AccessRole#appaccess';

beforeAll(async () => {
  table = await AccessMetadataTable.start();
});
afterAll(() => table.stop());
beforeEach(async () => {
  await table.reset();
  clock = frozenClock();
  metadata = new AccessMetadata(table.client, table.name, clock.now);
});

const claimed = (accessRoleName: string) => ({
  code: 'AccessRoleClaimed',
  message: `the access role ${accessRoleName} is registered by another application`,
});

describe('the claim on an access role', () => {
  it.each(['AppAccess', 'APPACCESS', 'appaccess', 'team/AppAccess', 'a/b/appACCESS'])(
    'keeps another application from registering it as %s',
    async (spelling) => {
      await metadata.register(yellow, registrationWith({ accessRoleName: 'AppAccess' }));
      const before = await table.items();

      await expect(
        metadata.register(green, registrationWith({ accessRoleName: spelling })),
      ).rejects.toMatchObject(claimed(spelling));
      expect(await table.items()).toEqual(before);
    },
  );

  it('keeps another application from taking it over by a replacement', async () => {
    await metadata.register(yellow, registrationWith());
    await metadata.register(green, registrationWith({ accessRoleName: 'GreenAccess' }));
    const before = await table.items();

    await expect(metadata.replace(green, registrationWith())).rejects.toMatchObject(claimed('AppAccess'));
    expect(await table.items()).toEqual(before);
  });

  it('holds however old it is, while its registration stands', async () => {
    await metadata.register(yellow, registrationWith());
    clock.advance(365 * 24 * 3600_000);

    await expect(metadata.register(green, registrationWith())).rejects.toMatchObject(claimed('AppAccess'));
  });

  it('is free at once after its owner has deregistered', async () => {
    await metadata.register(yellow, registrationWith());
    await metadata.deregister(yellow);

    await expect(metadata.register(green, registrationWith())).resolves.toMatchObject({ created: true });
  });

  it('is free at once after its owner has moved to another access role', async () => {
    await metadata.register(yellow, registrationWith());
    await metadata.replace(yellow, registrationWith({ accessRoleName: 'YellowAccess' }));

    await expect(metadata.register(green, registrationWith())).resolves.toMatchObject({ created: true });
  });

  it('stays while its owner changes only the path or the letter case', async () => {
    const { stored } = await metadata.register(yellow, registrationWith());
    await metadata.replace(yellow, registrationWith({ accessRoleName: 'team/appaccess' }));

    expect(await table.item(CLAIM)).toMatchObject({ Owner: 'Yellow', ClaimId: stored.claimId });
  });

  it('cannot be mistaken for a registration: no role’s name has a #', async () => {
    await metadata.register(yellow, registrationWith());

    await expect(metadata.get(callerNamed(CLAIM))).rejects.toMatchObject({
      code: 'AccessMetadataUnavailable',
    });
  });
});

describe('a claim that a crash has left without its registration', () => {
  const leaveClaim = (owner: Caller, claimedAt = clock.now()) =>
    table.put({
      ApplicationName: CLAIM,
      Owner: owner.applicationName,
      ClaimId: 'left-over',
      ClaimedAt: claimedAt,
    });

  it('is taken over by its owner at once', async () => {
    await leaveClaim(yellow);

    const { stored, created } = await metadata.register(yellow, registrationWith());
    expect(created).toBe(true);
    expect(await table.item(CLAIM)).toMatchObject({ Owner: 'Yellow', ClaimId: stored.claimId });
  });

  it('is refused to others for a minute, and theirs after it', async () => {
    await leaveClaim(yellow);

    clock.advance(59_999);
    await expect(metadata.register(green, registrationWith())).rejects.toMatchObject(claimed('AppAccess'));
    clock.advance(1);
    await expect(metadata.register(green, registrationWith())).resolves.toMatchObject({ created: true });
    expect(await table.item(CLAIM)).toMatchObject({ Owner: 'Green' });
  });

  it('is left over too when its owner has registered another access role', async () => {
    await metadata.register(yellow, registrationWith({ accessRoleName: 'YellowAccess' }));
    await leaveClaim(yellow, clock.now() - 60_000);

    await expect(metadata.register(green, registrationWith())).resolves.toMatchObject({ created: true });
  });

  it('is not left over while its owner’s registration names the role, whatever the claim’s id', async () => {
    await metadata.register(yellow, registrationWith());
    await leaveClaim(yellow, clock.now() - 60_000);

    await expect(metadata.register(green, registrationWith())).rejects.toMatchObject(claimed('AppAccess'));
  });

  it('goes to one of two applications that take it at the same time', async () => {
    await leaveClaim(callerNamed('Gone'), clock.now() - 60_000);
    const outcomes = await Promise.allSettled([
      metadata.register(yellow, registrationWith()),
      metadata.register(green, registrationWith()),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
