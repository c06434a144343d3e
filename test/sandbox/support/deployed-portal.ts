// A sandbox with the deployed portal in it: cdk.json's, that a test file has for itself, or one of a test's own settings.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, inject } from 'vitest';
import { PortalStack } from '../../../lib/portal/service-stack.ts';
import { readSettings } from '../../../lib/settings/context.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../sandbox/sandbox.ts';
import { portalWith } from '../../support/portal-settings.ts';
import { Browser, type Page } from './browser.ts';

const STACK = 'Portal-Service-Sandbox';

export let sandbox: Sandbox;

/** The portal of cdk.json's sandbox environment. Whoever calls it stops the sandbox. */
export function startPortal(options: SandboxOptions = {}): Promise<Sandbox> {
  // STS, asked by one request, reads the portal's keys by another.
  return startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: [STACK],
    maxEnvironments: 2,
    ...options,
  });
}

/** The same, for the tests of a file. Call at its top. */
export function usePortal(options?: SandboxOptions): void {
  beforeAll(async () => {
    sandbox = await startPortal(options);
  });
  afterAll(() => sandbox?.stop());
}

export interface DeployedPortal {
  readonly sandbox: Sandbox;
  /** Ends in a slash. */
  readonly url: string;
  /** To the identity provider and back: the page that the portal answers. */
  signIn(path: string, username: string, browser?: Browser): Promise<Page>;
  /** Ends the sandbox, and removes its assembly. */
  stop(): Promise<void>;
}

/** @param portal the setting of the environment */
export async function deployPortal(
  portal: Record<string, unknown>,
  options: SandboxOptions = {},
): Promise<DeployedPortal> {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const app = new App({
      outdir: directory,
      context: { environments: { sandbox: { portal: portalWith(portal) } } },
    });
    const [settings] = readSettings(app.node);
    if (!settings?.portal) throw new Error('the settings have no portal');
    new PortalStack(app, STACK, settings, settings.portal);
    app.synth();
    const own = await startSandbox({ ...options, assemblyDirectory: directory });
    const { ISB_PORTAL_URL: url = '', ISB_PORTAL_PASSWORD: password = '' } = own.environment;
    return {
      sandbox: own,
      url,
      async signIn(path, username, browser = new Browser()) {
        const form = await browser.open(`${url}${path}`, { headers: { 'sec-fetch-site': 'none' } });
        return browser.submit(form, { username, password });
      },
      async stop() {
        await own.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
