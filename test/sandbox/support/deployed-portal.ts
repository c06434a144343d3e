// The portal's own stack in a sandbox: synthesized with a test's settings, and deployed with its bundle.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PortalStack } from '../../../lib/portal/service-stack.ts';
import { readSettings } from '../../../lib/settings/context.ts';
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts';
import { portalWith } from '../../support/portal-settings.ts';
import { Browser, type Page } from './browser.ts';

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
export async function deployPortal(portal: Record<string, unknown>): Promise<DeployedPortal> {
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const app = new App({
      outdir: directory,
      context: { environments: { sandbox: { portal: portalWith(portal) } } },
    });
    const [settings] = readSettings(app.node);
    if (!settings?.portal) throw new Error('the settings have no portal');
    new PortalStack(app, 'Portal-Service-Sandbox', settings, settings.portal);
    app.synth();
    const sandbox = await startSandbox({ assemblyDirectory: directory });
    const { ISB_PORTAL_URL: url = '', ISB_PORTAL_PASSWORD: password = '' } = sandbox.environment;
    return {
      sandbox,
      url,
      async signIn(path, username, browser = new Browser()) {
        const form = await browser.open(`${url}${path}`, { headers: { 'sec-fetch-site': 'none' } });
        return browser.submit(form, { username, password });
      },
      async stop() {
        await sandbox.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
