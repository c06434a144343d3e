// The CDK application: for every environment in the settings, or the one chosen, an identity provider and the broker.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../lib/identity-provider/service-stack.ts';
import { chosenEnvironments } from '../lib/settings/chosen-environments.ts';
import { readSettings } from '../lib/settings/context.ts';

const app = new App();

for (const settings of chosenEnvironments(app.node, readSettings(app.node))) {
  new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
  new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
}
