// The Gateway: the HTTP API, whose every route asks for an IAM identity and leads to the Credentials Manager.
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Construct } from 'constructs';
import { ServiceGateway } from '../service-gateway.ts';
import type { Settings } from '../settings/settings.ts';
import { routeThrottles } from '../settings/throttles.ts';
import type { CredentialsManager } from './credentials-manager.ts';

export interface GatewayProps {
  readonly credentialsManager: CredentialsManager;
  readonly settings: Settings;
}

export class Gateway extends ServiceGateway {
  constructor(scope: Construct, id: string, { credentialsManager, settings }: GatewayProps) {
    super(scope, id, {
      api: {
        apiName: 'IAMSessionBroker',
        description: 'Tenant-scoped temporary security credentials',
        // Applications would come to depend on an address that changes when the API is made anew.
        ...(settings.domain && { disableExecuteApiEndpoint: true }),
        defaultAuthorizer: new HttpIamAuthorizer(),
      },
      settings,
      throttledMetricName: 'GatewayThrottled',
    });
    const { DELETE, GET, POST, PUT } = HttpMethod;
    const throttles = routeThrottles(settings);
    this.lead(credentialsManager.alias, 'CredentialsManager', [
      { path: '/applications', methods: [DELETE, GET, POST, PUT], throttle: throttles.applications },
      { path: '/credentials', methods: [GET, POST], throttle: throttles.credentials },
      ...(settings.dataAccess
        ? [{ path: '/grants', methods: [GET, POST], throttle: throttles.credentials }]
        : []),
    ]);
  }
}
