// Which stacks of a cloud assembly a sandbox deploys, and the account and region that it then is.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { type AssembledStack, readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { placeOf, selectStacks } from '../../sandbox/templates/stack-selection.ts';

const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The stacks of an assembly in which they go to these environments, as `cdk synth` writes it. */
function assemble(environments: Record<string, string>): readonly AssembledStack[] {
  writeFileSync(join(directory, 'empty.json'), JSON.stringify({ Resources: {} }));
  const artifacts = Object.entries(environments).map(([stackName, environment]) => [
    stackName,
    { type: 'aws:cloudformation:stack', environment, properties: { templateFile: 'empty.json' } },
  ]);
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ artifacts: Object.fromEntries(artifacts) }),
  );
  return readCloudAssembly(directory).stacks;
}

const open = 'aws://unknown-account/unknown-region';
const stacks = assemble({
  'IdentityProvider-Service-Sandbox': open,
  'IAMSessionBroker-Service-Sandbox': open,
  'IdentityProvider-Service-Production': 'aws://444455556666/eu-central-1',
  'IAMSessionBroker-Service-Production': 'aws://444455556666/eu-central-1',
});
const defaults = { accountId: '111122223333', region: 'eu-west-1' };
const namesOf = (selected: readonly AssembledStack[]) => selected.map(({ stackName }) => stackName);

describe('an environment', () => {
  test.each(['production', 'Production', 'PRODUCTION'])(
    'is the stacks whose names end in its own: %s',
    (environment) => {
      expect(namesOf(selectStacks(stacks, { environment }))).toEqual([
        'IdentityProvider-Service-Production',
        'IAMSessionBroker-Service-Production',
      ]);
    },
  );

  test.each(['staging', 'duction', ''])(
    'that is unknown fails, naming those that there are: “%s”',
    (environment) => {
      expect(() => selectStacks(stacks, { environment })).toThrow(
        `there is no environment ${environment}; the cloud assembly has sandbox, production`,
      );
    },
  );

  test('of this project is there by the name that cdk.json gives it', () => {
    const assembly = readCloudAssembly(inject('assemblyDirectory'));

    expect(namesOf(selectStacks(assembly.stacks, { environment: 'sandbox' }))).toEqual([
      'IdentityProvider-Service-Sandbox',
      'IAMSessionBroker-Service-Sandbox',
      'Portal-Service-Sandbox',
    ]);
  });

  test('has those of data access where they are asked for', () => {
    const assembly = readCloudAssembly(inject('assemblyDirectory'));

    expect(namesOf(selectStacks(assembly.stacks, { environment: 'sandbox', dataAccess: true }))).toEqual([
      'IdentityProvider-Service-Sandbox',
      'IAMSessionBroker-Service-Sandbox',
      'Portal-Service-Sandbox',
      'IdentityCenter-Service-Sandbox',
      'AccessGrants-Service-Sandbox',
    ]);
  });
});

describe('the account and region', () => {
  test('are those that the stacks name', () => {
    expect(placeOf(selectStacks(stacks, { environment: 'production' }), defaults)).toEqual({
      accountId: '444455556666',
      region: 'eu-central-1',
    });
  });

  test('are the defaults where the stacks leave them open', () => {
    expect(placeOf(selectStacks(stacks, { environment: 'sandbox' }), defaults)).toEqual(defaults);
  });

  test('may be named by one stack, and one of the two alone', () => {
    const some = assemble({ 'A-Gamma': open, 'B-Gamma': 'aws://unknown-account/us-east-1' });

    expect(placeOf(some, defaults)).toEqual({ accountId: '111122223333', region: 'us-east-1' });
  });

  test('cannot be several', () => {
    const torn = assemble({
      'A-Gamma': 'aws://111122223333/us-east-1',
      'B-Gamma': 'aws://111122223333/eu-west-1',
    });

    expect(() => placeOf(torn, defaults)).toThrow(
      'the sandbox is one region, and the stacks go to us-east-1 and eu-west-1',
    );
  });

  test('cannot be of another partition', () => {
    const chinese = assemble({ 'A-Gamma': 'aws://111122223333/cn-north-1' });

    expect(() => placeOf(chinese, defaults)).toThrow('the sandbox has the partition aws only');
  });
});
