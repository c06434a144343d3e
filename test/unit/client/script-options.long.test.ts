// What the scripts of package.json say of arguments: their usage, or one line and exit code 2, before they do anything.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const scripts = [
  ['scripts/docs.ts', 'npm run docs'],
  ['bench/main.ts', 'npm run bench'],
  ['bench/usage-plans.ts', 'npm run bench:usage-plans'],
] as const;

function run(script: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', script, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe.each(scripts)('%s', (script, command) => {
  it.each(['--help', '-h'])('prints its usage: %s', (flag) => {
    expect(run(script, flag)).toEqual({
      status: 0,
      stdout: expect.stringMatching(new RegExp(`^Usage: ${command}`)),
      stderr: '',
    });
  });

  it('refuses an option that there is not', () => {
    expect(run(script, '--verbose')).toEqual({
      status: 2,
      stdout: '',
      stderr: `Unknown option '--verbose'; ${command} -- --help says what there is\n`,
    });
  });
});
