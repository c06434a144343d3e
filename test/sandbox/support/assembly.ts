// A cloud assembly of settings of a test's own, as cdk.json would give them: bundled, and ready to be deployed.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../../../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../../../lib/identity-provider/service-stack.ts';
import { readSettings } from '../../../lib/settings/context.ts';

/** @param outdir a directory that is not there yet */
export function assemble(sandbox: Record<string, unknown>, outdir: string): void {
  const app = new App({ outdir, context: { environments: { sandbox } } });
  for (const settings of readSettings(app.node)) {
    new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
    new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
  }
  app.synth();
}
