// The CDK application: for every environment in the settings, or the one chosen, an identity provider, the broker, and the portal where it has one.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../lib/portal/service-stack.ts';
import { chosenEnvironments } from '../lib/settings/chosen-environments.ts';
import { readSettings } from '../lib/settings/context.ts';
import { WrongSettings } from '../lib/settings/problem.ts';

const app = new App();

try {
  for (const settings of chosenEnvironments(app.node, readSettings(app.node))) {
    new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
    new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
    if (settings.portal)
      new PortalStack(app, `Portal-Service-${settings.environmentName}`, settings, settings.portal);
  }
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error;
  process.stderr.write(`${error.message}\n`);
  // At once: at the end of the process the application would write an assembly without stacks.
  process.exit(1);
}
