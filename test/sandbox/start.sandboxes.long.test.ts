import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { readCloudAssembly } from '../../sandbox/templates/cloud-assembly.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import { start } from './support/start-process.ts';

/** Of an environment that has no portal, and a process of the function from its start. */
const gamma = ['--assembly', inject('assemblyDirectory'), '--environment', 'gamma'] as const;

/** For what a sandbox may leave behind; removed after the test. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

test('serves two sandboxes at once, each with its own files, and ends without a trace', async () => {
  const directory = temporaryDirectory();
  const beside = ['--other-account', '777788889999'];
  const [one, other] = await Promise.all([start(directory, ...gamma), start(directory, ...gamma, ...beside)]);

  expect(Object.keys(one.variables)).toEqual([
    'AWS_ENDPOINT_URL',
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
    'ISB_API_ENDPOINT',
    'ISB_JWKS_URL',
    'NODE_EXTRA_CA_CERTS',
  ]);
  expect(other.variables).toMatchObject({
    ISB_OTHER_ACCOUNT_ID: '777788889999',
    ISB_OTHER_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/),
    ISB_OTHER_SECRET_ACCESS_KEY: expect.stringMatching(/^\S{40}$/),
  });
  const environmentFile = join(one.stateDirectory, 'env');
  expect(statSync(environmentFile).mode & 0o777).toBe(0o600);
  for (const [name, value] of Object.entries(one.variables)) {
    expect(readFileSync(environmentFile, 'utf8')).toContain(`export ${name}=${value}\n`);
  }
  expect(existsSync(one.variables['NODE_EXTRA_CA_CERTS'] ?? '')).toBe(true);
  expect(new Set([...one.ports, ...other.ports]).size).toBe(6);

  const children = childrenOf(one.process.pid);
  expect(children).not.toEqual([]);
  one.process.kill('SIGTERM');
  one.process.kill('SIGINT');

  expect(await one.exited).toBe(0);
  expect(children.filter(isRunning)).toEqual([]);
  expect(await Promise.all(one.ports.map(listens))).toEqual([false, false, false]);
  expect(existsSync(one.stateDirectory)).toBe(false);

  // The other knows nothing of it; killed outright, it still takes its execution environments along.
  expect(await Promise.all(other.ports.map(listens))).toEqual([true, true, true]);
  const orphans = childrenOf(other.process.pid);
  other.process.kill('SIGKILL');
  await other.exited;
  await expect.poll(() => orphans.filter(isRunning)).toEqual([]);

  await rm(other.stateDirectory, { recursive: true, force: true });
});

test('synthesizes the environment that it deploys, in any case, and no other', async () => {
  const directory = temporaryDirectory();
  const { process: child, exited } = await start(directory, '--environment', 'Gamma');
  const [folder = ''] = readdirSync(directory).filter((name) => name.startsWith('iam-session-broker-'));
  const { stacks } = readCloudAssembly(join(directory, folder, 'cdk.out'));
  const told = text(child.stderr);
  child.kill('SIGTERM');

  expect(await exited).toBe(0);
  expect(stacks.map(({ stackName }) => stackName)).toEqual([
    'IdentityProvider-Service-Gamma',
    'IAMSessionBroker-Service-Gamma',
  ]);
  expect(await told).toContain('deploying IAMSessionBroker-Service-Gamma\n');
});
