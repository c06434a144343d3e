// `npm run probe`: exit codes, report, what it leaves behind, and what it takes for wrong usage.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { serviceTrustPolicy } from '../../client/account/roles.ts';
import { brokerStacks } from '../../client/account/stacks.ts';
import { readOptions } from '../../probe/options.ts';
import type { Report } from '../../probe/run.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { failuresOf } from './support/probe-report.ts';

async function start(args: string[], env: Record<string, string | undefined>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'probe/main.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const exited = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { exitCode: (await exited)[0], stdout, stderr };
}

describe('npm run probe', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      stacks: brokerStacks('Sandbox'),
      maxEnvironments: 2,
    });
  });
  afterAll(() => sandbox?.stop());

  it('passes on the sandbox with no arguments, and leaves nothing behind', async () => {
    const { exitCode, stdout, stderr } = await start([], sandbox.environment);
    const report = JSON.parse(stdout) as Report;
    expect(failuresOf(report)).toEqual({});
    expect(exitCode).toBe(0);
    expect(report).toMatchObject({ passed: true, endpoint: sandbox.environment['ISB_API_ENDPOINT'] });
    expect(stderr.match(/^✓ /gm)).toHaveLength(report.checks.length);
    expect(stdout + stderr).not.toMatch(/eyJ|[\w+/]{40}/);
    expect([...sandbox.account.identities.roles.keys()].join()).not.toContain('Probe');
    expect([...sandbox.account.buckets.keys()]).toEqual([]);
  });

  it('passes after --setup with the options that this prints, and not after --teardown', async () => {
    const env = { ...sandbox.environment, ISB_PROBE_PASSWORD: 'Aa1!of-the-probe' };
    const setup = await start(['--setup'], env);
    expect(setup.exitCode).toBe(0);
    const [, printed = ''] = /^npm run probe -- (.*)\n$/.exec(setup.stdout) ?? [];
    expect((await start(printed.split(' '), env)).exitCode).toBe(0);
    expect((await start(['--teardown'], env)).exitCode).toBe(0);
    expect([...sandbox.account.identities.roles.keys()].join()).not.toContain('Probe');
    expect((await start(printed.split(' '), env)).exitCode).toBe(1);
  });

  it('removes the role of a setup that failed before the role had a policy', async () => {
    const { identities } = sandbox.account;
    identities.createRole({
      roleName: 'IAMSessionBrokerProbe',
      trustPolicy: serviceTrustPolicy(sandbox.account),
    });
    expect(await start(['--teardown'], sandbox.environment)).toMatchObject({ exitCode: 0, stderr: '' });
    expect([...identities.roles.keys()]).not.toContain('IAMSessionBrokerProbe');
  });

  it('says what --teardown could not remove, and exits with 1', async () => {
    const error = { code: 'ServiceFailure', message: 'canary', statusCode: 500 };
    onTestFinished(sandbox.account.faults.inject({ service: 'iam', operation: 'GetRole', error }));
    const { exitCode, stderr } = await start(['--teardown'], sandbox.environment);
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      'left behind: the registration and the role IAMSessionBrokerProbe: ServiceFailureException\n',
    );
  });

  it.each(['--setup', '--teardown'])('ends %s at once when it is interrupted', async (mode) => {
    const underWay = new Promise<void>((onMatch) => {
      onTestFinished(
        sandbox.account.faults.inject({
          service: 'sts',
          operation: 'GetCallerIdentity',
          stall: true,
          onMatch,
        }),
      );
    });
    const env = { ...sandbox.environment, ISB_PROBE_PASSWORD: 'Aa1!of-the-probe' };
    const child = spawn(process.execPath, ['--import', 'tsx', 'probe/main.ts', mode], {
      stdio: 'ignore',
      env: { PATH: process.env['PATH'], ...env },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await underWay;
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
  });

  it('exits with 1 and a report where nothing answers', async () => {
    const gone = { ...sandbox.environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
    const { exitCode, stdout } = await start([], gone);
    expect(exitCode).toBe(1);
    expect(failuresOf(JSON.parse(stdout))).toEqual({
      'the probe is ready': expect.stringMatching(/ECONNREFUSED 127\.0\.0\.1:9$/),
    });
  });

  it.each<[string[], number, RegExp, RegExp]>([
    [['--help'], 0, /^Usage: npm run probe/, /^$/],
    [['-h'], 0, /^Usage: npm run probe/, /^$/],
    [['--force'], 2, /^$/, /^Unknown option '--force'; npm run probe -- --help says what there is\n$/],
    [['x'.repeat(41)], 2, /^$/, /^Unexpected argument \(not shown\); .*\n$/],
  ])('takes %j: exits with %d, and says no more than that takes', async (args, code, output, error) => {
    expect(await start(args, {})).toEqual({
      exitCode: code,
      stdout: expect.stringMatching(output),
      stderr: expect.stringMatching(error),
    });
  });

  it('exits with 2 and the usage where there is nothing to probe', async () => {
    const { exitCode, stdout, stderr } = await start([], { AWS_REGION: 'eu-west-1' });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^there is nothing to probe: .*\n\nUsage: npm run probe/);
  });
});

it('passes on the sandbox of the production stacks, whose API has a domain name of its own', async () => {
  const production = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: brokerStacks('Production'),
  });
  onTestFinished(() => production.stop());
  expect(production.environment).toHaveProperty('ISB_RESOLVE');
  const { exitCode, stdout } = await start([], production.environment);
  const report = JSON.parse(stdout) as Report;
  expect(failuresOf(report)).toEqual({});
  expect(exitCode).toBe(0);
  expect(report.endpoint).toBe(production.environment['ISB_API_ENDPOINT']);
  expect([...production.account.identities.roles.keys()].join()).not.toContain('Probe');
});

it.each([
  [
    'creates nothing in an account that is not a sandbox',
    [],
    { AWS_ENDPOINT_URL: 'https://aws.example.com' },
    'there is nothing to probe',
  ],
  [
    'a bucket, and no way to a token',
    ['--bucket', 'mine'],
    {},
    '--bucket needs --token-command or --user-pool-client',
  ],
  ['two ways to a token', ['--token-command', 'x', '--user-pool-client', 'y'], {}, 'two ways to one token'],
  ['a user pool, and no password', ['--user-pool-client', 'x'], {}, 'set ISB_PROBE_PASSWORD'],
  [
    'no region',
    ['--token-command', 'x'],
    { AWS_REGION: undefined },
    'there is no region: set AWS_REGION or AWS_DEFAULT_REGION',
  ],
  [
    'an endpoint without its slash',
    ['--token-command', 'x'],
    { ISB_API_ENDPOINT: 'https://broker.example.com' },
    'ends in a slash',
  ],
  [
    'a token sent in clear',
    ['--token-command', 'x'],
    { ISB_API_ENDPOINT: 'http://broker.example.com/' },
    'must be https, or on this machine',
  ],
  [
    'a token sent in clear to a name whose port alone is on this machine',
    ['--token-command', 'x'],
    { ISB_API_ENDPOINT: 'http://broker.example.com/', ISB_RESOLVE: 'broker.example.com:81:127.0.0.1' },
    'must be https, or on this machine',
  ],
  [
    'an address that is none',
    ['--token-command', 'x'],
    { ISB_RESOLVE: '127.0.0.1' },
    'ISB_RESOLVE must be NAME:PORT:ADDRESS',
  ],
  [
    'a registrar of what is deployed',
    ['--token-command', 'x', '--registrar-role', 'R'],
    {},
    'is for --setup',
  ],
  ['a registrar without a name', ['--setup', '--registrar-role', ''], {}, 'must be the name or ARN'],
  ['no time', ['--token-command', 'x', '--timeout-ms', '0'], {}, '--timeout-ms must be from 100'],
  ['one tenant twice', ['--token-command', 'x', '--tenant', 'A', '--other-tenant', 'A'], {}, 'must differ'],
  ['setup and teardown', ['--setup', '--teardown'], {}, 'exclude each other'],
  ['an option that there is not', ['--force'], {}, "Unknown option '--force'"],
])('takes for wrong usage: %s', (_, args, env, message) => {
  const base = { AWS_REGION: 'eu-west-1', ISB_API_ENDPOINT: 'https://broker.example.com/' };
  expect(() => readOptions(args, { ...base, ...env })).toThrow(message);
});

it.each([
  ['http://127.0.0.1:4567/', {}],
  ['http://broker.example.com:4567/', { ISB_RESOLVE: 'broker.example.com:4567:127.0.0.1' }],
  ['http://broker.example.com/', { ISB_RESOLVE: 'broker.example.com:80:[::1]' }],
  ['http://broker.example.com:4567/', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }],
])('takes the endpoint %s on this machine without TLS', (endpoint, env) => {
  const args = ['--token-command', 'x', '--endpoint', endpoint];
  expect(readOptions(args, { AWS_REGION: 'eu-west-1', ...env })).toMatchObject({
    mode: 'deployed',
    endpoint,
  });
});
