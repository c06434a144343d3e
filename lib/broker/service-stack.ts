// The broker's stack: the design record's diagram in code.
import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledgement.ts';
import type { Settings } from '../settings/settings.ts';
import { AccessMetadata } from './access-metadata.ts';
import { serviceAcknowledgements } from './acknowledgements.ts';
import { CredentialsManager } from './credentials-manager.ts';
import { Deployment } from './deployment.ts';
import { Gateway } from './gateway.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { ServiceEndpoint } from './service-endpoint.ts';
import { ServiceRole } from './service-role.ts';
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
    });
    const credentialsManager = new CredentialsManager(this, 'CredentialsManager', {
      accessMetadata,
      usagePlans,
      executionRole,
      serviceRole,
      settings,
    });
    const gateway = new Gateway(this, 'Gateway', { credentialsManager, settings });
    const endpoint = settings.domain
      ? new ServiceEndpoint(this, 'ServiceEndpoint', { gateway, domain: settings.domain })
      : gateway;
    const { rollbackAlarms } = new Monitoring(this, 'Monitoring', {
      credentialsManager,
      gateway,
      accessMetadata,
      usagePlans,
      settings,
    });
    if (settings.isDeployedGradually) {
      new Deployment(this, 'Deployment', { credentialsManager, rollbackAlarms });
    }

    new CfnOutput(this, 'APIEndpoint', {
      description: 'Root of the HTTP API; ends in a slash',
      value: endpoint.url,
    });
    new CfnOutput(this, 'APIId', {
      description:
        'What the ARNs of its routes begin with, under a custom domain too: for execute-api:Invoke',
      value: gateway.api.apiId,
    });
    new CfnOutput(this, 'ServicePrincipalRoleName', {
      description: 'The role that the trust policy of an access role names',
      value: serviceRole.roleName,
    });
    new CfnOutput(this, 'AccessMetadataTableName', {
      description: 'The table of registrations, for operators',
      value: accessMetadata.tableName,
    });

    new CfnOutput(this, 'FunctionLogGroupName', {
      description: 'The audit log: a line for every decision',
      value: credentialsManager.logGroupName,
    });

    acknowledge(this, serviceAcknowledgements(settings));
  }
}
