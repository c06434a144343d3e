// Access Metadata: an access role that was deleted, and made anew under its name.
import { describe, expect, it } from 'vitest';
import { claimed, probing, useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');
const CLAIM = 'AccessRole#appaccess';

describe('an access role that was made anew', () => {
  const anew = probing({ accessRoleId: 'AROAANOTHER00000001' });

  it('is claimed by whoever registers it first, for nobody holds this one', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const { stored } = await fixture.metadata.register(green, registrationWith(), anew);

    expect(stored.accessRoleId).toBe('AROAANOTHER00000001');
    expect(await fixture.table.item(CLAIM)).toMatchObject({
      Owner: 'Green',
      AccessRoleId: 'AROAANOTHER00000001',
    });
    await expect(fixture.metadata.replace(yellow, registrationWith(), anew)).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it('is bound anew by its owner, who registers it once more', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const stored = await fixture.metadata.replace(yellow, registrationWith(), anew);

    expect(stored.accessRoleId).toBe('AROAANOTHER00000001');
    await expect(fixture.metadata.register(green, registrationWith(), anew)).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it('stays with who took it, when the earlier owner leaves it', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.register(green, registrationWith(), anew);
    await fixture.metadata.replace(yellow, registrationWith({ accessRoleName: 'Elsewhere' }));
    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Green' });

    await fixture.metadata.replace(yellow, registrationWith({ accessRoleName: 'Further' }));
    await fixture.metadata.deregister(yellow);
    expect((await fixture.table.items()).map(({ ApplicationName }) => ApplicationName).sort()).toEqual([
      CLAIM,
      'Green',
    ]);
  });

  it('stays with who took it, when the earlier owner deregisters', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.register(green, registrationWith(), anew);
    await fixture.metadata.deregister(yellow);

    expect(await fixture.table.item('Yellow')).toBeUndefined();
    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Green' });
  });

  it('goes to one of two who register it at once, and not to one whose look at the claim is old', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const outcomes = await Promise.allSettled([
      fixture.elsewhere().register(green, registrationWith(), anew),
      fixture.elsewhere().register(callerNamed('Blue'), registrationWith(), anew),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [owner] = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value.stored.applicationName] : [],
    );
    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: owner });
  });
});
