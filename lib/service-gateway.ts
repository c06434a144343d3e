// A function's gateway: an HTTP API whose stage logs every request, and throttles each route by itself.
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnRoute,
  type CfnStage,
  HttpApi,
  type HttpApiProps,
  type HttpMethod,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AccessLog, accessLogFormat } from './access-log.ts';

export interface ServiceGatewayProps {
  readonly api: Omit<HttpApiProps, 'createDefaultStage'>;
  readonly settings: { readonly isRetained: boolean; readonly logRetentionDays: number };
  /** Of the count of requests that the gateway throttled. */
  readonly throttledMetricName: string;
}

export interface ThrottledPath {
  readonly path: string;
  readonly methods: readonly HttpMethod[];
  /** Of each method. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
}

export class ServiceGateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  /** Requests that the throttle of their route refused, whoever sent them. */
  readonly throttled: Metric;
  /** Of the access log. */
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: ServiceGatewayProps) {
    super(scope, id);
    const { api, settings, throttledMetricName } = props;
    this.api = new HttpApi(this, 'Api', { ...api, createDefaultStage: false });
    const accessLog = new AccessLog(this, 'AccessLog', { ...settings, throttledMetricName });
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

  /**
   * Adds all routes. Each has a throttle of its own, and the stage none that they would share: docs/adr/0026-route-throttles.md.
   *
   * @param integrationId of the integration with the function, in the construct tree
   */
  protected lead(to: IFunction, integrationId: string, paths: readonly ThrottledPath[]): void {
    const integration = new HttpLambdaIntegration(integrationId, to);
    const stage = this.stage.node.defaultChild as CfnStage;
    for (const { path, methods } of paths) {
      for (const route of this.api.addRoutes({ path, methods: [...methods], integration })) {
        // Settings of a route that is not there yet fail the stage.
        stage.addResourceDependency(route.node.defaultChild as CfnRoute);
      }
    }
    stage.routeSettings = Object.fromEntries(
      paths.flatMap(({ path, methods, throttle: { rateLimit, burstLimit } }) =>
        methods.map((method) => [
          `${method} ${path}`,
          { ThrottlingRateLimit: rateLimit, ThrottlingBurstLimit: burstLimit },
        ]),
      ),
    );
  }
}
