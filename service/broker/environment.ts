// The function's settings: their names, and how they are read.
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import { defaultClockLeewaySeconds } from '../clock.ts';
import type { Deployment } from '../deployment.ts';
import type { AuditSubject } from '../tokens/token-verifier.ts';
import { parseUsagePlans, type UsagePlanSettings } from '../usage-plans/plan.ts';
import {
  hostNames,
  oneOf,
  optionalNumber,
  required,
  roleNames,
  trueOrFalse,
  type Variables,
  variables,
  wholeNumber,
} from '../variables.ts';

export { cacheDefaults } from '../cache-settings.ts';
export { defaultClockLeewaySeconds } from '../clock.ts';
export { checkUsagePlans, type UsagePlanSettings } from '../usage-plans/plan.ts';

/**
 * Names of the environment variables that the infrastructure sets and the function reads.
 *
 * `lib/` imports this file and nothing else of `service/`.
 */
export const EnvironmentVariable = {
  /** Name of the AccessMetadata table. */
  accessMetadataTableName: 'ACCESS_METADATA_TABLE_NAME',
  /** ARN of the service role; partition and account of the deployment are read off it. */
  serviceRoleArn: 'SERVICE_ROLE_ARN',
  /** Comma-separated host names that a JWKSetURL may have; empty or unset: any public DNS name. */
  jwksHosts: 'JWKS_HOSTS',
  /** File beside the bundle, PEM: authorities that are trusted besides Node's own, for hosts of `JWKS_HOSTS`; unset: none. */
  jwksCertificateAuthorities: 'JWKS_CERTIFICATE_AUTHORITIES',
  /** Name of the table of the usage plans' shared buckets. */
  usagePlansTableName: 'USAGE_PLANS_TABLE_NAME',
  /** The usage plans as JSON: see usage-plan.ts. */
  usagePlans: 'USAGE_PLANS',
  /** Seconds since its `iat` that a token is good for, whatever its `exp`; unset: as long as `exp` says. */
  maxTokenAgeSeconds: 'MAX_TOKEN_AGE_SECONDS',
  /** Seconds that an issuer's clock may be ahead, 0 too; unset: 60. */
  clockLeewaySeconds: 'CLOCK_LEEWAY_SECONDS',
  /** How the audit shows a token's `sub`: `plain`, `hashed` or `none`. */
  auditSubject: 'AUDIT_SUBJECT',
  /** `true`: refuse registrations that pin no Issuer. */
  requireIssuer: 'REQUIRE_ISSUER',
  /** `true`: refuse registrations that pin no Audience. */
  requireAudience: 'REQUIRE_AUDIENCE',
  /** `true`: refuse registrations whose access role lets the broker in with any external id. */
  requirePinnedTrust: 'REQUIRE_PINNED_TRUST',
  /** Role names between spaces that alone may write registrations; empty or unset: every application its own. */
  registrars: 'REGISTRARS',
  /** Milliseconds that one attempt at DynamoDB may take. */
  dynamoDbTimeoutMs: 'DYNAMODB_TIMEOUT_MS',
  /** Milliseconds that one attempt at STS may take. */
  stsTimeoutMs: 'STS_TIMEOUT_MS',
  /** Milliseconds that fetching a JWK set may take, body and all. */
  jwksTimeoutMs: 'JWKS_TIMEOUT_MS',
  /** Attempts at one call of DynamoDB or STS. */
  maxAttempts: 'MAX_ATTEMPTS',
  /** Milliseconds after which a request is answered, whatever it still waits for. */
  requestBudgetMs: 'REQUEST_BUDGET_MS',
  /** Seconds that a registration is served without reading it again. */
  registrationCacheSeconds: 'REGISTRATION_CACHE_SECONDS',
  /** Seconds that a JWK set is served without fetching it again. */
  jwksCacheSeconds: 'JWKS_CACHE_SECONDS',
  /** Seconds that a verified token is not verified again, and never past its `exp`. */
  tokenCacheSeconds: 'TOKEN_CACHE_SECONDS',
  /** Sessions, and as many verified tokens, that one execution environment keeps. */
  maxCachedSessions: 'MAX_CACHED_SESSIONS',
  /** Name of the table by which environments share sessions; unset: each asks by itself. */
  sharedSessionsTableName: 'SHARED_SESSIONS_TABLE_NAME',
  /** ARN of the KMS key that they are sealed by; set where that is. */
  sharedSessionsKeyArn: 'SHARED_SESSIONS_KEY_ARN',
  /** Milliseconds that a request gives that table, waiting for another environment included; unset: 300. */
  sharedSessionsTimeoutMs: 'SHARED_SESSIONS_TIMEOUT_MS',
} as const;

export interface Environment extends CacheSettings, Deployment {
  readonly accessMetadataTableName: string;
  readonly serviceRoleArn: string;
  /** Lower case; empty: any public DNS name. */
  readonly jwksHosts: readonly string[];
  readonly jwksCertificateAuthorities: string | undefined;
  readonly usagePlansTableName: string;
  readonly usagePlans: UsagePlanSettings;
  readonly maxTokenAgeSeconds: number | undefined;
  readonly clockLeewaySeconds: number;
  readonly auditSubject: AuditSubject;
  readonly requirePinnedTrust: boolean;
  readonly requireIssuer: boolean;
  readonly requireAudience: boolean;
  readonly registrars: readonly string[];
  readonly dynamoDbTimeoutMs: number;
  readonly stsTimeoutMs: number;
  readonly jwksTimeoutMs: number;
  readonly maxAttempts: number;
  readonly requestBudgetMs: number;
  /** Where environments share sessions. */
  readonly sharedSessions:
    | { readonly tableName: string; readonly keyArn: string; readonly tableMs: number }
    | undefined;
  /** Whether the execution environment is initialized ahead of its requests. */
  readonly isProvisioned: boolean;
}

/** Why these, and how they add up: docs/adr/0009-time-outs.md. */
export const timeOutDefaults = {
  dynamoDbTimeoutMs: 1_000,
  stsTimeoutMs: 1_500,
  jwksTimeoutMs: 2_000,
  maxAttempts: 2,
  requestBudgetMs: 8_000,
} as const;

/** Some ten times what DynamoDB takes, and less than a user notices. */
const SHARED_SESSIONS_MS = 300;

const defaults = { ...timeOutDefaults, ...cacheDefaults };

/** Reads the settings. Throws at initialization, naming the variable, when one is missing or malformed. */
export function readEnvironment(from: Variables = variables): Environment {
  const number = (setting: keyof typeof defaults) =>
    wholeNumber(from, EnvironmentVariable[setting], defaults[setting]);
  const serviceRoleArn = required(from, EnvironmentVariable.serviceRoleArn);
  const arn = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/.+$/.exec(serviceRoleArn);
  if (!arn?.[1] || !arn[2]) {
    throw new Error(`${EnvironmentVariable.serviceRoleArn} must be the ARN of an IAM role`);
  }
  const sharedTableName = from[EnvironmentVariable.sharedSessionsTableName];
  return {
    accessMetadataTableName: required(from, EnvironmentVariable.accessMetadataTableName),
    serviceRoleArn,
    partition: arn[1],
    accountId: arn[2],
    jwksHosts: hostNames(from, EnvironmentVariable.jwksHosts),
    jwksCertificateAuthorities: from[EnvironmentVariable.jwksCertificateAuthorities] || undefined,
    usagePlansTableName: required(from, EnvironmentVariable.usagePlansTableName),
    usagePlans: parseUsagePlans(required(from, EnvironmentVariable.usagePlans)),
    maxTokenAgeSeconds: optionalNumber(from, EnvironmentVariable.maxTokenAgeSeconds),
    clockLeewaySeconds: wholeNumber(
      from,
      EnvironmentVariable.clockLeewaySeconds,
      defaultClockLeewaySeconds,
      0,
    ),
    auditSubject: oneOf(from, EnvironmentVariable.auditSubject, ['hashed', 'plain', 'none']),
    requirePinnedTrust: trueOrFalse(from, EnvironmentVariable.requirePinnedTrust),
    requireIssuer: trueOrFalse(from, EnvironmentVariable.requireIssuer),
    requireAudience: trueOrFalse(from, EnvironmentVariable.requireAudience),
    registrars: roleNames(from, EnvironmentVariable.registrars),
    dynamoDbTimeoutMs: number('dynamoDbTimeoutMs'),
    stsTimeoutMs: number('stsTimeoutMs'),
    jwksTimeoutMs: number('jwksTimeoutMs'),
    maxAttempts: number('maxAttempts'),
    requestBudgetMs: number('requestBudgetMs'),
    registrationCacheSeconds: number('registrationCacheSeconds'),
    jwksCacheSeconds: number('jwksCacheSeconds'),
    tokenCacheSeconds: number('tokenCacheSeconds'),
    maxCachedSessions: number('maxCachedSessions'),
    sharedSessions: sharedTableName
      ? {
          tableName: sharedTableName,
          keyArn: required(from, EnvironmentVariable.sharedSessionsKeyArn),
          tableMs: wholeNumber(from, EnvironmentVariable.sharedSessionsTimeoutMs, SHARED_SESSIONS_MS),
        }
      : undefined,
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    isProvisioned: from['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'provisioned-concurrency',
  };
}
