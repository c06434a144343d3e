// Usage plans under load over HTTP, with several execution environments: a flood costs the others nothing.
import { describe, expect, it } from 'vitest';
import { greatestPlan } from '../../lib/settings/throttles.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { setProperties, setRouteThrottle, setVariables } from './support/amendments.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { sendLoad } from './support/load.ts';

const ENVIRONMENTS = 3;
const plans = {
  Flooding: { rateLimit: 5, burstLimit: 10 },
  Calm: { rateLimit: 10, burstLimit: 20 },
  Alone: { rateLimit: 10, burstLimit: 20 },
};
/**
 * Its rate is as narrow against the flooding plan's as it may be. Its burst lets a client that was held up for seconds catch up;
 * with half the rate, the flood would use it up within six.
 */
const throttle = { rateLimit: 110, burstLimit: 300 };
/** A request is counted when it is admitted, and answered a little later. */
const SLACK_SECONDS = 1;

useBroker({ maxEnvironments: ENVIRONMENTS, amendTemplate: (_, template) => usePlans(template) });

/** What an operator would set in cdk.json. */
function usePlans(template: Template): void {
  setProperties(template, 'AWS::Lambda::Alias', {
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: ENVIRONMENTS },
  });
  setRouteThrottle(template, 'POST /credentials', throttle);
  setVariables(template, ({ USAGE_PLANS = '' }) => ({
    USAGE_PLANS: JSON.stringify({ ...JSON.parse(USAGE_PLANS), applications: plans }),
  }));
}

/** A registered application whose credentials are cached. */
async function application(name: keyof typeof plans) {
  const app = broker.createApplication(name);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  return app;
}

/** How often a bucket could not be asked in time, as on a machine that is busy: then each environment goes by itself. */
const fallbacks = () => sandbox.logs().filter((line) => line.includes('"UsagePlanFallback":1')).length;

const most = ({ rateLimit, burstLimit }: (typeof plans)['Calm'], seconds: number) =>
  burstLimit + rateLimit * (seconds + SLACK_SECONDS);

describe('usage plans', () => {
  it('let one application’s flood at 20 times its plan cost another at half of its own nothing, at the gateway either', async () => {
    expect(greatestPlan(throttle).rateLimit).toBe(plans.Flooding.rateLimit);
    const flooding = await (await application('Flooding')).credentialsRequest('Yellow');
    const calm = await (await application('Calm')).credentialsRequest('Yellow');
    // Counted in requests: however long they take, the flood is far more than its plan.
    const calmly = { rate: plans.Calm.rateLimit / 2, requests: 50, connections: 2 };
    const flood = { rate: plans.Flooding.rateLimit * 20, requests: 1_000, connections: 10 };

    const without = await sendLoad(calm, calmly);
    const [beside, flooded] = await Promise.all([sendLoad(calm, calmly), sendLoad(flooding, flood)]);

    expect(Object.keys(without.statusCodes)).toEqual(['200']);
    expect(Object.keys(beside.statusCodes)).toEqual(['200']);
    expect(Object.keys(flooded.statusCodes).sort()).toEqual(['200', '429']);
    const byTheGateway = sandbox.account.trail.events.filter(({ errorCode }) => errorCode === 'THROTTLED');
    expect(byTheGateway).toEqual([]);
    const admitted = flooded.statusCodes['200'] as number;
    const bounds = fallbacks() > 0 ? ENVIRONMENTS : 1;
    expect(admitted).toBeLessThanOrEqual(bounds * most(plans.Flooding, flooded.elapsedSeconds));
    expect(admitted).toBeGreaterThan(plans.Flooding.burstLimit);
    const environments = sandbox.functions.all.flatMap((each) => each.environments);
    expect(environments.filter(({ requestsServed }) => requestsServed > 0).length).toBeGreaterThan(1);
    console.log(
      `usage plans: a flood of ${Math.round(1_000 / flooded.elapsedSeconds)} requests a second; p99 of the calm application ${without.p99Ms} ms alone, ${beside.p99Ms} ms beside the flood, ` +
        `ratio ${(beside.p99Ms / without.p99Ms).toFixed(2)}; of the flood ${admitted} admitted, ` +
        `${flooded.statusCodes['429']} refused`,
    );
  });

  it('go on while DynamoDB is stopped, bounded for each environment, and a metric says so', async () => {
    const alone = await (await application('Alone')).credentialsRequest('Yellow');
    const load = { rate: plans.Alone.rateLimit * 10, requests: 300, connections: 6 };
    // Warm in every environment: without DynamoDB, no registration can be read for the first time.
    await sendLoad(alone, load);
    const before = fallbacks();
    await sandbox.dynamoDb.stop();
    try {
      const { statusCodes, elapsedSeconds } = await sendLoad(alone, load);
      expect(statusCodes['200']).toBeGreaterThan(0);
      expect(statusCodes['200']).toBeLessThanOrEqual(ENVIRONMENTS * most(plans.Alone, elapsedSeconds));
      expect(Object.keys(statusCodes).filter((code) => code !== '200' && code !== '429')).toEqual([]);
    } finally {
      await sandbox.dynamoDb.start();
    }
    expect(fallbacks()).toBeGreaterThan(before);
  });
});
