// The CDK application: for every environment in the settings, or the one chosen, an identity provider, the broker, and what else it has.
import { App } from 'aws-cdk-lib';
import { ServiceStack } from '../lib/broker/service-stack.ts';
import type { IdentityCenterStack } from '../lib/identity-center/service-stack.ts';
import { IdentityProviderStack } from '../lib/identity-provider/service-stack.ts';
import { PortalStack } from '../lib/portal/service-stack.ts';
import { chosenEnvironments } from '../lib/settings/chosen-environments.ts';
import { readSettings } from '../lib/settings/context.ts';
import { WrongSettings } from '../lib/settings/problem.ts';
import type { Settings } from '../lib/settings/settings.ts';

const app = new App();

try {
  for (const settings of chosenEnvironments(app.node, readSettings(app.node))) {
    new IdentityProviderStack(app, `IdentityProvider-Service-${settings.environmentName}`, settings);
    new ServiceStack(app, `IAMSessionBroker-Service-${settings.environmentName}`, settings);
    if (settings.portal)
      new PortalStack(app, `Portal-Service-${settings.environmentName}`, settings, settings.portal);
    await addDataAccess(settings);
  }
} catch (error) {
  if (!(error instanceof WrongSettings)) throw error;
  process.stderr.write(`${error.message}\n`);
  // At once: at the end of the process the application would write an assembly without stacks.
  process.exit(1);
}

/** What they are made of takes a while to load, and most environments have neither. */
async function addDataAccess(settings: Settings): Promise<void> {
  const { environmentName, isRetained } = settings;
  let identityCenter: IdentityCenterStack | undefined;
  if (settings.identityCenter) {
    const { IdentityCenterStack } = await import('../lib/identity-center/service-stack.ts');
    identityCenter = new IdentityCenterStack(app, `IdentityCenter-Service-${environmentName}`, {
      settings: settings.identityCenter,
      environment: settings,
    });
  }
  if (settings.accessGrants) {
    const { AccessGrantsStack } = await import('../lib/access-grants/service-stack.ts');
    new AccessGrantsStack(app, `AccessGrants-Service-${environmentName}`, {
      settings: settings.accessGrants,
      isRetained,
      identityCenter,
    });
  }
}
