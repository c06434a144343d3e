// The CDK application: for every environment in the settings, an identity provider and the broker.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../lib/broker/service-stack.ts';
import { IdentityProviderStack } from '../lib/identity-provider/service-stack.ts';
import { readSettings } from '../lib/settings/context.ts';

const app = new App();

for (const settings of readSettings(app.node)) {
  new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
  new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
}
