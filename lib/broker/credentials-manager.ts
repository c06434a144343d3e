// The Credentials Manager: the function, its alias with provisioned concurrency, and its log group.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Alias, Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { defaultClockLeewaySeconds, EnvironmentVariable } from '../../service/broker/environment.ts';
import { bundledCode } from '../function-code.ts';
import { certificateAuthoritiesIn } from '../settings/certificate-authorities.ts';
import type { Settings } from '../settings/settings.ts';
import type { AccessMetadata } from './access-metadata.ts';
import type { ServiceRole } from './service-role.ts';
import type { UsagePlans } from './usage-plans.ts';

const ENTRY_POINT = 'service/broker/main.ts';
/** Beside the bundle. */
const CERTIFICATE_AUTHORITIES = 'jwks-certificate-authorities.pem';

export interface CredentialsManagerProps {
  readonly accessMetadata: AccessMetadata;
  readonly usagePlans: UsagePlans;
  /** The function's own role; gets the grants it needs here. */
  readonly executionRole: IRole;
  readonly serviceRole: ServiceRole;
  readonly settings: Settings;
}

export class CredentialsManager extends Construct {
  readonly function: LambdaFunction;
  /** What the gateway invokes; where concurrency is provisioned, it is the alias's. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: CredentialsManagerProps) {
    super(scope, id);
    const { accessMetadata, usagePlans, executionRole, serviceRole, settings } = props;

    const logGroup = new LogGroup(this, 'LogGroup', {
      retention: settings.logRetentionDays,
      // Kept by a first deployment that is rolled back, too: why a function could not start stands here only.
      removalPolicy: settings.isRetained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });

    const authorities = certificateAuthoritiesIn(settings.jwksCertificateAuthorities);
    const handler = new LambdaFunction(this, 'Function', {
      description: ENTRY_POINT,
      code: bundledCode(ENTRY_POINT, {
        ...(authorities !== '' && { files: { [CERTIFICATE_AUTHORITIES]: authorities } }),
      }),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.seconds(10),
      role: executionRole,
      logGroup,
      tracing: Tracing.ACTIVE,
      ...(settings.reservedConcurrency && { reservedConcurrentExecutions: settings.reservedConcurrency }),
      environment: {
        [EnvironmentVariable.accessMetadataTableName]: accessMetadata.tableName,
        [EnvironmentVariable.serviceRoleArn]: serviceRole.roleArn,
        ...(settings.jwksHosts.length > 0 && {
          [EnvironmentVariable.jwksHosts]: settings.jwksHosts.join(','),
        }),
        ...(authorities !== '' && {
          [EnvironmentVariable.jwksCertificateAuthorities]: CERTIFICATE_AUTHORITIES,
        }),
        [EnvironmentVariable.usagePlansTableName]: usagePlans.tableName,
        [EnvironmentVariable.usagePlans]: JSON.stringify(settings.usagePlans),
        [EnvironmentVariable.requirePinnedTrust]: String(settings.requirePinnedTrust),
        ...(settings.registrars.length > 0 && {
          [EnvironmentVariable.registrars]: settings.registrars.join(' '),
        }),
        // All variables together have 4 KB: these stand there only where they say something.
        ...(settings.requireIssuer && { [EnvironmentVariable.requireIssuer]: 'true' }),
        ...(settings.requireAudience && { [EnvironmentVariable.requireAudience]: 'true' }),
        ...(settings.maxTokenAgeSeconds !== undefined && {
          [EnvironmentVariable.maxTokenAgeSeconds]: String(settings.maxTokenAgeSeconds),
        }),
        ...(settings.clockLeewaySeconds !== defaultClockLeewaySeconds && {
          [EnvironmentVariable.clockLeewaySeconds]: String(settings.clockLeewaySeconds),
        }),
        ...(settings.auditSubject !== 'hashed' && {
          [EnvironmentVariable.auditSubject]: settings.auditSubject,
        }),
        [EnvironmentVariable.dynamoDbTimeoutMs]: String(settings.dynamoDbTimeoutMs),
        [EnvironmentVariable.stsTimeoutMs]: String(settings.stsTimeoutMs),
        [EnvironmentVariable.jwksTimeoutMs]: String(settings.jwksTimeoutMs),
        [EnvironmentVariable.maxAttempts]: String(settings.maxAttempts),
        [EnvironmentVariable.requestBudgetMs]: String(settings.requestBudgetMs),
        [EnvironmentVariable.registrationCacheSeconds]: String(settings.registrationCacheSeconds),
        [EnvironmentVariable.jwksCacheSeconds]: String(settings.jwksCacheSeconds),
        [EnvironmentVariable.tokenCacheSeconds]: String(settings.tokenCacheSeconds),
        [EnvironmentVariable.maxCachedSessions]: String(settings.maxCachedSessions),
        POWERTOOLS_SERVICE_NAME: 'IAMSessionBroker',
        POWERTOOLS_METRICS_NAMESPACE: 'IAMSessionBroker',
        // The service role's session is fetched while the environment is initialized, which has no trace.
        AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
      },
    });

    accessMetadata.grantReadWrite(executionRole);
    usagePlans.grantLease(executionRole);
    logGroup.grantWrite(executionRole);

    this.function = handler;
    this.alias = new Alias(this, 'Alias', {
      aliasName: 'live',
      version: handler.currentVersion,
      ...(settings.provisionedConcurrency > 0 && {
        provisionedConcurrentExecutions: settings.provisionedConcurrency,
      }),
    });
    this.#scaleOnUtilization(settings);
  }

  #scaleOnUtilization(settings: Settings): void {
    const { provisionedConcurrency: minCapacity, maxProvisionedConcurrency: maxCapacity } = settings;
    if (maxCapacity === minCapacity) return;
    this.alias
      .addAutoScaling({ minCapacity, maxCapacity })
      .scaleOnUtilization({ utilizationTarget: settings.provisionedConcurrencyUtilization });
  }
}
