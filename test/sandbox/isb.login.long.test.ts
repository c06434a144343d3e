// `isb login` as a process of its own: it ends when it has what it came for, and by Ctrl-C, and leaves nothing behind.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sandbox, usePortal } from './support/deployed-portal.ts';
import { sayYes } from './support/portal-login.ts';
import { project } from './support/start-process.ts';

usePortal();

function start() {
  const kept = join(mkdtempSync(join(tmpdir(), 'isb-')), 'login');
  const args = [join(project, 'client/cli/isb.mjs'), 'login', 'documents', '--no-browser'];
  const { ISB_PORTAL_URL = '' } = sandbox.environment;
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ISB_PORTAL_URL, ISB_LOGIN_CACHE_DIRECTORY: kept },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (said.stdout += chunk));
  const ended = new Promise((end) => child.once('close', (code, signal) => end({ code, signal, ...said })));
  const url = new Promise<string>((found, fail) => {
    child.stderr.on('data', (chunk) => {
      said.stderr += chunk;
      const [address] = /http\S+\/login\?\S+(?=\n)/.exec(said.stderr) ?? [];
      if (address !== undefined) found(address);
    });
    child.once('close', () => fail(new Error(said.stderr)));
  });
  return { child, kept, url, ended };
}

test('ends once it has the credentials', async () => {
  const { url, ended, kept } = start();
  const password = sandbox.environment['ISB_PORTAL_PASSWORD'] ?? '';
  const page = await sayYes(await url, { username: 'ada@example.com', password });
  expect(page.html).toContain('You are signed in on the command line');
  expect(await ended).toMatchObject({
    code: 0,
    signal: null,
    stdout: expect.stringMatching(/^credentials of documents until /),
  });
  expect(readdirSync(kept)).toHaveLength(1);
});

test('ends by Ctrl-C, without a word, and listens no more', async () => {
  const { child, url, ended, kept } = start();
  const redirectUri = new URL(await url).searchParams.get('redirect_uri') ?? '';
  expect((await fetch(redirectUri)).status).toBe(400);
  child.kill('SIGINT');
  const { stderr, ...end } = (await ended) as { stderr: string };
  expect(end).toEqual({ code: null, signal: 'SIGINT', stdout: '' });
  expect(stderr).toMatch(/^In a browser on this computer, open\n\n {2}http\S+\n\n$/);
  await expect(fetch(redirectUri)).rejects.toThrow();
  expect(existsSync(kept)).toBe(false);
});
