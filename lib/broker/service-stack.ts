// The broker's stack: the design record's diagram in code.
import { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledgement.ts';
import { ServiceEndpoint } from '../service-endpoint.ts';
import type { Settings } from '../settings/settings.ts';
import { AccessMetadata } from './access-metadata.ts';
import { serviceAcknowledgements } from './acknowledgements.ts';
import { CredentialsManager } from './credentials-manager.ts';
import { DataAccess, exchangeTokens } from './data-access.ts';
import { Deployment } from './deployment.ts';
import { Gateway } from './gateway.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { addOutputs } from './outputs.ts';
import { ServiceRole } from './service-role.ts';
import { SharedSessions } from './shared-sessions.ts';
import { UsagePlans } from './usage-plans.ts';

/** IAM Session Broker in one account and region. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id, {
      description: 'IAM Session Broker: tenant-scoped temporary security credentials',
      env: { account: settings.account, region: settings.region },
    });

    // The CDK lets the function wait for its role and for the role's policy; that the first is redundant is no fault.
    this.templateOptions.metadata = { 'cfn-lint': { config: { ignore_checks: ['W3005'] } } };

    const accessMetadata = new AccessMetadata(this, 'AccessMetadata', settings);
    const usagePlans = new UsagePlans(this, 'UsagePlans');
    const executionRole = new Role(this, 'ExecutionRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const serviceRole = new ServiceRole(this, 'ServiceRole', {
      trusted: executionRole,
      isRetained: settings.isRetained,
      ...(settings.dataAccess && { further: exchangeTokens(settings.dataAccess) }),
    });
    const dataAccess =
      settings.dataAccess &&
      new DataAccess(this, 'DataAccess', { settings: settings.dataAccess, executionRole });
    const sharedSessions = settings.sharedSessions
      ? new SharedSessions(this, 'SharedSessions', { executionRole })
      : undefined;
    const credentialsManager = new CredentialsManager(this, 'CredentialsManager', {
      accessMetadata,
      usagePlans,
      executionRole,
      serviceRole,
      dataAccess,
      sharedSessions,
      settings,
    });
    const gateway = new Gateway(this, 'Gateway', { credentialsManager, settings });
    const endpoint = settings.domain
      ? new ServiceEndpoint(this, 'ServiceEndpoint', { gateway, domain: settings.domain })
      : gateway;
    const monitoring = new Monitoring(this, 'Monitoring', {
      credentialsManager,
      gateway,
      accessMetadata,
      usagePlans,
      sharedSessions,
      settings,
    });
    if (settings.isDeployedGradually) {
      new Deployment(this, 'Deployment', {
        credentialsManager,
        rollbackAlarms: monitoring.rollbackAlarms,
      });
    }

    addOutputs(this, {
      url: endpoint.url,
      serviceRole,
      accessMetadata,
      usagePlans,
      credentialsManager,
      gateway,
      monitoring,
    });
    acknowledge(this, serviceAcknowledgements(settings));
  }
}
