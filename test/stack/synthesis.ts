// Synthesizes the stacks in memory, once a test file.
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../../lib/portal/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import type { PortalSettings, Settings } from '../../lib/settings/settings.ts';
import { portalWith } from '../support/portal-settings.ts';

/** Settings of an environment as `cdk.json` would give them. */
export function settingsOf(environments?: Record<string, unknown>): Settings[] {
  return readSettings(new App({ context: { ...(environments && { environments }) } }).node);
}

/** The broker's template; the function's code is not bundled, which no assertion on the template needs. */
export function synthesizeService(settings: Record<string, unknown> = {}, environment = 'sandbox'): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const [complete] = settingsOf({ [environment]: settings });
  return Template.fromStack(new ServiceStack(app, 'IAMSessionBroker-Service', complete as Settings));
}

/** The portal's template, likewise. */
export function synthesizePortal(
  portal: Record<string, unknown> = {},
  settings: Record<string, unknown> = {},
  environment = 'sandbox',
): Template {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const [complete] = settingsOf({ [environment]: { ...settings, portal: portalWith(portal) } });
  const { portal: completePortal } = complete as Settings;
  return Template.fromStack(
    new PortalStack(app, 'Portal-Service', complete as Settings, completePortal as PortalSettings),
  );
}

export function synthesizeIdentityProvider(): Template {
  return Template.fromStack(new IdentityProviderStack(new App(), 'IdentityProvider-Service-Sandbox', {}));
}
