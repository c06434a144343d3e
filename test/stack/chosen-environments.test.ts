// Which environments' stacks the application builds.
import { spawnSync } from 'node:child_process';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { chosenEnvironments } from '../../lib/settings/chosen-environments.ts';
import { settingsOf } from './synthesis.ts';

const environments = settingsOf({ sandbox: {}, gamma: {}, production: {} });

function chosenBy(context: Record<string, unknown>): string[] {
  const { node } = new App({ context });
  return chosenEnvironments(node, environments).map(({ environmentName }) => environmentName);
}

describe('the stacks of the application', () => {
  it('are those of all environments', () => {
    expect(chosenBy({})).toEqual(['Sandbox', 'Gamma', 'Production']);
  });

  it.each(['gamma', 'Gamma', 'GAMMA'])(
    'are those of the environment that the context names, in any case: %s',
    (environment) => {
      expect(chosenBy({ environment })).toEqual(['Gamma']);
    },
  );

  it.each(['staging', 'gam', '', 5])('are none for an unknown environment: “%s”', (environment) => {
    expect(() => chosenBy({ environment })).toThrow(
      `there is no environment ${environment}; cdk.json has sandbox, gamma, production`,
    );
  });

  it('are not built while the settings of any environment are wrong, chosen or not', () => {
    const context = { environment: 'sandbox', environments: { sandbox: {}, gamma: { maxAttempts: 9 } } };
    const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/iam-session-broker.ts'], {
      env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) },
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toContain('environments.gamma.maxAttempts is 9');
  });
});
