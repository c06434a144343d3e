// The files of a running sandbox: which one `.sandbox/env` is, and how a shell gets in and out.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { environmentScript } from '../../sandbox/environment-script.ts';
import { LogGroups } from '../../sandbox/log-groups.ts';
import { StateDirectory } from '../../sandbox/state-directory.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'state-directory-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

async function stateOf(port: number, isTemporary = false): Promise<StateDirectory> {
  const environment = { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  const state = new StateDirectory({ environment }, { isTemporary, root });
  await state.write({ environment, caCertificate: 'certificate', logGroups: new LogGroups() });
  return state;
}

const env = () => join(root, '.sandbox', 'env');

test('.sandbox/env is that of the sandbox started last, whatever its port, and nobody else’s to read', async () => {
  for (const port of [4566, 5000, 4566]) {
    await stateOf(port);
    expect(readFileSync(env(), 'utf8')).toContain(`export AWS_ENDPOINT_URL=http://127.0.0.1:${port}\n`);
    expect(statSync(env()).mode & 0o777).toBe(0o600);
  }
});

test('.sandbox/env goes with its sandbox, and with no other', async () => {
  const first = await stateOf(4566);
  const last = await stateOf(5000, true);
  await first.clear();
  expect(readFileSync(env(), 'utf8')).toContain(':5000\n');
  await last.clear();
  expect(existsSync(env())).toBe(false);
  expect(existsSync(join(root, '.sandbox', '4566', 'logs'))).toBe(true);
  expect(existsSync(join(root, '.sandbox', '5000'))).toBe(false);
});

const asked =
  'echo "${AWS_PROFILE-none},${AWS_REGION-none},${AWS_SESSION_TOKEN-none},${KEY-none},${EMPTY-none}"';

/** What the script says in a shell that has variables of its own. */
function told(shell: string, script: readonly string[]): string[] {
  const before = { AWS_PROFILE: 'mine', AWS_REGION: 'us-west-2', AWS_SESSION_TOKEN: "it's", EMPTY: '' };
  // A PATH with no other program of that name.
  const env = { PATH: '/usr/bin:/bin', ...before };
  const text = ['set -eu', ...script].join('\n');
  return execFileSync(shell, ['-c', text], { env, encoding: 'utf8' }).trim().split('\n');
}

test.each(['bash', 'sh'])('deactivate takes everything back in %s, also after two of them', (shell) => {
  const one = environmentScript({ AWS_REGION: 'eu-west-1', KEY: 'a b', EMPTY: 'x' });
  const other = environmentScript({ AWS_REGION: 'eu-central-1' });
  const isGone = 'command -v deactivate || echo gone';
  expect(told(shell, [one, asked, other, asked, 'deactivate', asked, isGone])).toEqual([
    'none,eu-west-1,none,a b,x',
    'none,eu-central-1,none,none,',
    "mine,us-west-2,it's,none,",
    'gone',
  ]);
});
