// The API from event to answer, over real parts: requests over their application's plan.

import { describe, expect, it } from 'vitest';
import type { UsagePlanSettings } from '../../../service/usage-plans/plan.ts';
import type { Advanced } from '../../../service/usage-plans/shared-bucket.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { callerNamed } from '../../support/callers.ts';
import { eventOf } from '../../support/events.ts';
import { MemoryCellRates } from '../../support/memory-cell-rates.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

const small = { rateLimit: 1, burstLimit: 5 };
const ample = { rateLimit: 1_000, burstLimit: 2_000 };
const plans = (settings: Partial<UsagePlanSettings>): UsagePlanSettings => ({
  default: ample,
  registration: ample,
  applications: {},
  ...settings,
});

describe('a request over its application’s plan', () => {
  it('is 429 when the plan’s answer comes last, after the credentials are at hand', async () => {
    await broker.register();
    let refuse = () => {};
    const answered = new Promise<Advanced>((resolve) => {
      const arrivalTime = (broker.clock.now() + 60_000) * 1_000;
      refuse = () => resolve({ granted: false, arrivalTime, reserve: 0 });
    });
    const cellRates = { advance: () => answered };
    const ask = broker.environment({ usagePlans: plans({ applications: { App: small } }), cellRates });
    const answer = ask(eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } }));
    await expect.poll(() => broker.sts.callsForAccessRoles()).toHaveLength(1);
    refuse();

    expect(await answer).toMatchObject({ statusCode: 429, body: { code: 'TooManyRequests' } });
    expect((await answer).text).not.toContain('session-token-');
  });

  it('is 429, and says when to come back', async () => {
    await broker.register();
    const ask = broker.environment({ usagePlans: plans({ applications: { App: small } }) });
    const JWT = await broker.tokenFor('Yellow');
    const answers = [];
    for (let n = 0; n < 10; n += 1) answers.push(await ask(eventOf('POST /credentials', { body: { JWT } })));

    expect(answers[0]?.statusCode).toBe(200);
    const refused = answers.at(-1);
    expect(refused).toMatchObject({
      statusCode: 429,
      body: {
        code: 'TooManyRequests',
        message: 'over the usage plan of 1 requests a second and, after a rest, 5 at once',
      },
      headers: {
        'cache-control': 'no-store',
        'ratelimit-policy': '"usage-plan";q=1;w=1',
      },
    });
    const seconds = Number(refused?.headers['retry-after']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(refused?.headers['ratelimit']).toBe(`"usage-plan";r=0;t=${seconds}`);
    expect(answers.filter(({ statusCode }) => statusCode === 200).length).toBeLessThanOrEqual(
      small.burstLimit,
    );

    broker.clock.advance(seconds * 1_000);
    expect(await ask(eventOf('POST /credentials', { body: { JWT } }))).toMatchObject({ statusCode: 200 });
  });

  it('is recorded as a denial, and holds nothing of the token', async () => {
    await broker.register();
    const ask = broker.environment({ usagePlans: plans({ applications: { App: small } }) });
    const JWT = await broker.tokenFor('Yellow');
    for (let n = 0; n < 10; n += 1) await ask(eventOf('POST /credentials', { body: { JWT } }));
    expect(broker.output.logs().at(-1)).toMatchObject({
      outcome: 'denied',
      code: 'TooManyRequests',
      application: 'App',
    });
  });

  it('costs another application nothing', async () => {
    await broker.register();
    const ask = broker.environment({ usagePlans: plans({ applications: { Flood: small } }) });
    const JWT = await broker.tokenFor('Yellow');
    const flood = { caller: callerNamed('Flood'), body: { JWT } };
    for (let n = 0; n < 50; n += 1) await ask(eventOf('POST /credentials', flood));
    expect(await ask(eventOf('POST /credentials', { body: { JWT } }))).toMatchObject({ statusCode: 200 });
  });

  it('about its registration is refused before anything is read or written', async () => {
    const ask = broker.environment({ usagePlans: plans({ registration: small }) });
    const answers = [];
    for (let n = 0; n < 10; n += 1)
      answers.push(await ask(eventOf('POST /applications', { body: minimalBody })));
    expect(answers[0]?.statusCode).toBe(201);
    expect(answers.at(-1)).toMatchObject({ statusCode: 429, body: { code: 'TooManyRequests' } });
    const probes = broker.sts.callsForAccessRoles().length;
    await ask(eventOf('PUT /applications', { body: minimalBody }));
    expect(broker.sts.callsForAccessRoles()).toHaveLength(probes);
  });
});

describe('while the shared bucket cannot be asked', () => {
  it('each environment admits by a bucket of its own, and a metric says so', async () => {
    await broker.register();
    const cellRates = new MemoryCellRates(async () => {
      throw new Error('the table does not answer');
    });
    const ask = broker.environment({ usagePlans: plans({ applications: { App: small } }), cellRates });
    const JWT = await broker.tokenFor('Yellow');
    const answers = [];
    for (let n = 0; n < 10; n += 1) answers.push(await ask(eventOf('POST /credentials', { body: { JWT } })));

    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(small.burstLimit);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(10 - small.burstLimit);
    expect(broker.output.metrics()).toContainEqual(expect.objectContaining({ UsagePlanFallback: 1 }));
  });
});
