// Access Metadata: an access role that several applications register, where its owner says so.
import { describe, expect, it } from 'vitest';
import { claimed, probing, useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');
const CLAIM = 'AccessRole#appaccess';

describe('an access role whose trust policy pins the external id', () => {
  const pinned = probing({ report: { trust: 'Pinned', roleHasSessionTag: false } });

  it('is another’s all the same: that its policy lets in a second application says nothing', async () => {
    await fixture.metadata.register(yellow, registrationWith(), pinned);

    await expect(fixture.metadata.register(green, registrationWith(), pinned)).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });
});

describe('an access role that its owner shares', () => {
  const sharing = registrationWith({ sharedWith: ['Green'] });
  const notShared = {
    code: 'AccessRoleNotShared',
    statusCode: 403,
    message: 'the access role AppAccess is shared with Green no longer: its owner must name it in SharedWith',
  };

  it('is registered by the application that the owner names, which holds no claim', async () => {
    await fixture.metadata.register(yellow, sharing);
    const second = await fixture.metadata.register(green, registrationWith());

    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Yellow' });
    expect(second.stored.sharedBy).toBe('Yellow');
    expect(await fixture.metadata.get(green)).toEqual(second.stored);
  });

  it('is kept from everybody else', async () => {
    await fixture.metadata.register(yellow, sharing);

    await expect(fixture.metadata.register(callerNamed('Blue'), registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it('is not shared under another name by whoever shares a role of their own', async () => {
    await fixture.metadata.register(
      yellow,
      registrationWith({ accessRoleName: 'Mine', sharedWith: ['Green'] }),
    );
    await fixture.metadata.register(callerNamed('Blue'), registrationWith());

    await expect(fixture.metadata.register(green, registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it.each<[string, () => Promise<unknown>]>([
    ['takes the name out', () => fixture.metadata.replace(yellow, registrationWith())],
    ['names another', () => fixture.metadata.replace(yellow, registrationWith({ sharedWith: ['Blue'] }))],
    [
      'moves to another role',
      () =>
        fixture.metadata.replace(
          yellow,
          registrationWith({ accessRoleName: 'Other', sharedWith: ['Green'] }),
        ),
    ],
    [
      'registers the role anew, which was made anew',
      () => fixture.metadata.replace(yellow, sharing, probing({ accessRoleId: 'AROAANOTHER00000001' })),
    ],
    ['deregisters', () => fixture.metadata.deregister(yellow)],
  ])('is shared no longer once the owner %s', async (_, end) => {
    await fixture.metadata.register(yellow, sharing);
    await fixture.metadata.register(green, registrationWith());
    await fixture.metadata.get(green);
    await end();

    await expect(fixture.elsewhere().get(green)).rejects.toMatchObject(notShared);
    await expect(fixture.metadata.get(green)).rejects.toMatchObject(notShared);
  });

  it('is not shared on by whoever shares it in turn, its earlier owner say', async () => {
    await fixture.metadata.register(yellow, sharing);
    await fixture.metadata.register(green, registrationWith());
    await fixture.metadata.deregister(yellow);
    await fixture.metadata.register(callerNamed('Blue'), registrationWith({ sharedWith: ['Yellow'] }));
    const { stored } = await fixture.metadata.register(yellow, sharing);
    expect(stored.sharedBy).toBe('Blue');

    await expect(fixture.elsewhere().get(green)).rejects.toMatchObject(notShared);
  });

  it('stays shared while DynamoDB fails, as long as registrations are served from the cache', async () => {
    await fixture.metadata.register(yellow, sharing);
    const { stored } = await fixture.metadata.register(green, registrationWith());
    await fixture.metadata.get(green);
    fixture.clock.advance(31_000);
    fixture.table.failNext('refused', 'refused', 'refused', 'refused');

    expect(await fixture.metadata.get(green)).toEqual(stored);
  });

  it('goes to one who shared it, once it is free and asked for', async () => {
    await fixture.metadata.register(yellow, sharing);
    await fixture.metadata.register(green, registrationWith());
    await fixture.metadata.deregister(yellow);
    await fixture.metadata.replace(green, registrationWith());

    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Green' });
    expect((await fixture.metadata.get(green)).sharedBy).toBeUndefined();
  });
});
