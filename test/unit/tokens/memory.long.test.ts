// What one application can make an execution environment keep: less than the environment has.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../support/flooded-process-main.ts', import.meta.url));

/**
 * With a heap far smaller than the flood is, and larger than what is kept of it.
 *
 * @returns how much larger the process has become by it, what lies outside the heap included
 */
async function flooded(flood: string, heapMb: number): Promise<number> {
  const args = ['--expose-gc', `--max-old-space-size=${heapMb}`, '--import', 'tsx', main, flood];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return (JSON.parse(stdout) as { grownMb: number }).grownMb;
}

describe('an execution environment outlives', () => {
  it('1,500 JWK sets as large as they may be, which one application registers one after another', async () => {
    expect(await flooded('replaceJwkSets', 96)).toBeLessThan(96);
  });

  it('1,500 JWK sets as large as they may be, of as many applications', async () => {
    expect(await flooded('fillJwkSets', 96)).toBeLessThan(96);
  });

  it('JWK sets of 100 RSA keys, each used with every algorithm, of 50 applications', async () => {
    // All of them would take up 150 MB, most of it outside the heap.
    expect(await flooded('useRsaKeys', 96)).toBeLessThan(120);
  });

  it.each([
    ['the issuers of 200 applications that have 5,000 required claims each', 'askWithManyIssuers'],
    ['tokens that 200 readings of such a registration served', 'issueByManyReadings'],
  ])('%s', async (_, flood) => {
    // All of the registrations would take up 120 MB.
    expect(await flooded(flood, 96)).toBeLessThan(96);
  });

  it('8,000 tokens of 45 tags, a bound of 100,000 notwithstanding', async () => {
    expect(await flooded('verifyHeavyTokens', 160)).toBeLessThan(200);
  });
});
