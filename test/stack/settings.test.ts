// The deployment's settings: defaults, bounds, and messages that name what is wrong.
import { describe, expect, it } from 'vitest';
import { settingsOf } from './synthesis.ts';

describe('settings', () => {
  it('have a default for everything', () => {
    expect(settingsOf()).toEqual([
      {
        environmentName: 'Sandbox',
        isRetained: false,
        provisionedConcurrency: 1,
        throttleRateLimit: 500,
        throttleBurstLimit: 1_000,
        usagePlans: {
          default: { rateLimit: 100, burstLimit: 200 },
          registration: { rateLimit: 5, burstLimit: 20 },
          applications: {},
        },
        jwksHosts: [],
        requirePinnedTrust: false,
        dynamoDbTimeoutMs: 1_000,
        stsTimeoutMs: 1_500,
        jwksTimeoutMs: 2_000,
        maxAttempts: 2,
        requestBudgetMs: 8_000,
        logRetentionDays: 30,
      },
    ]);
  });

  it('make one pair of stacks an environment', () => {
    expect(settingsOf({ sandbox: {}, gamma: { provisionedConcurrency: 5 } })).toMatchObject([
      { environmentName: 'Sandbox', provisionedConcurrency: 1 },
      { environmentName: 'Gamma', isRetained: true, provisionedConcurrency: 5 },
    ]);
  });

  it.each([
    [
      'a provisioned concurrency of none',
      { provisionedConcurrency: 0 },
      'environments.sandbox.provisionedConcurrency',
    ],
    ['a fraction of a request', { throttleRateLimit: 0.5 }, 'environments.sandbox.throttleRateLimit'],
    ['a burst above API Gateway’s', { throttleBurstLimit: 5_001 }, 'environments.sandbox.throttleBurstLimit'],
    [
      'a retention that CloudWatch has not',
      { logRetentionDays: 31 },
      'environments.sandbox.logRetentionDays',
    ],
    ['a host that is a URL', { jwksHosts: ['https://id.example.com'] }, 'environments.sandbox.jwksHosts.0'],
    ['a host in capitals', { jwksHosts: ['ID.example.com'] }, 'environments.sandbox.jwksHosts.0'],
    [
      'a budget beyond the function’s time-out',
      { requestBudgetMs: 9_001 },
      'environments.sandbox.requestBudgetMs',
    ],
    [
      'a burst too small for its rate',
      { usagePlans: { default: { rateLimit: 100, burstLimit: 10 } } },
      'environments.sandbox.usagePlans: wrong usage plans: default.burstLimit: must be at least',
    ],
    [
      'a plan of an application whose name is none',
      { usagePlans: { applications: { 'a b': { rateLimit: 1, burstLimit: 5 } } } },
      'environments.sandbox.usagePlans: wrong usage plans: applications',
    ],
    [
      'a plan above the stage throttle',
      { usagePlans: { applications: { App: { rateLimit: 501, burstLimit: 1_000 } } } },
      'environments.sandbox.usagePlans: the plan App allows more than the stage throttle lets through',
    ],
    [
      'more plans than an environment variable holds',
      {
        usagePlans: {
          applications: Object.fromEntries(
            Array.from({ length: 100 }, (_, n) => [`Application${n}`, { rateLimit: 1, burstLimit: 5 }]),
          ),
        },
      },
      'bytes as JSON, and at most 3000 fit',
    ],
    [
      'attempts that outlast the budget',
      { stsTimeoutMs: 5_000 },
      'environments.sandbox.stsTimeoutMs: 2 attempts take',
    ],
    ['an unknown setting', { provisionedConcurency: 1 }, 'provisionedConcurency'],
  ])('refuse %s, naming the setting', (_, settings, name) => {
    expect(() => settingsOf({ sandbox: settings })).toThrow(name);
  });
});
