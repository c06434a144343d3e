// The environments that the settings are of: how many, what they are named, and what the context may not have in their place.
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../lib/settings/context.ts';
import { settingsOf } from './synthesis.ts';

describe('settings', () => {
  it('make one pair of stacks an environment', () => {
    expect(settingsOf({ sandbox: {}, gamma: { provisionedConcurrency: 5 } })).toMatchObject([
      { environmentName: 'Sandbox', isRetained: false, isDeployedGradually: false },
      { environmentName: 'Gamma', isRetained: true, isDeployedGradually: true, provisionedConcurrency: 5 },
    ]);
  });

  it.each<[string, unknown]>([
    ['enviroments', { gamma: {} }],
    ['Environments', { gamma: {} }],
    ['environment', { gamma: {} }],
  ])('refuse a context where environments is spelled %s', (key, environments) => {
    expect(() => readSettings(new App({ context: { [key]: environments } }).node)).toThrow(
      `\n${key}: not a key of the context; did you mean environments?`,
    );
  });

  it('go by no name of an environment that the context chooses', () => {
    const { node } = new App({ context: { environment: 'sandbox' } });
    expect(readSettings(node)).toHaveLength(1);
  });

  it('report everything that is wrong in all environments at once', () => {
    expect(() => settingsOf({ gamma: { maxAttempts: 9 }, production: { maxAttempts: 0 } })).toThrow(
      /environments\.gamma\.maxAttempts is 9.*\n.*environments\.production\.maxAttempts is 0/,
    );
  });

  it('refuse two environments in one account, which has one role named IAMSessionBroker', () => {
    const account = '111122223333';
    expect(() => settingsOf({ gamma: { account }, production: { account } })).toThrow(
      'environments.production.account is "111122223333": must not be gamma\'s, one environment an account',
    );
  });

  it('refuse an environment whose name makes no stack and no DNS label', () => {
    expect(() => settingsOf({ 'Pre-Production': {} })).toThrow(
      'environments.Pre-Production: must be named in 1 to 31 lower-case letters and digits',
    );
  });

  it.each([[['sandbox']], ['sandbox']])('refuse environments that are no object: %j', (environments) => {
    expect(() => settingsOf(environments as never)).toThrow('environments must be settings by environment');
  });
});
