// A sandbox with the deployed broker in it: one that a test file has for itself, or one of a test's own.
import { afterAll, beforeAll, inject } from 'vitest';
import { brokerStacks } from '../../../client/account/stacks.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import { Broker } from './broker.ts';

export let sandbox: Sandbox;
export let broker: Broker;

/** Of one execution environment, unless the options say otherwise. Whoever calls it stops the sandbox. */
export async function startBroker(options: SandboxOptions = {}): Promise<Broker> {
  const { environment = 'sandbox' } = options;
  const environmentName = `${environment.charAt(0).toUpperCase()}${environment.slice(1)}`;
  const stacks = brokerStacks(environmentName);
  const assemblyDirectory = inject('assemblyDirectory');
  return Broker.of(
    await startSandbox({ assemblyDirectory, stacks, maxEnvironments: 1, ...options }),
    environmentName,
  );
}

/** For the tests of a file. Call at its top. */
export function useBroker(options?: SandboxOptions): void {
  beforeAll(async () => {
    broker = await startBroker(options);
    sandbox = broker.sandbox;
  });
  afterAll(() => sandbox?.stop());
}
