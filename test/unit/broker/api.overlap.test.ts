// What a request for credentials waits for: which calls it makes, and which of them go on beside each other.
import { expect, it } from 'vitest';
import type { Advanced } from '../../../service/usage-plans/shared-bucket.ts';
import { startBroker } from '../../support/broker.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { eventOf } from '../../support/events.ts';

const broker = useBroker();

/** A broker whose lease comes when the test says so; and what it was asked, in order. */
function environment() {
  const calls: string[] = [];
  const { table, sts, keys, clock } = broker;
  let grant = () => {};
  const lease = new Promise<Advanced>((resolve) => {
    grant = () => resolve({ granted: true, arrivalTime: clock.now() * 1_000, reserve: 0 });
  });
  const cellRates = {
    advance: () => {
      calls.push('lease');
      return lease;
    },
  };
  const client = new Proxy(table.client, {
    get: (target, name) =>
      name === 'send'
        ? (command: Parameters<typeof target.send>[0]) => {
            calls.push('registration');
            return target.send(command);
          }
        : Reflect.get(target, name),
  });
  const fetcher: typeof keys.fetcher = (url, options) => {
    calls.push('keys');
    return keys.fetcher(url, options);
  };
  const session = sts.session;
  sts.serviceRole = (input) => {
    calls.push('service session');
    return session(input);
  };
  sts.accessRole = (input) => {
    calls.push(`session of ${input.Tags?.[0]?.Value}`);
    return session(input);
  };
  const edges = {
    table: { name: table.name, client } as typeof table,
    sts,
    keys: { fetcher } as typeof keys,
  };
  const ask = startBroker({ ...edges, now: clock.now }, { cellRates });
  const get = async (tenant: string) =>
    ask(eventOf('GET /credentials', { query: { jwt: await broker.tokenFor(tenant) } }));
  return { calls, get, grant: () => grant() };
}

it('a new application’s lease is asked for beside all else, which waits for nothing of it', async () => {
  await broker.register();
  const { calls, get, grant } = environment();
  let isAnswered = false;
  const answer = get('Yellow').finally(() => {
    isAnswered = true;
  });

  await expect
    .poll(() => calls)
    .toEqual(['lease', 'registration', 'keys', 'service session', 'session of Yellow']);
  expect(isAnswered).toBe(false);
  grant();
  expect(await answer).toMatchObject({ statusCode: 200 });
});

it('a new tenant of a known application costs one call, and a new token of a known one none', async () => {
  await broker.register();
  const { calls, get, grant } = environment();
  grant();
  await get('Yellow');
  calls.length = 0;
  // The lease is for several requests once several come.
  const asked = () => calls.filter((call) => call !== 'lease');

  await get('Blue');
  expect(asked()).toEqual(['session of Blue']);
  await get('Blue');
  expect(asked()).toEqual(['session of Blue']);
});
