// `isb register`, `show` and `deregister` against deployments of their own: with a registrar, and under a custom domain name.
import { describe, expect, it } from 'vitest';
import { addCustomDomain } from './fixtures/custom-domain.ts';
import { setVariables } from './support/amendments.ts';
import type { Broker } from './support/broker.ts';
import { startBroker, useBroker } from './support/broker-sandbox.ts';
import { isb, isbWith } from './support/isb.ts';
import { shellOf } from './support/isb-world.ts';

useBroker();

describe('a registrar', () => {
  it('names whom it registers, shows and deregisters', async () => {
    const ample = { rateLimit: 100, burstLimit: 1_000 };
    const own = await startBroker({
      amendTemplate: (_, template) =>
        setVariables(template, () => ({
          REGISTRARS: 'Deployer',
          USAGE_PLANS: JSON.stringify({ default: ample, registration: ample, applications: {} }),
        })),
    });
    try {
      const deployer = own.createApplication('Deployer');
      const app = own.createApplication('Deployed');
      const shell = { ...shellOf(deployer.own), ...endpointsOf(own) };
      const ApplicationRoleId = own.sandbox.account.identities.role('Deployed').roleId;
      const stdin = JSON.stringify({ ApplicationRoleId, ...app.registration() });
      const register = (...args: string[]) => isbWith({ stdin }, shell, 'register', '-', ...args);

      expect((await register()).stderr).toContain('ApplicationName');
      expect((await register('--application', 'Deployed')).stdout).toMatch(/^registered +Deployed\n/);
      expect((await isb(shell, 'show', '--application', 'Deployed')).stdout).toMatch(
        /^registered +Deployed\n/,
      );
      const contradictory = { ApplicationName: 'Other', ...app.registration() };
      const args = ['register', '-', '--application', 'Deployed'];
      expect((await isbWith({ stdin: JSON.stringify(contradictory) }, shell, ...args)).stderr).toBe(
        'isb register failed: standard input has another ApplicationName than --application says\n',
      );
      const deregistered = await isb(shell, 'deregister', '--application', 'Deployed');
      expect(deregistered.stdout).toMatch(/^deregistered +Deployed\n/);
      expect((await isb({ ...shellOf(app.own), ...endpointsOf(own) }, 'show')).stderr).toContain(
        'ApplicationNotFound',
      );
    } finally {
      await own.sandbox.stop();
    }
  });
});

describe('the broker', () => {
  it('is found under a custom domain name that no resolver knows', async () => {
    const named = await startBroker({
      amendTemplate: (name, template) => name.startsWith('IAMSessionBroker') && addCustomDomain(template),
    });
    try {
      const app = named.createApplication('CliNamed');
      const { ISB_API_ENDPOINT = '', ISB_RESOLVE = '', AWS_ENDPOINT_URL = '' } = named.sandbox.environment;
      expect(ISB_RESOLVE).not.toBe('');
      const shell = shellOf(app.own, { ISB_API_ENDPOINT, AWS_ENDPOINT_URL });
      expect((await isb({ ...shell, ISB_RESOLVE }, 'show')).stderr).toMatch(/: ApplicationNotFound/);
      expect((await isb(shell, 'show')).stderr).toContain('must be an https URL; http is for loopback alone');
    } finally {
      await named.sandbox.stop();
    }
  });
});

function endpointsOf({ sandbox: { environment } }: Broker): Record<string, string> {
  const { ISB_API_ENDPOINT = '', AWS_ENDPOINT_URL = '' } = environment;
  return { ISB_API_ENDPOINT, AWS_ENDPOINT_URL };
}
