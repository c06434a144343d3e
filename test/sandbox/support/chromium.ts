// Chromium for the tests of a file: started once, a visitor of their own for each test, and what says that there is none.
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { findChromium } from '../../../demo/console/chromium.ts';

/** Milliseconds that nothing but a hang takes, however busy the machine is. */
const PATIENCE_MS = 240_000;

let browser: Browser | undefined;
const contexts: BrowserContext[] = [];

/** Without a Chromium the tests are skipped, and the log says why. Call before what is set up for it. @param what they look at */
export function useChromium(what: string): void {
  beforeAll(async () => {
    const executablePath = await findChromium(process.env);
    if (executablePath === undefined) {
      console.info(`left out: ${what} in a browser: there is no Chromium, and CHROMIUM names none`);
      return;
    }
    browser = await chromium.launch({
      executablePath,
      timeout: PATIENCE_MS,
      chromiumSandbox: process.getuid?.() !== 0,
    });
  });
  beforeEach(async ({ skip }) => {
    skip(browser === undefined, 'there is no Chromium');
    for (const context of contexts.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    browser = undefined;
  });
}

/** Known once {@link useChromium} has looked. */
export function hasChromium(): boolean {
  return browser !== undefined;
}

/** A browser of its own: nobody has signed in. */
export async function newVisitor(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await (browser as Browser).newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  contexts.push(context);
  return context.newPage();
}
