// Settings of what the broker takes and keeps ready: defaults, bounds, and what contradicts each other.
import { describe, expect, it } from 'vitest';
import { settingsOf } from './synthesis.ts';

/** What is wrong, settings that have it, and the message after the environment's name. */
const wrong: [string, Record<string, unknown>, string][] = [
  [
    'a provisioned concurrency below none',
    { provisionedConcurrency: -1 },
    '.provisionedConcurrency is -1: must be a whole number from 0 to 1000',
  ],
  [
    'a ceiling below the floor',
    { provisionedConcurrency: 5, maxProvisionedConcurrency: 4 },
    '.maxProvisionedConcurrency is 4: must be at least provisionedConcurrency, which is 5',
  ],
  [
    'a ceiling without a floor',
    { provisionedConcurrency: 0, maxProvisionedConcurrency: 4 },
    '.maxProvisionedConcurrency is 4: must have a provisionedConcurrency to scale from, which is 0',
  ],
  [
    'a ceiling without a floor, which the sandbox has not by itself',
    { maxProvisionedConcurrency: 4 },
    '.maxProvisionedConcurrency is 4: must have a provisionedConcurrency to scale from, which is 0',
  ],
  [
    'less reserved than may be provisioned',
    { provisionedConcurrency: 1, maxProvisionedConcurrency: 400, reservedConcurrency: 399 },
    '.reservedConcurrency is 399: must be at least maxProvisionedConcurrency, which is 400',
  ],
  [
    'a reservation that refuses what the throttle lets through',
    { reservedConcurrency: 219 },
    '.reservedConcurrency is 219: takes 2190 requests a second, and throttleRateLimit lets 2200 through',
  ],
  [
    'a reservation of none, which would stop the broker',
    { reservedConcurrency: 0 },
    '.reservedConcurrency is 0: must be a whole number from 1 to 1000',
  ],
  [
    'a utilization that leaves no room',
    { provisionedConcurrencyUtilization: 0.95 },
    '.provisionedConcurrencyUtilization is 0.95: must be a number from 0.1 to 0.9',
  ],
  [
    'a fraction of a request',
    { throttleRateLimit: 0.5 },
    '.throttleRateLimit is 0.5: must be a whole number from 220 to 10000',
  ],
  [
    'a number in quotes',
    { throttleRateLimit: '500' },
    '.throttleRateLimit is "500": must be a whole number from 220 to 10000',
  ],
  [
    'a burst above API Gateway’s',
    { throttleBurstLimit: 5_001 },
    '.throttleBurstLimit is 5001: must be a whole number from 100 to 5000',
  ],
  [
    'a throttle behind which no plan of registrations fits',
    { throttleBurstLimit: 99 },
    '.throttleBurstLimit is 99: must be a whole number from 100 to 5000',
  ],
  [
    'a plan with more than a 22nd of the throttle’s rate',
    { usagePlans: { applications: { App: { rateLimit: 101, burstLimit: 200 } } } },
    '.usagePlans.applications.App is {"rateLimit":101,"burstLimit":200}: must be at most 100 a second and 200 at once, ' +
      'so that a flood leaves room for others; lower it, or raise throttleRateLimit, which is 2200, and throttleBurstLimit, which is 1000',
  ],
  [
    'a plan with more than a fifth of the throttle’s burst',
    { usagePlans: { applications: { App: { rateLimit: 100, burstLimit: 201 } } } },
    '.usagePlans.applications.App is {"rateLimit":100,"burstLimit":201}: must be at most 100 a second and 200 at once',
  ],
  [
    'a plan of registrations with more than a 22nd of its own routes',
    { usagePlans: { registration: { rateLimit: 11, burstLimit: 40 } } },
    '.usagePlans.registration is {"rateLimit":11,"burstLimit":40}: must be at most 10 a second and 40 at once',
  ],
  [
    'a throttle too narrow for the default plan',
    { throttleRateLimit: 2_199 },
    '.usagePlans.default is {"rateLimit":100,"burstLimit":200}: must be at most 99 a second and 200 at once',
  ],
];

describe('settings of capacity', () => {
  it('keep an environment initialized everywhere but in the sandbox, unless they say otherwise', () => {
    const provisioned = (environments: Record<string, unknown>) =>
      settingsOf(environments).map(({ provisionedConcurrency }) => provisionedConcurrency);
    expect(provisioned({ sandbox: {}, gamma: {}, production: {} })).toEqual([0, 1, 1]);
    const otherwise = { sandbox: { provisionedConcurrency: 1 }, gamma: { provisionedConcurrency: 0 } };
    expect(provisioned(otherwise)).toEqual([1, 0]);
  });

  it('reserve nothing unless they say so, and then enough for what is provisioned and let through', () => {
    expect(settingsOf()[0]).not.toHaveProperty('reservedConcurrency');
    expect(settingsOf({ gamma: { reservedConcurrency: 220 } })).toMatchObject([{ reservedConcurrency: 220 }]);
  });

  it('scale nothing unless a ceiling is set', () => {
    expect(settingsOf({ gamma: { provisionedConcurrency: 5 } })).toMatchObject([
      { provisionedConcurrency: 5, maxProvisionedConcurrency: 5 },
    ]);
  });

  it.each(wrong)('refuse %s, naming setting, value and bound', (_, settings, message) => {
    expect(() => settingsOf({ sandbox: settings })).toThrow(`\nenvironments.sandbox${message}`);
  });
});
