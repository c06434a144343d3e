// Visitors in Chromium: found on this machine, driven without a window, and never downloaded.
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContext, Page, Request, Response } from 'playwright-core';
import { type Seen, seenOf, type Visitor, type Visitors } from './visitor.ts';

const commands = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Nothing but a hang takes as long, however busy the machine is. */
const PATIENCE_MS = 240_000;

/**
 * The path of a Chromium; `undefined` where there is none, or where `CHROMIUM` is empty.
 * @throws Error where `CHROMIUM` names none
 */
export async function findChromium(variables: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { CHROMIUM: named, PATH = '' } = variables;
  if (named === '') return undefined;
  if (named !== undefined) {
    if (await isExecutable(named)) return named;
    throw new Error(
      `CHROMIUM is ${named}, and that is no program; without it the usual places are looked at`,
    );
  }
  const folders = [...PATH.split(delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin'];
  const usual = [...commands.flatMap((name) => folders.map((folder) => join(folder, name))), ...applications];
  for (const path of usual) if (await isExecutable(path)) return path;
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** @throws Error where it cannot be started */
export async function chromiumVisitors(executablePath: string, portalUrl: string): Promise<Visitors> {
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    timeout: PATIENCE_MS,
    // Whoever interrupts the story interrupts what closes it.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // Chromium's own sandbox does not run as root.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  return {
    told: `Chromium ${browser.version()}, ${executablePath}`,
    arrive: () => ChromiumVisitor.arrive(browser, portalUrl),
    close: () => browser.close(),
  };
}

class ChromiumVisitor implements Visitor {
  readonly #context: BrowserContext;
  readonly #page: Page;
  readonly #portalUrl: string;
  readonly #consumerUrl: string;
  #answer: string | undefined;
  #signInUrl: string | undefined;

  private constructor(context: BrowserContext, page: Page, portalUrl: string) {
    this.#context = context;
    this.#page = page;
    this.#portalUrl = portalUrl;
    this.#consumerUrl = `${portalUrl}saml/acs`;
    page.on('request', (request) => this.#note(request));
  }

  static async arrive(browser: Browser, portalUrl: string): Promise<Visitor> {
    const context = await browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    return new ChromiumVisitor(context, await context.newPage(), portalUrl);
  }

  #note(request: Request): void {
    if (request.url() === this.#consumerUrl) this.#answer = request.postData() ?? undefined;
    if (request.url().includes('Action=login')) this.#signInUrl = request.url();
  }

  async signIn(username: string, password: string): Promise<Seen> {
    const form = await this.#page.goto(this.#portalUrl);
    if (!form?.ok()) return this.#seen(form);
    await this.#page.getByLabel('User').fill(username);
    await this.#page.getByLabel('Password').fill(password);
    const [arrived] = await Promise.all([
      this.#page.waitForResponse(this.#consumerUrl),
      this.#page.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    if (!arrived.ok()) return this.#seen(arrived);
    // The page says that it went well, and goes on by itself.
    await this.#page.waitForURL(this.#portalUrl);
    return this.#seen({ status: () => 200 });
  }

  async open(path: string): Promise<Seen> {
    return this.#seen(await this.#page.goto(this.#portalUrl + path));
  }

  async showCredentials(service: string): Promise<Seen> {
    return this.#press(`Credentials of ${service}`);
  }

  async repeatAnswer(): Promise<Seen> {
    if (this.#answer === undefined) throw new Error('there is no answer to repeat: nobody has signed in');
    const answer = await this.#context.request.post(this.#consumerUrl, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      data: this.#answer,
    });
    return seenOf({ url: answer.url(), status: answer.status(), html: await answer.text() });
  }

  async repeatSignInUrl(): Promise<Seen> {
    if (this.#signInUrl === undefined)
      throw new Error('there is no sign-in URL to repeat: no console was opened');
    return this.#seen(await this.#page.goto(this.#signInUrl));
  }

  async signOut(): Promise<Seen> {
    return this.#press('Sign out');
  }

  /** A button of the list. */
  async #press(name: string): Promise<Seen> {
    await this.#page.goto(this.#portalUrl);
    const [response] = await Promise.all([
      this.#page.waitForResponse((answer) => answer.request().isNavigationRequest()),
      this.#page.getByRole('button', { name, exact: true }).click(),
    ]);
    return this.#seen(response);
  }

  async #seen(response: Pick<Response, 'status'> | null): Promise<Seen> {
    await this.#page.waitForLoadState();
    const html = await this.#page.content();
    return seenOf({ url: this.#page.url(), status: response?.status() ?? 0, html });
  }
}
