// The API from event to answer, over real parts: which calls a registration makes, and which of them wait for which.
import { describe, expect, it } from 'vitest';
import type { Broker } from '../../support/broker.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { callerNamed } from '../../support/callers.ts';
import { Hold } from '../../support/dynamodb-table.ts';
import { eventOf } from '../../support/events.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

const post = (ask: Broker, name = 'App') =>
  ask(
    eventOf('POST /applications', {
      caller: callerNamed(name),
      body: { ...minimalBody, AccessRoleName: `${name}Access` },
    }),
  );

/** The calls since the last time that it was asked. */
function callsOf(cellRates: MemoryCellRates) {
  const counted = { dynamoDb: broker.table.requests, leases: cellRates.writes, sts: broker.sts.calls.length };
  broker.table.requests = 0;
  cellRates.writes = 0;
  broker.sts.calls = [];
  return counted;
}

/** Access roles answer when the test says so. */
function holdAccessRoles(): { readonly release: () => void } {
  const { accessRole } = broker.sts;
  const hold = new Hold();
  broker.sts.accessRole = async (input) => {
    await hold.stop();
    return accessRole(input);
  };
  return hold;
}

describe('a registration', () => {
  it('of a new application reads once, writes once, and asks STS three times, in an environment that has registered one', async () => {
    const cellRates = new MemoryCellRates();
    const ask = broker.environment({ cellRates });
    broker.sts.trust = { externalIds: ['Other', 'App', 'Next'], hasSessionTag: false };
    await post(ask, 'Other');
    // The service role's session for the probe is the fourth call.
    expect(callsOf(cellRates)).toEqual({ dynamoDb: 2, leases: 1, sts: 4 });

    expect(await post(ask)).toMatchObject({ statusCode: 201, body: { AccessRoleName: 'AppAccess' } });
    expect(callsOf(cellRates)).toEqual({ dynamoDb: 2, leases: 1, sts: 3 });
  });

  it('that is replaced makes the same calls, wherever it moves', async () => {
    const cellRates = new MemoryCellRates();
    const ask = broker.environment({ cellRates });
    await post(ask);
    callsOf(cellRates);
    for (const AccessRoleName of ['AppAccess', 'OtherAccess']) {
      const answer = await ask(eventOf('PUT /applications', { body: { ...minimalBody, AccessRoleName } }));
      expect(answer).toMatchObject({ statusCode: 200, body: { AccessRoleName } });
      expect(callsOf(cellRates)).toMatchObject({ dynamoDb: 2, sts: 3 });
    }
  });

  it('that is removed is read and written once', async () => {
    const cellRates = new MemoryCellRates();
    const ask = broker.environment({ cellRates });
    await post(ask);
    callsOf(cellRates);

    expect(await ask(eventOf('DELETE /applications'))).toMatchObject({ statusCode: 200 });
    expect(callsOf(cellRates)).toMatchObject({ dynamoDb: 2, sts: 0 });
    expect(await broker.table.items()).toEqual([]);
  });

  it('goes out in two waves: all but the write are under way before anything is answered', async () => {
    const lease = new Hold();
    const cellRates = new MemoryCellRates(() => lease.stop());
    const ask = broker.environment({ cellRates });
    const read = new Hold();
    const attempts = holdAccessRoles();
    broker.table.requests = 0;
    broker.table.failNext(read);

    const answer = post(ask);
    await Promise.all([lease.reached, read.reached]);
    await expect.poll(() => broker.sts.callsForAccessRoles()).toHaveLength(3);
    expect(broker.keys.calls).toHaveLength(1);
    expect(broker.table.requests).toBe(1);
    for (const { release } of [read, attempts]) release();
    lease.release();

    expect(await answer).toMatchObject({ statusCode: 201 });
    expect(broker.table.requests).toBe(2);
  });
});

describe('a registration over its plan', () => {
  it('writes nothing before the plan has answered, whatever else is known', async () => {
    const lease = new Hold();
    const asked = broker.environment({
      cellRates: { advance: () => lease.stop().then(() => refusing.advance()) },
    });
    const answer = post(asked);
    await lease.reached;
    await expect.poll(() => broker.sts.callsForAccessRoles()).toHaveLength(3);
    // Another request takes as many steps in the same environment's table, and is through.
    await post(broker.environment(), 'Other');
    expect(await broker.table.item('App')).toBeUndefined();
    lease.release();

    expect(await answer).toMatchObject({ statusCode: 429 });
    expect(await broker.table.item('App')).toBeUndefined();
  });

  const refusing = {
    advance: async () => ({ granted: false, arrivalTime: (broker.clock.now() + 60_000) * 1_000, reserve: 0 }),
  };
  const small = { rateLimit: 1, burstLimit: 5 };
  const overPlan = () =>
    broker.environment({
      cellRates: refusing,
      usagePlans: { default: small, registration: small, applications: {} },
    });

  it.each<[string, unknown]>([
    ['that is fine otherwise', minimalBody],
    ['that is no registration', { ...minimalBody, SessionTagKey: 1 }],
    ['of a role that is another’s', { ...minimalBody, AccessRoleName: 'OtherAccess' }],
  ])('%s, is 429 and nothing else', async (_, body) => {
    await post(broker.environment(), 'Other');
    const before = await broker.table.items();

    expect(await overPlan()(eventOf('POST /applications', { body }))).toMatchObject({
      statusCode: 429,
      body: { code: 'TooManyRequests' },
    });
    expect(await broker.table.items()).toEqual(before);
  });

  it('is 429 though the identical one is there', async () => {
    await broker.register();
    expect(await overPlan()(eventOf('POST /applications', { body: minimalBody }))).toMatchObject({
      statusCode: 429,
    });
  });
});
