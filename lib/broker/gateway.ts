// The Gateway: the HTTP API, whose every route asks for an IAM identity and leads to the Credentials Manager.
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { AccessLog, accessLogFormat } from '../access-log.ts';
import type { Settings } from '../settings/settings.ts';
import { routeThrottles, type Throttle } from '../settings/throttles.ts';
import type { CredentialsManager } from './credentials-manager.ts';

export interface GatewayProps {
  readonly credentialsManager: CredentialsManager;
  readonly settings: Settings;
}

interface Path {
  readonly path: string;
  readonly methods: readonly HttpMethod[];
  /** Of each method. */
  readonly throttle: Throttle;
}

export class Gateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Requests that the throttle of their route refused, whoever sent them. */
  readonly throttled: Metric;
  /** Of the access log. */
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, { credentialsManager, settings }: GatewayProps) {
    super(scope, id);

    this.api = new HttpApi(this, 'Api', {
      apiName: 'IAMSessionBroker',
      description: 'Tenant-scoped temporary security credentials',
      createDefaultStage: false,
      // Applications would come to depend on an address that changes when the API is made anew.
      ...(settings.domain && { disableExecuteApiEndpoint: true }),
      defaultAuthorizer: new HttpIamAuthorizer(),
    });
    const integration = new HttpLambdaIntegration('CredentialsManager', credentialsManager.alias);
    const { DELETE, GET, POST, PUT } = HttpMethod;
    const throttles = routeThrottles(settings);
    const paths: readonly Path[] = [
      { path: '/applications', methods: [DELETE, GET, POST, PUT], throttle: throttles.applications },
      { path: '/credentials', methods: [GET, POST], throttle: throttles.credentials },
    ];
    const routes = paths.flatMap(({ path, methods }) =>
      this.api.addRoutes({ path, methods: [...methods], integration }),
    );

    const accessLog = new AccessLog(this, 'AccessLog', {
      ...settings,
      throttledMetricName: 'GatewayThrottled',
    });
    this.throttled = accessLog.throttled;
    this.logGroupName = accessLog.logGroup.logGroupName;
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog.logGroup),
        format: AccessLogFormat.custom(accessLogFormat),
      },
    });
    const stage = this.stage.node.defaultChild as CfnStage;
    // Every route has a throttle of its own, and the stage none that they would share: docs/adr/0026-route-throttles.md.
    stage.routeSettings = settingsByRoute(paths);
    // Settings of a route that is not there yet fail the stage.
    for (const route of routes) stage.addResourceDependency(route.node.defaultChild as CfnRoute);
  }

  /** Root of the API under its default endpoint, with a slash at the end; throws where a domain has switched it off. */
  get url(): string {
    return `${this.api.apiEndpoint}/`;
  }
}

function settingsByRoute(paths: readonly Path[]): Record<string, object> {
  return Object.fromEntries(
    paths.flatMap(({ path, methods, throttle: { rateLimit, burstLimit } }) =>
      methods.map((method) => [
        `${method} ${path}`,
        { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
      ]),
    ),
  );
}
