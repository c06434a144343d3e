// The Gateway: the HTTP API that browsers, programs and AWS come to; who may do what, the function decides.
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog, accessLogFormat } from '../access-log.ts';
import type { PortalSettings, Settings } from '../settings/settings.ts';

export interface GatewayProps {
  readonly settings: Settings;
  readonly portal: PortalSettings;
}

/**
 * With a throttle each, of requests a second and at once: people open consoles far less often, and a flood costs so much and no
 * more. The greedy paths are those of every target; the root has a route of its own, which they do not cover.
 */
const routes = [
  { method: HttpMethod.GET, path: '/', rateLimit: 100, burstLimit: 200 },
  { method: HttpMethod.GET, path: '/{proxy+}', rateLimit: 100, burstLimit: 200 },
  { method: HttpMethod.POST, path: '/{proxy+}', rateLimit: 50, burstLimit: 100 },
] as const;

export class Gateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Requests that the throttle of their route refused, whoever sent them. */
  readonly throttled: Metric;
  /** Of the access log. */
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, { settings, portal }: GatewayProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: 'IAMSessionBrokerPortal',
      description: 'The AWS console, for people who sign in',
      createDefaultStage: false,
      // Cookies, and what target accounts trust, are of one name alone.
      ...(portal.domain && { disableExecuteApiEndpoint: true }),
    });
    const accessLog = new AccessLog(this, 'AccessLog', {
      ...settings,
      throttledMetricName: 'PortalGatewayThrottled',
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
  }

  /** Root of the API under its default endpoint, with a slash at the end; leads nowhere where a domain has switched it off. */
  get url(): string {
    return `${this.api.apiEndpoint}/`;
  }

  /** Every route leads there. Apart from the rest, because the function knows the gateway's address. */
  lead(to: IFunction): void {
    const integration = new HttpLambdaIntegration('Portal', to);
    const stage = this.stage.node.defaultChild as CfnStage;
    for (const { method, path } of routes) {
      for (const route of this.api.addRoutes({ path, methods: [method], integration })) {
        // Settings of a route that is not there yet fail the stage.
        stage.addResourceDependency(route.node.defaultChild as CfnRoute);
      }
    }
    stage.routeSettings = Object.fromEntries(
      routes.map(({ method, path, rateLimit, burstLimit }) => [
        `${method} ${path}`,
        { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
      ]),
    );
  }
}
