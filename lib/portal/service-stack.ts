// The portal's stack: people sign in at the gateway, and the function opens AWS for them.
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledgement.ts';
import { ServiceEndpoint } from '../service-endpoint.ts';
import type { PortalSettings, Settings } from '../settings/settings.ts';
import { portalAcknowledgements } from './acknowledgements.ts';
import { ChainedRoles } from './chained-roles.ts';
import { Gateway } from './gateway.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { addOutputs } from './outputs.ts';
import { PortalFunction } from './portal-function.ts';
import { SigningKey } from './signing-key.ts';
import { State } from './state.ts';

/** The console portal of one environment, in one account and region. */
export class PortalStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings, portal: PortalSettings) {
    super(scope, id, {
      description:
        'IAM Session Broker portal: people in the AWS console, by what their identity provider says',
      env: { account: settings.account, region: settings.region },
    });

    // The CDK lets the function wait for its role and for the role's policy; that the first is redundant is no fault.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };

    const executionRole = new Role(this, 'ExecutionRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const state = new State(this, 'State', settings);
    const signingKey = new SigningKey(this, 'SigningKey', { signer: executionRole, settings });
    const gateway = new Gateway(this, 'Gateway', { settings, portal });
    const { url: root } = portal.domain
      ? new ServiceEndpoint(this, 'ServiceEndpoint', { gateway, domain: portal.domain })
      : gateway;
    const url = `${root}${portal.urlPrefix.slice(1)}${portal.urlPrefix && '/'}`;
    const portalFunction = new PortalFunction(this, 'Portal', {
      url,
      state,
      signingKey,
      executionRole,
      settings,
      portal,
    });
    new ChainedRoles(this, 'ChainedRoles', { executionRole, targets: portal.targets });
    gateway.leadTo(portalFunction.function);
    const monitoring = new Monitoring(this, 'Monitoring', { portalFunction, gateway, state, settings });

    addOutputs(this, { url, state, signingKey, portalFunction, gateway, monitoring, portal });
    acknowledge(this, portalAcknowledgements(settings));
  }
}
