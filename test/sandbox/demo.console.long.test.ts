// The console's story where the portal is not as it should be; and as a process, in a browser where there is one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findChromium } from '../../demo/console/chromium.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import { withoutActions } from './support/amendments.ts';
import { tellOverHttp } from './support/console-story.ts';
import { failureOf } from './support/listening.ts';

const chromium = await findChromium(process.env);
const why = chromium === undefined ? ': there is no Chromium' : '';

/** `told` has what it has said so far; `until` waits for words of it. */
function start() {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const child = spawn(process.execPath, ['--import', 'tsx', 'demo/main.ts', '--story', 'console'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: directory },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let told = '';
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  child.stdout.on('data', (chunk) => {
    told += chunk;
  });
  const until = async (words: string) => {
    while (!told.includes(words) && child.exitCode === null) await once(child.stdout, 'data');
  };
  return { child, directory, exited, until, told: () => told };
}

describe('npm run demo -- --story console', () => {
  it.skipIf(chromium === undefined)(`comes out right in a browser${why}`, async () => {
    const { exited, told } = start();

    expect(await exited).toEqual([0, null]);
    expect(told()).toMatch(/✓ +2 {2}Open a browser\n +Chromium \d+\./);
    expect(told().match(/^✓/gm)).toHaveLength(19);
  });

  it.skipIf(chromium === undefined)(`takes the browser along when it is interrupted${why}`, async () => {
    const { child, directory, exited, until, told } = start();
    await until('✓  4');
    const processes = childrenOf(child.pid);
    child.kill('SIGINT');

    expect(await exited).toEqual([130, null]);
    expect(told().trimEnd().split('\n').at(-1)).toBe('Stopped by SIGINT, after cleaning up.');
    expect(told()).not.toContain('✗');
    await expect.poll(() => processes.filter(isRunning)).toEqual([]);
    expect(readdirSync(directory).filter((name) => /^(iam-|playwright)/.test(name))).toEqual([]);
  });
});

describe('the console’s story', () => {
  it('fails at the first console where the portal may not sign, and says why', async () => {
    const { ending, lines } = await tellOverHttp((_, template) => {
      for (const { Type, Properties } of Object.values(template.Resources))
        if (Type === 'AWS::KMS::Key') Object.assign(Properties as object, { Enabled: false });
    });

    expect(ending).toBeUndefined();
    expect(failureOf(lines)).toMatch(/^✗ .*Open cloudadmin for 12 h/);
    expect(failureOf(lines)).toMatch(/kms \w+: DisabledException/);
  });

  it('fails at the sign-in where the portal may not write its tables, and says why', async () => {
    const { ending, lines } = await tellOverHttp((_, template) => withoutActions(template, 'dynamodb:'));

    expect(ending).toBeUndefined();
    expect(failureOf(lines)).toMatch(/^✗ .*Sign in as ada@example\.com/);
    expect(failureOf(lines)).toMatch(/dynamodb \w+: AccessDenied/);
  });
});
