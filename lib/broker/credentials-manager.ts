// The Credentials Manager: the function, its alias with provisioned concurrency, and its log group.
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Alias, type Function as LambdaFunction, Tracing } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { defaultClockLeewaySeconds, EnvironmentVariable } from '../../service/broker/environment.ts';
import { serviceFunction } from '../service-function.ts';
import { certificateAuthoritiesIn } from '../settings/certificate-authorities.ts';
import type { Settings } from '../settings/settings.ts';
import type { AccessMetadata } from './access-metadata.ts';
import type { DataAccess } from './data-access.ts';
import type { ServiceRole } from './service-role.ts';
import type { SharedSessions } from './shared-sessions.ts';
import type { UsagePlans } from './usage-plans.ts';

const ENTRY_POINT = 'service/broker/main.ts';
const WITH_DATA_ACCESS = 'service/data-access-broker/main.ts';
/** Imported where sessions are shared. */
const SHARED_SESSIONS = 'service/broker/shared-sessions.ts';
/** Beside the bundle. */
const CERTIFICATE_AUTHORITIES = 'jwks-certificate-authorities.pem';

export interface CredentialsManagerProps {
  readonly accessMetadata: AccessMetadata;
  readonly usagePlans: UsagePlans;
  /** The function's own role; gets the grants it needs here. */
  readonly executionRole: IRole;
  readonly serviceRole: ServiceRole;
  /** Where there is none, the function has not the code for it either. */
  readonly dataAccess: DataAccess | undefined;
  /** Likewise. */
  readonly sharedSessions: SharedSessions | undefined;
  readonly settings: Settings;
}

export class CredentialsManager extends Construct {
  readonly function: LambdaFunction;
  /** What the gateway invokes; where concurrency is provisioned, it is the alias's. */
  readonly alias: Alias;

  constructor(scope: Construct, id: string, props: CredentialsManagerProps) {
    super(scope, id);
    const { accessMetadata, usagePlans, executionRole, serviceRole, settings } = props;
    const { dataAccess, sharedSessions } = props;

    const authorities = certificateAuthoritiesIn(settings.jwksCertificateAuthorities);
    const handler = serviceFunction(this, {
      entryPoint: dataAccess ? WITH_DATA_ACCESS : ENTRY_POINT,
      bundle: {
        ...(authorities !== '' && { files: { [CERTIFICATE_AUTHORITIES]: authorities } }),
        ...(!sharedSessions && { without: [SHARED_SESSIONS] }),
      },
      settings,
      role: executionRole,
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
        ...dataAccess?.variables,
        ...sharedSessions?.variables,
        POWERTOOLS_SERVICE_NAME: 'IAMSessionBroker',
        POWERTOOLS_METRICS_NAMESPACE: 'IAMSessionBroker',
        // Lambda's runtime gives the young generation a share of the memory that it then takes up whole: docs/adr/0046.
        NODE_OPTIONS: '--max-semi-space-size=8 --max-old-space-size=768',
        // The service role's session is fetched while the environment is initialized, which has no trace.
        AWS_XRAY_CONTEXT_MISSING: 'IGNORE_ERROR',
      },
    });

    accessMetadata.grantReadWrite(executionRole);
    usagePlans.grantLease(executionRole);
    handler.logGroup.grantWrite(executionRole);

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
