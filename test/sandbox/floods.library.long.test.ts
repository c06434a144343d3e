// A client of the library while another application's flood uses up the throttle that they share.
import { describe, expect, it } from 'vitest';
import { setRouteThrottle } from './support/amendments.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { CountedClient, distinctTokens } from './support/counted-client.ts';
import { sendLoad } from './support/load.ts';

/** So little that the flood is far more, on whatever machine. */
const throttle = { rateLimit: 5, burstLimit: 20 };
const CLIENTS = 10;

useBroker({
  amendTemplate: (_, template) => setRouteThrottle(template, 'POST /credentials', throttle),
});

const refusedByTheGateway = () =>
  sandbox.account.trail.events.filter(({ errorCode }) => errorCode === 'THROTTLED').length;

async function application(name: string) {
  const app = broker.createApplication(name);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  return app;
}

describe('while a flood uses up the route’s throttle', () => {
  it('clients of the library wait, and none of them fails', async () => {
    const flooding = await application('Flooding');
    const calm = await application('Calm');
    const flood = await flooding.credentialsRequest('Yellow');
    const tokens = await distinctTokens(CLIENTS);
    const client = new CountedClient(calm);

    const flooded = sendLoad(flood, { requests: 1_000, connections: 10 });
    await expect.poll(refusedByTheGateway, { timeout: 60_000 }).toBeGreaterThan(0);
    const answers = await Promise.allSettled(tokens.map((token) => client.library.credentials(token)));

    expect(answers.map(({ status }) => status)).toEqual(Array(CLIENTS).fill('fulfilled'));
    // More than were let through: they were refused, and asked again.
    expect(client.statuses.filter((status) => status === 200)).toHaveLength(CLIENTS);
    expect(client.statuses).toContain(429);
    expect((await flooded).statusCodes['429']).toBeGreaterThan(0);
  });
});
