// Access Metadata: the claims that bind an access role to one application.
import { describe, expect, it, vi } from 'vitest';
import type { Caller } from '../../../service/caller.ts';
import { BrokerError } from '../../../service/errors.ts';
import { claimed, notPinned, probeOf, probing, useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { Hold } from '../../support/dynamodb-table.ts';
import { registrationWith } from '../../support/registrations.ts';

const fixture = useAccessMetadata();

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');
const CLAIM = 'AccessRole#appaccess';

describe('the claim on an access role', () => {
  it.each(['AppAccess', 'APPACCESS', 'appaccess', 'team/AppAccess', 'a/b/appACCESS'])(
    'keeps another application from registering it as %s',
    async (spelling) => {
      await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'AppAccess' }));
      const before = await fixture.table.items();

      await expect(
        fixture.metadata.register(green, registrationWith({ accessRoleName: spelling })),
      ).rejects.toMatchObject(claimed(spelling));
      expect(await fixture.table.items()).toEqual(before);
    },
  );

  it('keeps another application from taking it over by a replacement', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.register(green, registrationWith({ accessRoleName: 'GreenAccess' }));
    const before = await fixture.table.items();

    await expect(fixture.metadata.replace(green, registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
    expect(await fixture.table.items()).toEqual(before);
  });

  it('keeps from another what its role lets in: nothing is waited for but one call, whatever comes of it', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const enter = vi.fn(probing().enter);
    const unasked = vi.fn(() => new Promise<never>(() => undefined));
    const probe = { enter, begin: () => ({ accessRoleId: unasked, report: unasked }) };

    await expect(fixture.metadata.register(green, registrationWith(), probe)).rejects.toMatchObject(
      claimed('AppAccess'),
    );
    expect(enter).toHaveBeenCalledOnce();
    expect(unasked).not.toHaveBeenCalled();
  });

  it('holds however old it is, while its registration stands', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    fixture.clock.advance(365 * 24 * 3600_000);

    await expect(fixture.metadata.register(green, registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it('is free at once after its owner has deregistered', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.deregister(yellow);

    await expect(fixture.metadata.register(green, registrationWith())).resolves.toMatchObject({
      created: true,
    });
  });

  it('is free at once after its owner has moved to another access role', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.replace(yellow, registrationWith({ accessRoleName: 'YellowAccess' }));

    await expect(fixture.metadata.register(green, registrationWith())).resolves.toMatchObject({
      created: true,
    });
  });

  it('is renewed, and not given up, when its owner changes only the path or the letter case', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const claim = await fixture.table.item(CLAIM);
    fixture.clock.advance(1_000);
    await fixture.metadata.replace(yellow, registrationWith({ accessRoleName: 'team/appaccess' }));

    const renewed = await fixture.table.item(CLAIM);
    expect(renewed).toMatchObject({ Owner: 'Yellow', ClaimedAt: fixture.clock.now() });
    expect(renewed?.['ClaimId']).not.toBe(claim?.['ClaimId']);
    expect(await fixture.table.items()).toHaveLength(2);
  });

  it('is free at once after parallel registrations that each renewed it', async () => {
    await Promise.all(Array.from({ length: 5 }, () => fixture.metadata.register(yellow, registrationWith())));
    await fixture.metadata.deregister(yellow);

    expect(await fixture.table.items()).toEqual([]);
  });

  it('cannot be mistaken for a registration: no role’s name has a #', async () => {
    await fixture.metadata.register(yellow, registrationWith());

    await expect(fixture.metadata.get(callerNamed(CLAIM))).rejects.toMatchObject({
      code: 'AccessMetadataUnavailable',
    });
  });
});

describe('the probe of an access role', () => {
  it('is waited for only when something is to be written', async () => {
    const never = vi.fn(() => new Promise<never>(() => undefined));
    const probe = { enter: never, begin: () => ({ accessRoleId: never, report: never }) };
    await expect(fixture.metadata.replace(yellow, registrationWith(), probe)).rejects.toMatchObject({
      code: 'ApplicationNotFound',
    });
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.register(yellow, registrationWith(), probe);

    expect(never).not.toHaveBeenCalled();
  });

  it('is not begun for an application that is known, and begun before anything else for any other', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await fixture.metadata.get(yellow);
    const begin = vi.fn(probing().begin);
    await fixture.metadata.register(yellow, registrationWith(), { ...probing(), begin });
    expect(begin).not.toHaveBeenCalled();

    const read = new Hold();
    fixture.table.failNext(read);
    const registering = fixture.elsewhere().register(yellow, registrationWith(), { ...probing(), begin });
    expect(begin).toHaveBeenCalledOnce();
    read.release();
    await registering;
  });

  const notLetIn = new BrokerError('AccessRoleNotAssumable', 'the access role cannot be assumed');
  const failure = new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment');

  it.each([notLetIn, failure])('that ends in $code leaves nothing behind', async (error) => {
    const probe = probeOf(() => Promise.reject(error));
    await expect(fixture.metadata.register(yellow, registrationWith(), probe)).rejects.toBe(error);

    expect(await fixture.table.items()).toEqual([]);
  });

  it.each([notLetIn, new BrokerError('TrustNotPinned', 'the trust policy lets the broker in')])(
    'tells nothing of a role that is another’s: $code is told as its being claimed',
    async (denial) => {
      await fixture.metadata.register(yellow, registrationWith());
      await fixture.metadata.register(green, registrationWith({ accessRoleName: 'GreenAccess' }));
      const before = await fixture.table.items();
      const report = vi.fn(async () => notPinned);
      const probe = probeOf(() => Promise.reject(denial), report);

      await expect(
        fixture.metadata.register(callerNamed('Blue'), registrationWith(), probe),
      ).rejects.toMatchObject(claimed('AppAccess'));
      await expect(fixture.metadata.replace(green, registrationWith(), probe)).rejects.toMatchObject(
        claimed('AppAccess'),
      );
      expect(await fixture.table.items()).toEqual(before);
      expect(report).not.toHaveBeenCalled();
    },
  );

  it('that fails is a failure, whoever has the role', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const probe = probeOf(() => Promise.reject(failure));

    await expect(fixture.metadata.register(green, registrationWith(), probe)).rejects.toBe(failure);
  });

  it('is told the owner as it is', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    const probe = probeOf(() => Promise.reject(notLetIn));

    await expect(fixture.metadata.replace(yellow, registrationWith(), probe)).rejects.toBe(notLetIn);
  });

  it('is no use to one who loses the role while it is made', async () => {
    const probe = probeOf(probing().enter, async () => {
      if (!(await fixture.table.item(CLAIM))) await fixture.metadata.register(green, registrationWith());
      return notPinned;
    });

    await expect(fixture.metadata.register(yellow, registrationWith(), probe)).rejects.toMatchObject(
      claimed('AppAccess'),
    );
    expect(await fixture.table.item('Yellow')).toBeUndefined();
  });
});

describe('a claim that a crash has left without its registration', () => {
  const leaveClaim = (owner: Caller, claimedAt = fixture.clock.now()) =>
    fixture.table.put({
      ApplicationName: CLAIM,
      Owner: owner.applicationName,
      ClaimId: 'left-over',
      ClaimedAt: claimedAt,
    });

  it('is taken over by its owner at once', async () => {
    await leaveClaim(yellow);

    const left = await fixture.table.item(CLAIM);
    const { created } = await fixture.metadata.register(yellow, registrationWith());
    expect(created).toBe(true);
    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Yellow' });
    expect((await fixture.table.item(CLAIM))?.['ClaimId']).not.toBe(left?.['ClaimId']);
  });

  it('is refused to others for a minute, and theirs after it', async () => {
    await leaveClaim(yellow);

    fixture.clock.advance(59_999);
    await expect(fixture.metadata.register(green, registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
    fixture.clock.advance(1);
    await expect(fixture.metadata.register(green, registrationWith())).resolves.toMatchObject({
      created: true,
    });
    expect(await fixture.table.item(CLAIM)).toMatchObject({ Owner: 'Green' });
  });

  it('is left over too when its owner has registered another access role', async () => {
    await fixture.metadata.register(yellow, registrationWith({ accessRoleName: 'YellowAccess' }));
    await leaveClaim(yellow, fixture.clock.now() - 60_000);

    await expect(fixture.metadata.register(green, registrationWith())).resolves.toMatchObject({
      created: true,
    });
  });

  it('is not left over while its owner’s registration names the role, whatever the claim’s id', async () => {
    await fixture.metadata.register(yellow, registrationWith());
    await leaveClaim(yellow, fixture.clock.now() - 60_000);

    await expect(fixture.metadata.register(green, registrationWith())).rejects.toMatchObject(
      claimed('AppAccess'),
    );
  });

  it('goes to one of two applications that take it at the same time', async () => {
    await leaveClaim(callerNamed('Gone'), fixture.clock.now() - 60_000);
    const outcomes = await Promise.allSettled([
      fixture.metadata.register(yellow, registrationWith()),
      fixture.metadata.register(green, registrationWith()),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});
