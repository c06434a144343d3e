// What one application can make an execution environment keep: less than the environment has.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../support/flooded-process-main.ts', import.meta.url));

/** With a heap far smaller than the flood is, and larger than what is kept of it. */
async function flooded(flood: string, heapMb: number): Promise<string> {
  const args = [`--max-old-space-size=${heapMb}`, '--import', 'tsx', main, flood];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout;
}

describe('an execution environment outlives', () => {
  it('1,500 JWK sets as large as they may be, which one application registers one after another', async () => {
    expect(await flooded('replaceJwkSets', 96)).toBe('still here\n');
  });

  it('8,000 tokens of 45 tags, a bound of 100,000 notwithstanding', async () => {
    expect(await flooded('verifyHeavyTokens', 160)).toBe('still here\n');
  });
});
