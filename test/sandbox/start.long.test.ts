// `npm start`: what it serves and writes, and how it ends.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, inject, onTestFinished, test } from 'vitest';
import { childrenOf, isRunning } from '../support/processes.ts';
import { holdingSynthesis } from './support/held-synthesis.ts';
import { exitOf, project, run, start } from './support/start-process.ts';

/** Of an environment that has no portal, and a process of the function from its start. */
const gamma = ['--assembly', inject('assemblyDirectory'), '--environment', 'gamma'] as const;

/** For what a sandbox may leave behind; removed after the test. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('says which file to source, and that rids a shell of what would get in its way', async () => {
  const { process: child, ports, exited } = await start(temporaryDirectory(), ...gamma);
  const told = text(child.stderr);
  const [port] = ports;
  const script = `source .sandbox/${port}/env; echo "$AWS_ACCESS_KEY_ID,$AWS_SESSION_TOKEN,$AWS_PROFILE"`;
  const sourced = execFileSync('bash', ['-c', script], {
    cwd: project,
    env: { PATH: process.env['PATH'], AWS_SESSION_TOKEN: 'of another account', AWS_PROFILE: 'absent' },
    encoding: 'utf8',
  });
  child.kill('SIGTERM');
  await exited;

  expect(sourced).toMatch(/^AKIA\w+,,\n$/);
  expect(await told).toContain(`in another terminal: source .sandbox/${port}/env\n`);
  expect((await told).endsWith('stopping\n')).toBe(true);
});

test.each<{ args: string[]; requests: RegExp[] }>([
  { args: [], requests: [/^\S+ GET \/credentials 403 -: unsigned: /] },
  { args: ['--quiet'], requests: [] },
])('logs every request with the reason of its refusal, with $args', async ({ args, requests }) => {
  const { process: child, variables, exited } = await start(temporaryDirectory(), ...gamma, ...args);
  const told = text(child.stderr);
  const { status } = await fetch(`${variables['ISB_API_ENDPOINT']}credentials?jwt=canary`);
  child.kill('SIGTERM');
  await exited;

  expect(status).toBe(403);
  const logged = (await told).split('\n').filter((line) => line.includes('/credentials'));
  expect(logged).toEqual(requests.map((request) => expect.stringMatching(request)));
  expect(await told).not.toContain('canary');
});

test('ends at once in mid-synthesis, and takes the synthesis along', async () => {
  const directory = temporaryDirectory();
  const synthesis = holdingSynthesis(directory);
  const child = run(['--port', '0'], { TMPDIR: directory, ...synthesis.variables });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = exitOf(child);
  const told = text(child.stderr);
  const processes = [await synthesis.isUnderWay(), ...childrenOf(child.pid)];
  expect(processes).toHaveLength(2);
  child.kill('SIGINT');

  // The synthesis would never have ended: whoever waited for it would still wait.
  expect(await exited).toBe(0);
  expect(await told).toBe('synthesizing the CDK application\nstopping\n');
  await expect.poll(() => processes.filter(isRunning)).toEqual([]);
  expect(readdirSync(directory).filter((name) => name.startsWith('iam-'))).toEqual([]);
});
