// What the stack tells whoever deployed it, and whoever looks after it: where the broker is, and the names of its parts.
import { CfnOutput, type CfnOutputProps, type Stack } from 'aws-cdk-lib';
import { Console } from '../console.ts';
import type { AccessMetadata } from './access-metadata.ts';
import type { CredentialsManager } from './credentials-manager.ts';
import type { Gateway } from './gateway.ts';
import type { Monitoring } from './monitoring/monitoring.ts';
import type { ServiceRole } from './service-role.ts';
import type { UsagePlans } from './usage-plans.ts';

export interface Parts {
  /** Root of the API, with a slash at the end. */
  readonly url: string;
  readonly serviceRole: ServiceRole;
  readonly accessMetadata: AccessMetadata;
  readonly usagePlans: UsagePlans;
  readonly credentialsManager: CredentialsManager;
  readonly gateway: Gateway;
  readonly monitoring: Monitoring;
}

/** Each is in the list of docs/deployment.md. */
export function addOutputs(stack: Stack, parts: Parts): void {
  const console = new Console(stack, 'Console');
  const { credentialsManager, monitoring } = parts;
  const outputs: Readonly<Record<string, CfnOutputProps & { readonly description: string }>> = {
    APIEndpoint: {
      description: 'Root of the HTTP API; ends in a slash',
      value: parts.url,
    },
    APIId: {
      description: 'The id of the API, which the ARNs of its routes begin with, under a custom domain too',
      value: parts.gateway.api.apiId,
    },
    ServicePrincipalRoleName: {
      description: 'The role that the trust policy of an access role names',
      value: parts.serviceRole.roleName,
    },
    AccessMetadataTableName: {
      description: 'The table of registrations, for operators',
      value: parts.accessMetadata.tableName,
    },
    UsagePlansTableName: {
      description: 'The table of what applications may still send by their usage plans',
      value: parts.usagePlans.tableName,
    },
    FunctionName: {
      description: 'The function that decides every request',
      value: credentialsManager.function.functionName,
    },
    FunctionAliasName: {
      description: 'The alias of the function that the gateway invokes',
      value: credentialsManager.alias.aliasName,
    },
    FunctionLogGroupName: {
      description: 'The log of the function, with the audit record of every decision',
      value: credentialsManager.function.logGroup.logGroupName,
    },
    AccessLogGroupName: {
      description: 'The access log of the gateway, with the requests that never reach the function',
      value: parts.gateway.logGroupName,
    },
    DashboardName: {
      description: 'The dashboard in CloudWatch',
      value: monitoring.dashboardName,
    },
    DashboardURL: {
      description: 'The dashboard in the console',
      value: console.urlOfDashboard(monitoring.dashboardName),
      condition: console.isKnown,
    },
  };
  for (const [name, output] of Object.entries(outputs)) new CfnOutput(stack, name, output);
}
