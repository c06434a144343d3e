// Synthesizes the stacks in memory, once a test file.
import { App } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AccessGrantsStack } from '../../lib/access-grants/service-stack.ts';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { IdentityCenterStack } from '../../lib/identity-center/service-stack.ts';
import { IdentityProviderStack } from '../../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../../lib/portal/service-stack.ts';
import { readSettings } from '../../lib/settings/context.ts';
import type { AccessGrantsSettings, PortalSettings, Settings } from '../../lib/settings/settings.ts';
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

export interface DataAccess {
  readonly accessGrants: Template;
  /** What synthesis warns of in the stack of S3 Access Grants. */
  readonly warnings: readonly string[];
  readonly identityCenter?: Template;
}

/** Both stacks of data access. */
export function synthesizeDataAccess(given: Record<string, unknown>, environment = 'sandbox'): DataAccess {
  const app = new App();
  const [complete] = settingsOf({ [environment]: given }) as [Settings];
  const center =
    complete.identityCenter &&
    new IdentityCenterStack(app, 'IdentityCenter-Service', {
      settings: complete.identityCenter,
      environment: complete,
    });
  const grants = new AccessGrantsStack(app, 'AccessGrants-Service', {
    settings: complete.accessGrants as AccessGrantsSettings,
    isRetained: complete.isRetained,
    identityCenter: center,
  });
  const warnings = Annotations.fromStack(grants).findWarning('*', Match.anyValue());
  return {
    accessGrants: Template.fromStack(grants),
    warnings: warnings.map(({ entry }) => String(entry.data)),
    ...(center && { identityCenter: Template.fromStack(center) }),
  };
}
