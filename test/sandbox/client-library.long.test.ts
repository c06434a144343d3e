// The client library with more tokens than it keeps, against the deployed broker.
import { describe, expect, it } from 'vitest';
import { setVariables } from './support/amendments.ts';
import { broker, useBroker } from './support/broker-sandbox.ts';
import { CountedClient, distinctTokens } from './support/counted-client.ts';

const plans = { Crowded: { rateLimit: 10_000, burstLimit: 50_000 } };
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
