// A revocation: what it denies, when it tells the broker, and how it ends where something goes wrong.
import { beforeEach, describe, expect, it } from 'vitest';
import { CommandFailure } from '../../../../client/cli/command.ts';
import { type FrozenClock, frozenClock } from '../../../support/clock.ts';
import { storedWith } from '../../../support/registrations.ts';
import { named, type Request, RevocationAccount } from '../../../support/revocation-account.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

let clock: FrozenClock;
let account: RevocationAccount;

beforeEach(() => {
  clock = frozenClock();
  account = new RevocationAccount(clock);
  account.put(storedWith());
});

async function revoke(tenants?: readonly string[]) {
  const operator = account.operator();
  return operator.carryOut(await operator.plan('App', tenants));
}

const registration = (name = 'App') => account.items.get(name) ?? {};
/** Another hand changes a registration. */
const change = (name: string, changes: Record<string, unknown>) =>
  account.items.set(name, { ...registration(name), Version: 'changed', ...changes });
/** Once, just before the first of these requests. */
function beforeFirst(request: Request, act: () => void): void {
  let done = false;
  account.before = async (each) => {
    if (each !== request || done) return;
    done = true;
    act();
  };
}
const failing = (request: Request, error: unknown) => {
  account.before = async (each) => {
    if (each === request) throw error;
  };
};

describe('a plan', () => {
  it('changes nothing', async () => {
    const before = registration();
    await account.operator().plan('App');
    expect(registration()).toEqual(before);
    expect([...account.policies]).toEqual([]);
  });

  it('tells who shares the access role, and the denials that can still matter, oldest first', async () => {
    account.put(
      storedWith({ applicationName: 'Sharing', accessRoleName: 'path/appaccess', sharedBy: 'App' }),
      storedWith({ applicationName: 'Alone', accessRoleName: 'Alone' }),
    );
    const { denial: old } = await revoke();
    clock.advance(11 * HOUR);
    const { denial: young } = await revoke(['Yellow']);
    expect(await account.operator().plan('App', ['Blue'])).toMatchObject({
      registered: { applicationName: 'App', accessRoleName: 'AppAccess', sessionTagKey: 'TenantID' },
      tenants: ['Blue'],
      applications: ['App', 'Sharing'],
      inForce: [old, young],
    });
    clock.advance(HOUR);
    expect((await account.operator().plan('App')).inForce).toEqual([young]);
  });

  it('is none for an application that is not registered', async () => {
    await expect(account.operator().plan('Nobody')).rejects.toThrow(
      'the application Nobody is not registered',
    );
  });
});

describe('a revocation', () => {
  it('denies what STS has issued until two seconds from now, and marks the registration with that time', async () => {
    const now = clock.now();
    const { denial, dropped } = await revoke();
    expect(denial).toEqual({ before: now + 2 * SECOND, policyName: [...account.policies.keys()][0] });
    expect(dropped).toEqual(['App']);
    expect([now + SECOND, now + 2 * SECOND].map((issuedAt) => account.denies(issuedAt, 'Yellow'))).toEqual([
      true,
      false,
    ]);
    expect(registration()).toMatchObject({ RevokedAt: '2030-04-01T12:00:02Z' });
    expect(registration()['Version']).not.toBe(storedWith().version);
  });

  it('of tenants denies theirs alone, by the registered session tag', async () => {
    const now = clock.now();
    const { denial } = await revoke(['Yellow', 'Green']);
    expect(denial).toMatchObject({ tag: { key: 'TenantID', values: ['Yellow', 'Green'] } });
    expect(['Yellow', 'Green', 'Blue'].map((tenant) => account.denies(now, tenant))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('tells the broker only when STS issues nothing any more that is denied, by the whole margin', async () => {
    const now = clock.now();
    let markedAt = 0;
    beforeFirst('UpdateItem', () => {
      markedAt = clock.now();
    });
    await revoke();
    expect(account.requests.indexOf('PutRolePolicy')).toBeLessThan(account.requests.indexOf('UpdateItem'));
    expect(markedAt - now).toBe(3 * SECOND);
  });

  it('marks every application that has the access role by then, and no other', async () => {
    account.put(
      storedWith({ applicationName: 'Leaving' }),
      storedWith({ applicationName: 'Alone', accessRoleName: 'Alone' }),
    );
    const operator = account.operator();
    const plan = await operator.plan('App');
    beforeFirst('wait', () => {
      account.put(storedWith({ applicationName: 'Joining' }));
      change('Leaving', { AccessRoleName: 'Elsewhere' });
    });
    expect((await operator.carryOut(plan)).dropped).toEqual(['App', 'Joining']);
    expect(['Leaving', 'Alone'].map((name) => registration(name)['RevokedAt'])).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('passes over an application that leaves the access role at the last moment', async () => {
    account.put(storedWith({ applicationName: 'Leaving' }));
    beforeFirst('UpdateItem', () => change('Leaving', { AccessRoleName: 'Elsewhere' }));
    expect((await revoke()).dropped).toEqual(['App']);
  });

  it('marks the registration as it is by then, whatever has changed since it was read', async () => {
    beforeFirst('UpdateItem', () => change('App', { JWTClaimName: 'tenant' }));
    expect((await revoke()).dropped).toEqual(['App']);
    expect(registration()).toMatchObject({ JWTClaimName: 'tenant', RevokedAt: '2030-04-01T12:00:02Z' });
  });

  it('of an application that deregisters meanwhile drops nothing, and denies all the same', async () => {
    beforeFirst('wait', () => account.items.delete('App'));
    expect((await revoke()).dropped).toEqual([]);
    expect(account.policies.size).toBe(1);
  });
});

describe('a revocation that fails', () => {
  const halfWay = (reason: string) =>
    `the sessions are denied, but the broker may go on handing them out: run the command again (${reason})`;
  const expectHalfWay = async (reason: string) => {
    await expect(revoke()).rejects.toThrow(new CommandFailure(halfWay(reason)));
    expect(account.policies.size).toBe(1);
  };

  it('before it has denied anything says why, and leaves everything as it is', async () => {
    failing('PutRolePolicy', named('AccessDenied'));
    await expect(revoke()).rejects.toThrow('AWS says AccessDenied');
    expect(account.policies.size).toBe(0);
    expect(registration()).not.toHaveProperty('RevokedAt');
  });

  it.each<[string, Request, unknown, string]>([
    ['DynamoDB', 'UpdateItem', named('AccessDeniedException'), 'AccessDeniedException'],
    ['the table', 'Scan', named('ResourceNotFoundException'), 'ResourceNotFoundException'],
    ['nothing that has a name', 'UpdateItem', undefined, 'an error'],
  ])('half-way, for %s, says what it has done', async (_, request, error, reason) => {
    const operator = account.operator();
    const plan = await operator.plan('App');
    failing(request, error);
    await expect(operator.carryOut(plan)).rejects.toThrow(new CommandFailure(halfWay(reason)));
    expect(account.policies.size).toBe(1);
  });

  it('because STS does not say any more what time it is has denied, and not marked', async () => {
    beforeFirst('wait', () =>
      failing('GetCallerIdentity', new CommandFailure('STS does not say what time it is')),
    );
    await expectHalfWay('STS does not say what time it is');
    expect(registration()).not.toHaveProperty('RevokedAt');
  });

  it('because the application has moved to another access role says so', async () => {
    beforeFirst('wait', () => change('App', { AccessRoleName: 'team/Elsewhere' }));
    await expectHalfWay('meanwhile App has moved to the access role Elsewhere');
  });

  it('because the registration is changed whenever it is to be marked gives up', async () => {
    let changes = 0;
    account.before = async (request) => {
      if (request === 'UpdateItem') change('App', { Version: `changed ${++changes}` });
    };
    await expectHalfWay('the registration of App is changed again and again');
    expect(changes).toBe(10);
  });

  it('can be repeated', async () => {
    const operator = account.operator();
    const plan = await operator.plan('App');
    failing('UpdateItem', named('AccessDeniedException'));
    await expect(operator.carryOut(plan)).rejects.toThrow(CommandFailure);
    account.before = async () => undefined;
    expect((await revoke()).dropped).toEqual(['App']);
    expect(account.policies.size).toBe(2);
  });
});
