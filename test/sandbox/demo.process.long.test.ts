// `npm run demo` as a process: its arguments, and how it ends when it is interrupted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdingSynthesis } from './support/held-synthesis.ts';

describe('npm run demo', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('upon %s ends with %i and one line', async (signalName, exitCode) => {
    const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const synthesis = holdingSynthesis(directory);
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: directory, ...synthesis.variables },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [[code, signal], output] = await Promise.all([
      once(child, 'exit'),
      text(child.stdout),
      synthesis.isUnderWay().then(() => child.kill(signalName)),
    ]);
    expect({ code, signal }).toEqual({ code: exitCode, signal: null });
    expect(output).not.toContain('✗');
    expect(output.trimEnd().split('\n').at(-1)).toBe(`Stopped by ${signalName}, after cleaning up.`);
    expect(readdirSync(directory).filter((name) => name.startsWith('iam-'))).toEqual([]);
  });

  it.each([
    [
      ['--environment', 'staging'],
      'there is no environment staging; cdk.json has sandbox, gamma, production',
    ],
    [['--target', 'azure'], '--target must be sandbox or aws'],
    [
      ['--story', 'data', '--target', 'aws'],
      '--story data is played in the sandbox: an account has one instance of S3 Access Grants, and yours may be in use',
    ],
    [
      ['--story', 'all', '--environment', 'gamma'],
      '--story console is played with the targets of the environment sandbox, and not of gamma',
    ],
    [['--story', 'toString'], '--story must be broker or console or data or all'],
    [
      ['--story', 'console', '--target', 'aws'],
      '--story console is played in the sandbox, whose identity provider and users it knows; docs/portal.md says how to try a portal in AWS',
    ],
    [
      ['--story', 'console', '--environment', 'gamma'],
      '--story console is played with the targets of the environment sandbox, and not of gamma',
    ],
    [['--verbose'], "Unknown option '--verbose'; npm run demo -- --help says what there is\n"],
    [['--help'], ''],
    [['-h'], ''],
  ])('says of %j why it is refused, or how it is used, and exits with 2, or 0', async (args, reason) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [[exitCode], stdout, stderr] = await Promise.all([
      once(child, 'exit'),
      text(child.stdout),
      text(child.stderr),
    ]);
    expect(exitCode).toBe(reason === '' ? 0 : 2);
    const usage = reason === '' ? stdout : stderr.slice(reason.length);
    expect(usage.trimStart()).toMatch(reason.endsWith('\n') ? /^$/ : /^Usage: npm run demo /);
    expect(reason === '' ? stderr : stdout).toBe('');
    expect(stderr.startsWith(reason)).toBe(true);
  });

  it('says where a region may stand, where there is none', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', '--target', 'aws'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
    });
    const [[exitCode], output] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    expect(exitCode).toBe(1);
    expect(output.replace(/\s+/g, ' ')).toMatch(
      /^ The demo failed: there is no region: set AWS_REGION or AWS_DEFAULT_REGION, .* $/,
    );
  });

  it('says the reason once, and at the end where it failed', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', '--target', 'aws'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'eu-west-1',
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    const [[exitCode], output] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
    expect(exitCode).toBe(1);
    expect(output.match(/Could\s+not\s+load\s+credentials/g)).toHaveLength(1);
    expect(output.endsWith('\nThe demo failed at step 1: Find the deployed stacks.\n')).toBe(true);
  });
});
