// Access Metadata under races: whatever overlaps, an access role has one application, and a registration its claim.
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../service/caller.ts';
import { BrokerError } from '../../../service/errors.ts';
import { useAccessMetadata } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { registrationWith } from '../../support/registrations.ts';

const ROUNDS = 15;

const fixture = useAccessMetadata();

const yellow = callerNamed('Yellow');
const green = callerNamed('Green');

/** Every request comes to an execution environment of its own. */
const environment = fixture.elsewhere;

const register = (caller: Caller, accessRoleName: string) =>
  environment().register(caller, registrationWith({ accessRoleName }));
const replace = (caller: Caller, accessRoleName: string) =>
  environment().replace(caller, registrationWith({ accessRoleName }));
const deregister = (caller: Caller) => environment().deregister(caller);

/** Lets them overlap; returns the codes of those refused, and fails on any other error. */
async function race(...requests: Promise<unknown>[]): Promise<string[]> {
  const outcomes = await Promise.allSettled(requests);
  return outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    if (!(outcome.reason instanceof BrokerError) || !outcome.reason.isDenial) throw outcome.reason;
    return [outcome.reason.code];
  });
}

/** The invariant, read off the table. */
async function expectEveryRegistrationHoldsItsClaim(): Promise<void> {
  const items = await fixture.table.items();
  const claims = new Map(items.map((item) => [item.ApplicationName, item['Owner']]));
  const registrations = items.filter((item) => item['AccessRoleName'] !== undefined);
  for (const { ApplicationName, AccessRoleName } of registrations) {
    expect(claims.get(`AccessRole#${String(AccessRoleName).toLowerCase()}`)).toBe(ApplicationName);
  }
  const roles = registrations.map((item) => item['AccessRoleName']);
  expect(new Set(roles).size).toBe(roles.length);
}

describe('races', () => {
  it('of two applications for one access role have one winner', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const refusals = await race(register(yellow, 'Shared'), register(green, 'Shared'));

      expect(refusals).toEqual(['AccessRoleClaimed']);
      await expectEveryRegistrationHoldsItsClaim();
      await fixture.table.reset();
    }
  });

  it('of one application’s identical registrations create one, and refuse none', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => register(yellow, 'Shared')));

      expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(outcomes.map(({ stored }) => stored.version)).size).toBe(1);
      await expectEveryRegistrationHoldsItsClaim();
      await fixture.table.reset();
    }
  });

  it('of one application’s different registrations have one winner', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const refusals = await race(register(yellow, 'One'), register(yellow, 'Two'));

      expect(refusals).toEqual(['ApplicationAlreadyRegistered']);
      await expectEveryRegistrationHoldsItsClaim();
      await fixture.table.reset();
    }
  });

  it('of one application for twenty access roles leave it one, and the others free', async () => {
    for (let round = 0; round < 3; round++) {
      const roles = Array.from({ length: 20 }, (_, index) => `Role${index}`);
      const refusals = await race(...roles.map((role) => register(yellow, role)));

      expect(refusals).toEqual(Array.from({ length: 19 }, () => 'ApplicationAlreadyRegistered'));
      expect(await fixture.table.items()).toHaveLength(2);
      await expectEveryRegistrationHoldsItsClaim();
      await fixture.table.reset();
    }
  });

  it('of an application that moves away and another that moves in leave the role to one', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await register(yellow, 'Shared');
      await register(green, 'Green');
      await race(replace(yellow, 'Yellow'), replace(green, 'Shared'));

      await expectEveryRegistrationHoldsItsClaim();
      await fixture.table.reset();
    }
  });

  it('of everything with everything keep every registration its claim', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const requests = [
        () => register(yellow, 'Shared'),
        () => register(yellow, 'Yellow'),
        () => replace(yellow, 'Shared'),
        () => replace(yellow, 'Yellow'),
        () => deregister(yellow),
        () => register(green, 'Shared'),
        () => replace(green, 'Green'),
        () => deregister(green),
      ];
      // A different order every round, the same in every run.
      const shift = round % requests.length;
      await race(...[...requests.slice(shift), ...requests.slice(0, shift)].map((request) => request()));

      await expectEveryRegistrationHoldsItsClaim();
      // Claims that the losers left behind age in some rounds, and are taken over.
      if (round % 3 === 0) fixture.clock.advance(60_000);
    }
  });
});
