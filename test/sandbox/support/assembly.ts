// A cloud assembly of settings of a test's own, as cdk.json would give them: bundled, and ready to be deployed.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../../../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../../../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../../../lib/portal/service-stack.ts';
import { readSettings } from '../../../lib/settings/context.ts';

/**
 * @param outdir a directory that is not there yet
 * @param bundled the only stacks whose code is bundled, by name: no other can be deployed. Default: all
 */
export function assemble(
  sandbox: Record<string, unknown>,
  outdir: string,
  bundled: readonly string[] = ['**'],
): void {
  const context = { environments: { sandbox }, 'aws:cdk:bundling-stacks': bundled };
  const app = new App({ outdir, context });
  for (const settings of readSettings(app.node)) {
    new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
    new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
    if (settings.portal)
      new PortalStack(app, `Portal-Service-${settings.environmentName}`, settings, settings.portal);
  }
  app.synth();
}
