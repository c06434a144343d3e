// The deployment's settings: defaults, bounds, and messages that name what is wrong.
import { describe, expect, it } from 'vitest';
import { settingsOf } from './synthesis.ts';

describe('settings', () => {
  it('have a default for everything', () => {
    expect(settingsOf()).toEqual([
      {
        environmentName: 'Sandbox',
        provisionedConcurrency: 1,
        throttleRateLimit: 500,
        throttleBurstLimit: 1_000,
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
      { environmentName: 'Gamma', provisionedConcurrency: 5 },
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
    ['an unknown setting', { provisionedConcurency: 1 }, 'provisionedConcurency'],
  ])('refuse %s, naming the setting', (_, settings, name) => {
    expect(() => settingsOf({ sandbox: settings })).toThrow(name);
  });
});
