// A synthesis that does not end by itself, however long the test takes to look at it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

const preload = new URL('../fixtures/held-application.mjs', import.meta.url).href;

/** For the environment of a process that synthesizes; the file is in the directory. */
export function holdingSynthesis(directory: string) {
  const file = join(directory, 'held-application');
  return {
    variables: { NODE_OPTIONS: `--import=${preload}`, HELD_APPLICATION_FILE: file },
    /** Resolves with the process id of the CDK application, once it runs. */
    async isUnderWay(): Promise<number> {
      await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8')).toMatch(/^\d+$/);
      return Number(readFileSync(file, 'utf8'));
    },
  };
}
