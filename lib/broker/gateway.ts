// The Gateway: the HTTP API, whose every route asks for an IAM identity and leads to the Credentials Manager.
import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../settings/settings.ts';
import type { CredentialsManager } from './credentials-manager.ts';

export interface GatewayProps {
  readonly credentialsManager: CredentialsManager;
  readonly settings: Settings;
}

export class Gateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

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
    this.api.addRoutes({ path: '/applications', methods: [DELETE, GET, POST, PUT], integration });
    this.api.addRoutes({ path: '/credentials', methods: [GET, POST], integration });

    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: settings.logRetentionDays,
      removalPolicy: settings.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRateLimit, burstLimit: settings.throttleBurstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields)),
      },
    });
  }

  /** Root of the API under its default endpoint, with a slash at the end; throws where a domain has switched it off. */
  get url(): string {
    return `${this.api.apiEndpoint}/`;
  }
}

/** `$context.path` and `$context.routeKey` carry no query string: a token in the URL is never logged. */
const accessLogFields = {
  requestId: '$context.requestId',
  requestTime: '$context.requestTime',
  routeKey: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  sourceIp: '$context.identity.sourceIp',
  userArn: '$context.identity.userArn',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
  integrationLatencyMs: '$context.integrationLatency',
  responseLatencyMs: '$context.responseLatency',
  responseLength: '$context.responseLength',
};
