// Where the demo finds a browser.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium } from '../../../demo/console/chromium.ts';

let directory: string;
const program = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  for (const name of ['chromium', 'other', 'google-chrome']) {
    writeFileSync(program(name), '');
    chmodSync(program(name), name === 'google-chrome' ? 0o644 : 0o755);
  }
});
afterAll(() => rmSync(directory, { recursive: true }));

describe('a Chromium', () => {
  it('is the one that CHROMIUM names, before any other', async () => {
    expect(await findChromium({ CHROMIUM: program('other'), PATH: directory })).toBe(program('other'));
  });

  it('is one of the PATH, by its usual names', async () => {
    // Whatever this machine has comes after what the first names of the PATH are.
    expect(await findChromium({ PATH: directory })).toMatch(/chromium/);
  });

  it('is none where CHROMIUM is empty, whatever there is', async () => {
    expect(await findChromium({ CHROMIUM: '', PATH: directory })).toBeUndefined();
  });

  it.each(['absent', 'google-chrome'])('is wrong where CHROMIUM is no program: %s', async (name) => {
    await expect(findChromium({ CHROMIUM: program(name) })).rejects.toThrow(
      `CHROMIUM is ${program(name)}, and that is no program`,
    );
  });
});
