// Folders that cannot be written to are told before anything is deployed. Permissions do not bind root: these cannot be there.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { StateDirectory } from '../../sandbox/state-directory.ts';
import { exitOf, run } from './support/start-process.ts';

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('a clone whose .sandbox cannot be', async () => {
  const clone = temporaryDirectory();
  writeFileSync(join(clone, '.sandbox'), '');
  await expect(StateDirectory.requireWritable(clone)).rejects.toThrow(
    `${clone}/.sandbox cannot be written to (EEXIST): run it in a clone that can be`,
  );
});

test('a clone that can be written to, in which nothing is left of the question', async () => {
  const clone = temporaryDirectory();
  await StateDirectory.requireWritable(clone);
  expect(readdirSync(join(clone, '.sandbox'))).toEqual([]);
});

test('a temporary directory that cannot be, in one line, before the synthesis', async () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  // Its own cache of what it compiles lies there, too, and is done without.
  const child = run(['--port', '0'], { TMPDIR: join(file, 'tmp'), TSX_DISABLE_CACHE: '1' });
  const [exitCode, stdout, stderr] = await Promise.all([
    exitOf(child),
    text(child.stdout),
    text(child.stderr),
  ]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toBe(`${file}/tmp cannot be written to (ENOTDIR): set TMPDIR to a folder that can\n`);
});
