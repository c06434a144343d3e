// The shared exchange: one for all environments, through crashes and slowness.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BrokerError } from '../../../service/errors.ts';
import { ExchangeTable } from '../../../service/identity-context/exchange-table.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { refusalIn } from '../../support/errors-shown.ts';
import { LEASE_MS, never, TOKEN, WAIT_MS } from '../../support/exchange-environments.ts';
import { APPLICATION_ARN, refused } from '../../support/identity-center.ts';
import { methodsOf } from '../../support/memory-exchange-table.ts';
import { withoutAbortTimeouts } from '../../support/patience.ts';
import {
  all,
  codeOf,
  ID,
  issued,
  shown,
  table,
  unavailable,
  useExchange,
} from '../../support/shared-exchange.ts';

useExchange();

const used = {
  code: 'TokenAlreadyExchanged',
  message:
    'IAM Identity Center takes a token once, and this one has been exchanged before: send one that is new',
};

describe('one token', () => {
  it('is exchanged once, however many environments ask at once', async () => {
    const asked = Array.from({ length: 20 }, () => all.asking(all.environment()));
    expect(await all.outcomesOf(...asked)).toEqual(Array(20).fill(issued));
    expect(all.center.asked()).toEqual([TOKEN]);
  });

  it('is exchanged once, however often one environment asks', async () => {
    const environment = all.environment();
    const asked = Array.from({ length: 20 }, () => all.asking(environment));
    expect(await all.outcomesOf(...asked)).toEqual(Array(20).fill(issued));
    expect(await all.outcomesOf(all.asking(environment))).toEqual([issued]);
    expect(all.center.calls).toHaveLength(1);
  });

  it('is not exchanged again by who asks later, as long as its context lasts', async () => {
    await codeOf();
    all.time.now += 3_600_000 - 1_000;
    expect(await all.outcomesOf(all.asking(all.environment()))).toEqual([issued]);

    all.time.now += 1_000;
    const [outcome] = await all.outcomesOf(all.asking(all.environment()));
    expect(refusalIn((outcome as { error: unknown }).error)).toEqual(used);
    expect(all.center.calls).toHaveLength(1);
  });

  it('is another with every application and every token', async () => {
    const environment = all.environment();
    const other = APPLICATION_ARN.replace(/.$/, 'e');
    const outcomes = await all.outcomesOf(
      all.asking(environment),
      all.asking(environment, `${TOKEN}x`),
      all.asking(environment, TOKEN, other),
    );
    expect(outcomes).toContainEqual({ assertion: `context-of-${TOKEN}x` });
    // The same token for another application is used up, and no context of the first one's.
    expect(shown(outcomes)).toContain('TokenAlreadyExchanged');
    expect(all.center.calls.map(({ body }) => JSON.parse(body as string).clientId)).toContain(other);
    expect(table.items.size).toBe(3);
  });

  it('is exchanged once over a table of DynamoDB, too', async () => {
    all.table = new ExchangeTable(dynamoDb.client, dynamoDb.name);
    all.center.answer = (call) => all.center.exchange(call);
    const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
    const environments = Array.from({ length: 10 }, () =>
      all.environment({ pause }, (call) => all.center.send(call)),
    );
    const contexts = await Promise.all(
      environments.map((environment) => environment.contextOf(TOKEN, APPLICATION_ARN)),
    );
    expect(contexts.map(({ assertion }) => assertion)).toEqual(Array(10).fill(issued.assertion));
    expect(all.center.calls).toHaveLength(1);
    expect(JSON.stringify(await dynamoDb.items())).not.toMatch(/canary|context-of/);
    const text = Buffer.from((await dynamoDb.item(ID))?.['Sealed'] as Uint8Array).toString('latin1');
    expect(text).not.toMatch(/canary|context-of/);
  });
});

let dynamoDb: DynamoDbTable;
beforeAll(async () => {
  withoutAbortTimeouts();
  dynamoDb = await DynamoDbTable.start('IdentityContexts', 'ExchangeId');
});
afterAll(async () => {
  vi.restoreAllMocks();
  await dynamoDb.stop();
});

describe('an environment that dies', () => {
  it('before it asks holds the others up until its lease is over, and no longer', async () => {
    const start = all.time.now;
    const others = Array.from({ length: 3 }, () => all.asking(all.environment()));
    const outcomes = await all.outcomesOf(all.asking(all.dyingBeforeAsking()), ...others);
    expect(outcomes).toEqual(Array(3).fill(issued));
    expect(all.center.calls).toHaveLength(1);
    expect(all.time.now - start).toBeGreaterThan(LEASE_MS);
    expect(all.time.now - start).toBeLessThan(WAIT_MS + 500);
  });

  it('after it asked has used the token up, which all others are told, and it is remembered', async () => {
    const outcomes = await all.outcomesOf(
      all.asking(all.dyingAfterAsking()),
      all.asking(all.environment()),
      all.asking(all.environment()),
    );
    expect(outcomes.map((outcome) => refusalIn((outcome as { error: unknown }).error))).toEqual([used, used]);
    expect(all.center.calls).toHaveLength(2);

    expect(await codeOf()).toBe('TokenAlreadyExchanged');
    all.time.now += 24 * 3_600_000;
    expect(await codeOf()).toBe('TokenAlreadyExchanged');
    expect(all.center.calls).toHaveLength(2);
  });

  it('is believed to have asked where IAM Identity Center does not say why it refuses', async () => {
    all.center.answer = () => refused('invalid_grant');
    await all.outcomesOf(all.asking(all.dyingBeforeAsking()));
    all.time.now += LEASE_MS;
    expect(await codeOf()).toBe('TokenAlreadyExchanged');
    expect(table.items.get(ID)?.refusal).toEqual(used);
  });

  it.each([
    ['no such user', refused('invalid_grant', 'No user is found'), 'UserNotInDirectory'],
    ['another refusal', refused('access_denied'), 'IdentityContextRefused'],
  ])('is not, where it says why: %s', async (_, answer, code) => {
    all.center.answer = () => answer;
    await all.outcomesOf(all.asking(all.dyingBeforeAsking()));
    all.time.now += LEASE_MS;
    expect(await codeOf()).toBe(code);
    expect(table.items.size).toBe(0);
  });
});

describe('an environment that is slower than its lease', () => {
  /** Asks at once, and has its answer so late that another has taken over; `taken` counts those who did. */
  const slow = (answer = all.center.exchange) =>
    all.environment({}, async (call) => {
      all.center.calls.push(call);
      const early = answer(call);
      await all.time.sleep(LEASE_MS + 1_000);
      return early;
    });

  it('gives its context to all who come later, though another was refused meanwhile', async () => {
    const outcomes = await all.outcomesOf(all.asking(slow()), all.asking(all.environment()));
    expect(shown(outcomes)).toEqual(['TokenAlreadyExchanged', issued.assertion]);
    expect(await all.outcomesOf(all.asking(all.environment()))).toEqual([issued]);
    expect(all.center.calls).toHaveLength(2);
  });

  it.each([
    ['fails', refused('server_error', undefined, 500)],
    ['is denied', refused('access_denied')],
    ['is told that the token is used up', refused('invalid_grant', 'used before')],
  ])('and %s does not end the lease of who has taken over', async (_, answer) => {
    // Whoever takes over is still asking when the slow one ends; the third would begin once more.
    all.roundTripMs = 3_000;
    const outcomes = await all.outcomesOf(
      all.asking(slow(() => answer)),
      all.asking(all.environment()),
      async () => {
        await all.time.sleep(LEASE_MS + 1_200);
        return all.asking(all.environment())();
      },
    );
    expect(shown(outcomes).slice(1)).toEqual([issued.assertion, issued.assertion]);
    expect(all.center.calls).toHaveLength(2);
  });
});

describe('whoever waits', () => {
  it('waits no longer than it may, and reads the table no more often than it needs', async () => {
    let reads = 0;
    all.table = {
      ...methodsOf(table),
      find: async () => {
        reads += 1;
        return { leaseUntil: all.time.now + LEASE_MS };
      },
    };
    const start = all.time.now;
    const [outcome] = await all.outcomesOf(all.asking(all.environment()));
    const { error } = outcome as { error: BrokerError };
    expect(refusalIn(error)).toEqual(unavailable);
    expect(error.retryAfterSeconds).toBe(1);
    expect(all.time.now - start).toBeGreaterThanOrEqual(WAIT_MS);
    expect(all.time.now - start).toBeLessThan(WAIT_MS + 100);
    expect(reads).toBeLessThan(100);
    expect(all.center.calls).toEqual([]);
  });

  it('may ask again at once: that it waited is no outcome', async () => {
    const environment = all.environment({ waitMs: 0 });
    await all.outcomesOf(all.asking(all.dyingBeforeAsking()));
    expect(await codeOf(environment)).toBe('IdentityCenterUnavailable');
    all.time.now += LEASE_MS;
    expect(await codeOf(environment)).toBe(issued.assertion);
  });
});

it('never ends a request that another environment’s death has left without an answer', async () => {
  // The double dies in the table itself: between reading and leasing.
  const environment = all.environment({ table: { ...methodsOf(table), lease: never } });
  expect(await all.outcomesOf(all.asking(environment), all.asking(all.environment()))).toEqual([issued]);
});
