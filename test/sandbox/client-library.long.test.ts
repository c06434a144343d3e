// The client library with more tokens than it keeps, and more than its plan takes, against the deployed broker.
import { describe, expect, it } from 'vitest';
import { setVariables } from './support/amendments.ts';
import { broker, useBroker } from './support/broker-sandbox.ts';
import { CountedClient, distinctTokens } from './support/counted-client.ts';

const plans = {
  Crowded: { rateLimit: 10_000, burstLimit: 50_000 },
  Limited: { rateLimit: 5, burstLimit: 15 },
};
useBroker({
  amendTemplate: (_, template) =>
    setVariables(template, ({ USAGE_PLANS = '' }) => ({
      USAGE_PLANS: JSON.stringify({ ...JSON.parse(USAGE_PLANS), applications: plans }),
    })),
});

describe('10,000 tokens', () => {
  it('cost a request each; what is kept is bounded, and costs none again', async () => {
    const app = broker.createApplication('Crowded');
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
    const { library, statuses } = new CountedClient(app, { maxTokens: 1_000 });
    const tokens = await distinctTokens(10_000);
    const ask = async (some: readonly string[]) => {
      const left = [...some];
      const worker = async () => {
        for (let token = left.shift(); token; token = left.shift()) await library.credentials(token);
      };
      await Promise.all(Array.from({ length: 50 }, worker));
    };
    await ask(tokens);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10_000);
    const asked = statuses.length;
    await ask(tokens.slice(-900));
    expect(statuses).toHaveLength(asked);
    await ask(tokens.slice(0, 1));
    expect(statuses).toHaveLength(asked + 1);
  });
});

describe('429', () => {
  it('is waited out by each of sixty users, and none is refused', async () => {
    const app = broker.createApplication('Limited');
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
    const client = new CountedClient(app);
    const tokens = await distinctTokens(60);
    await Promise.all(tokens.map((token) => client.library.credentials(token)));
    const counted = (status: number) => client.statuses.filter((one) => one === status).length;
    expect(counted(200)).toBe(60);
    expect(counted(429)).toBeGreaterThan(0);
    expect(client.waits).toBe(counted(429));
    expect(client.statuses).toHaveLength(60 + client.waits);
    console.info(
      `client library: 60 tokens over a plan of 15 and 5 a second: ${client.statuses.length} requests`,
    );
  });
});
