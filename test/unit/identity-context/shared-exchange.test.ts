// One exchange for many execution environments: who makes it, who waits, and what is left of one that fails or dies.
import { expect, it } from 'vitest';
import { BrokerError, type ErrorCode } from '../../../service/errors.ts';
import type { Exchange, ExchangeTable } from '../../../service/identity-context/exchange-table.ts';
import type { IdentityContext } from '../../../service/identity-context/sealed-context.ts';
import { SharedExchange } from '../../../service/identity-context/shared-exchange.ts';

const APPLICATION = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef';
const LEASE_MS = 4_500;
const WAIT_MS = 5_000;
const HOUR_MS = 3_600_000;

type Table = Pick<ExchangeTable, 'find' | 'lease' | 'complete' | 'refuse' | 'release' | 'forget'>;

/** All environments' table and clock; pausing is time that passes. */
class World {
  now = 1_900_000_000_000;
  readonly items = new Map<string, Exchange>();
  readonly failures: unknown[] = [];
  exchanges = 0;
  down = false;
  answer: () => Promise<IdentityContext> = async () => this.context();

  /** An environment that has asked IAM Identity Center, and hears nothing. */
  async hanging(): Promise<{ finish: () => void; context: Promise<IdentityContext> }> {
    let finish = () => {};
    const asked = new Promise<void>((whenAsked) => {
      this.answer = () => {
        whenAsked();
        return new Promise((resolve) => {
          finish = () => resolve(this.context());
        });
      };
    });
    const context = this.environment().contextOf('token', APPLICATION);
    await asked;
    this.answer = async () => this.context();
    return { finish, context };
  }

  context(): IdentityContext {
    return {
      assertion: `assertion ${this.exchanges}`,
      directoryUser: 'user-1',
      expiresAt: this.now + HOUR_MS,
    };
  }

  environment(): SharedExchange {
    const unlessSealed = async (id: string, change: Partial<Exchange>) => {
      const item = this.items.get(id);
      if (item && !item.sealed) this.items.set(id, { ...item, ...change });
    };
    const table: Table = {
      find: async (id) => {
        if (this.down) throw new Error('the table is down');
        return this.items.get(id);
      },
      lease: async (id, { leaseUntil, now }) => {
        const item = this.items.get(id);
        if (item && (item.leaseUntil >= now || item.sealed || item.refusal)) return false;
        this.items.set(id, { leaseUntil });
        return true;
      },
      complete: async (id, sealed) => {
        if (this.down) throw new Error('the table is down');
        this.items.set(id, { leaseUntil: this.items.get(id)?.leaseUntil ?? 0, sealed });
      },
      refuse: (id, { code, message }) => unlessSealed(id, { refusal: { code, message } }),
      release: (id) => unlessSealed(id, { leaseUntil: 0 }),
      forget: async (id) => {
        if (!this.items.get(id)?.sealed) this.items.delete(id);
      },
    };
    return new SharedExchange({
      table,
      exchange: {
        exchange: () => {
          this.exchanges += 1;
          return this.answer();
        },
      },
      now: () => this.now,
      pause: async (milliseconds) => {
        this.now += milliseconds;
      },
      leaseMs: LEASE_MS,
      waitMs: WAIT_MS,
      onFailure: (error) => this.failures.push(error),
    });
  }
}

const refusal = (code: ErrorCode, oauth = 'invalid_grant') =>
  new BrokerError(code, `what ${code} says`, { cause: Object.assign(new Error(oauth), { code: oauth }) });

it('is made once for ten environments, and each has the same context', async () => {
  const world = new World();
  const environments = Array.from({ length: 10 }, () => world.environment());
  const contexts = await Promise.all(environments.map((one) => one.contextOf('token', APPLICATION)));
  expect(world.exchanges).toBe(1);
  expect(new Set(contexts.map(({ assertion }) => assertion)).size).toBe(1);
});

it('is one for each token, and for each application', async () => {
  const world = new World();
  const environment = world.environment();
  await environment.contextOf('token', APPLICATION);
  await environment.contextOf('another', APPLICATION);
  await environment.contextOf('token', `${APPLICATION}0`);
  expect(world.exchanges).toBe(3);
});

it('is made by the next one once the lease of one that died is over', async () => {
  const world = new World();
  await world.hanging();
  const begun = world.now;
  expect(await world.environment().contextOf('token', APPLICATION)).toMatchObject({
    assertion: 'assertion 2',
  });
  expect(world.now - begun).toBeGreaterThan(LEASE_MS);
});

it('that died once it was made has used up the token: so is everybody told, and IAM Identity Center asked no more', async () => {
  const world = new World();
  await world.hanging();
  world.answer = () => Promise.reject(refusal('IdentityContextRefused'));
  for (let count = 0; count < 3; count += 1) {
    await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
      code: 'TokenAlreadyExchanged',
    });
  }
  expect(world.exchanges).toBe(2);
});

it('that is late still counts, whatever the next one was told', async () => {
  const world = new World();
  const { finish, context: late } = await world.hanging();
  world.answer = () => Promise.reject(refusal('IdentityContextRefused'));
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'TokenAlreadyExchanged',
  });
  finish();
  await late;
  expect(await world.environment().contextOf('token', APPLICATION)).toEqual(await late);
});

it.each(['IdentityContextRefused', 'UserNotInDirectory'] as const)(
  'that is denied with %s may be made again, once that is mended',
  async (code) => {
    const world = new World();
    world.answer = () => Promise.reject(refusal(code));
    await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({ code });
    world.answer = async () => world.context();
    expect(await world.environment().contextOf('token', APPLICATION)).toMatchObject({
      directoryUser: 'user-1',
    });
  },
);

it('that failed is no lost one where the next is denied for another reason', async () => {
  const world = new World();
  world.answer = () => Promise.reject(refusal('IdentityCenterUnavailable', 'slow_down'));
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'IdentityCenterUnavailable',
  });
  world.answer = () => Promise.reject(refusal('IdentityContextRefused', 'access_denied'));
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'IdentityContextRefused',
  });
});

it('is not made where the table cannot be read: it would use up the token for all others', async () => {
  const world = new World();
  world.down = true;
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'IdentityCenterUnavailable',
  });
  expect(world.exchanges).toBe(0);
});

it('serves who made it, though it could not be written down', async () => {
  const world = new World();
  world.answer = async () => {
    world.down = true;
    return world.context();
  };
  expect(await world.environment().contextOf('token', APPLICATION)).toMatchObject({
    assertion: 'assertion 1',
  });
  expect(world.failures).toHaveLength(1);
});

it('is waited for no longer than it may take', async () => {
  const world = new World();
  await world.hanging();
  for (const [key, item] of world.items) world.items.set(key, { ...item, leaseUntil: world.now + HOUR_MS });
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'IdentityCenterUnavailable',
  });
});

it('whose context is over has used up the token', async () => {
  const world = new World();
  await world.environment().contextOf('token', APPLICATION);
  world.now += HOUR_MS;
  await expect(world.environment().contextOf('token', APPLICATION)).rejects.toMatchObject({
    code: 'TokenAlreadyExchanged',
    message:
      'IAM Identity Center takes a token once, and this one has been exchanged before: send one that is new',
  });
});
