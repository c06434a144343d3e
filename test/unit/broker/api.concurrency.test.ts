// Requests that overlap in one execution environment, as Lambda Managed Instances send them.
import { describe, expect, it } from 'vitest';
import { useBroker } from '../../support/broker-fixture.ts';
import { eventOf } from '../../support/events.ts';

const broker = useBroker();

describe('overlapping requests', () => {
  it('of 1,000 first callers for one tenant make one call each to STS, and fetch the keys once', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => broker.ask(eventOf('POST /credentials', { body: { JWT: token } }))),
    );
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body['AccessKeyId'])).size).toBe(1);
    expect(broker.sts.callsForServiceRole()).toHaveLength(1);
    expect(broker.sts.callsForAccessRoles()).toHaveLength(1);
    expect(broker.keys.calls).toHaveLength(1);
  });

  it('of many tenants never get each other’s credentials', async () => {
    await broker.register();
    const tenants = Array.from({ length: 100 }, (_, n) => `Tenant${n}`);
    const tokens = await Promise.all(tenants.map((tenant) => broker.tokenFor(tenant)));
    const order = Array.from({ length: 1_000 }, (_, n) => (n * 37) % tenants.length);
    const answers = await Promise.all(
      order.map((n) => broker.ask(eventOf('POST /credentials', { body: { JWT: tokens[n] } }))),
    );
    const keyOf = new Map<string, unknown>();
    answers.forEach(({ body }, at) => {
      const tenant = tenants[order[at] as number] as string;
      expect(keyOf.get(tenant) ?? body['AccessKeyId']).toBe(body['AccessKeyId']);
      keyOf.set(tenant, body['AccessKeyId']);
    });
    expect(new Set(keyOf.values()).size).toBe(tenants.length);
    expect(
      broker.sts
        .callsForAccessRoles()
        .map(({ input }) => input.Tags?.[0]?.Value)
        .sort(),
    ).toEqual([...tenants].sort());
  });
});
