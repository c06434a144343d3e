// The probe where registrars alone write registrations: set up, run, and removed as one of them, or told how.
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { Cleanup } from '../../client/account/cleanup.ts';
import { registrationPolicy, serviceTrustPolicy } from '../../client/account/roles.ts';
import { brokerStacks } from '../../client/account/stacks.ts';
import { prepare, setupParts } from '../../probe/preparation.ts';
import { leftBehind, NOTHING } from '../../probe/removal.ts';
import { addRemovals, setUp } from '../../probe/setup.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { setVariables } from './support/amendments.ts';
import { failuresOf } from './support/probe-report.ts';
import { deleteWithPolicies, probeRolesOf } from './support/probe-roles.ts';
import { options, runQuietly, source } from './support/quiet-probe.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: brokerStacks('Sandbox'),
    maxEnvironments: 1,
    amendTemplate: (_, template) => setVariables(template, () => ({ REGISTRARS: 'Deployer' })),
  });
  for (const roleName of ['Deployer', 'Bystander']) {
    sandbox.account.identities.createRole({
      roleName,
      trustPolicy: serviceTrustPolicy(sandbox.account),
      inlinePolicies: { RegisterApplications: registrationPolicy(sandbox.account) },
    });
  }
});
beforeEach(() => source(sandbox.environment));
afterEach(async () => {
  await leftByTeardown(...asDeployer);
  for (const role of probeRoles()) deleteWithPolicies(sandbox, role);
  vi.unstubAllEnvs();
});
afterAll(() => sandbox?.stop());

const asDeployer = ['--registrar-role', 'Deployer'];
const probeRoles = () => probeRolesOf(sandbox);

/** What `--setup` does with these options; what `--teardown` with others leaves behind. */
async function setUpWith(...args: string[]): Promise<string | undefined> {
  const setup = options('--setup', ...args);
  return setUp(await setupParts(setup, prepare(setup).clients), new Cleanup());
}
async function leftByTeardown(...args: string[]): Promise<string> {
  const teardown = options('--teardown', ...args);
  const cleanup = new Cleanup();
  addRemovals(await setupParts(teardown, prepare(teardown).clients), cleanup);
  return leftBehind(cleanup);
}

it.each([
  ['its name', () => 'Deployer'],
  ['its ARN', () => sandbox.account.identities.role('Deployer').arn],
])('is set up, probes and is removed as the registrar, given by %s', async (_, role) => {
  const asRegistrar = ['--registrar-role', role()];
  await setUpWith(...asRegistrar);
  const [userPool] = sandbox.account.userPools.values();
  const client = [...(userPool?.clients.keys() ?? [])][0] ?? '';
  expect(failuresOf(await runQuietly('--user-pool-client', client))).toEqual({});
  // The application itself never could register.
  const { inlinePolicies } = sandbox.account.identities.role('IAMSessionBrokerProbe');
  expect([...inlinePolicies.keys()]).toEqual(['InvokeCredentials', 'ReadBothTenants']);

  expect(await leftByTeardown(...asRegistrar)).toBe(NOTHING);
  expect(probeRoles()).toEqual([]);
});

it('removes its registration as the registrar where the application’s role is gone', async () => {
  await setUpWith(...asDeployer);
  deleteWithPolicies(sandbox, 'IAMSessionBrokerProbe');
  expect(await leftByTeardown(...asDeployer)).toBe(NOTHING);
  // Otherwise it would be another role’s, and refused.
  await setUpWith(...asDeployer);
  expect(await leftByTeardown(...asDeployer)).toBe(NOTHING);
});

it('passes on the sandbox, and leaves nothing behind', async () => {
  expect(failuresOf(await runQuietly(...asDeployer))).toEqual({});
  expect(probeRoles()).toEqual([]);
});

it('tells the remedy where no registrar is named, and leaves nothing behind', async () => {
  expect(failuresOf(await runQuietly())).toEqual({
    'the probe is ready':
      'the registration was refused: 403 NotARegistrar; ' +
      'the deployment has registrars: name one of them with --registrar-role',
  });
  expect(probeRoles()).toEqual([]);
});

it('keeps what was registered where no registrar is named, and tells the remedy', async () => {
  await setUpWith(...asDeployer);
  expect(await leftByTeardown()).toBe(
    'the registration and the role IAMSessionBrokerProbe: the deregistration was refused: 403 NotARegistrar; ' +
      'the deployment has registrars: name one of them with --registrar-role',
  );
  expect(probeRoles()).toEqual(['IAMSessionBrokerProbe']);
});

it.each([
  [
    'Bystander',
    'the registration was refused: 403 NotARegistrar; ' +
      'name one of the deployment’s registrars with --registrar-role, or leave it out where there are none',
  ],
  ['Nobody', 'the role of --registrar-role cannot be assumed: AccessDenied'],
])('tells of %s that it is no registrar', async (role, message) => {
  const failures = failuresOf(await runQuietly('--registrar-role', role));
  expect(failures['the probe is ready']).toBe(message);
});
