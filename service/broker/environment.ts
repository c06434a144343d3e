// The function's settings: their names, and the only place that reads process.env.

import { parseUsagePlans, type UsagePlanSettings } from '../usage-plans/plan.ts';

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
  /** Name of the table of the usage plans' shared buckets. */
  usagePlansTableName: 'USAGE_PLANS_TABLE_NAME',
  /** The usage plans as JSON: see usage-plan.ts. */
  usagePlans: 'USAGE_PLANS',
  /** `true`: refuse registrations whose access role lets the broker in with any external id. */
  requirePinnedTrust: 'REQUIRE_PINNED_TRUST',
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
} as const;

export interface Environment extends CacheSettings {
  readonly accessMetadataTableName: string;
  readonly serviceRoleArn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits: the account of the deployment, and of every caller and access role. */
  readonly accountId: string;
  /** Lower case; empty: any public DNS name. */
  readonly jwksHosts: readonly string[];
  readonly usagePlansTableName: string;
  readonly usagePlans: UsagePlanSettings;
  readonly requirePinnedTrust: boolean;
  readonly dynamoDbTimeoutMs: number;
  readonly stsTimeoutMs: number;
  readonly jwksTimeoutMs: number;
  readonly maxAttempts: number;
  readonly requestBudgetMs: number;
  /** Whether the execution environment is initialized ahead of its requests. */
  readonly isProvisioned: boolean;
}

/** What one execution environment keeps, and for how long: see the table of caches in docs/architecture.md. */
export interface CacheSettings {
  readonly registrationCacheSeconds: number;
  readonly jwksCacheSeconds: number;
  readonly tokenCacheSeconds: number;
  readonly maxCachedSessions: number;
}

export const cacheDefaults: CacheSettings = {
  registrationCacheSeconds: 30,
  jwksCacheSeconds: 600,
  tokenCacheSeconds: 300,
  maxCachedSessions: 10_000,
};

/** Why these, and how they add up: docs/adr/0009-time-outs.md. */
export const timeOutDefaults = {
  dynamoDbTimeoutMs: 1_000,
  stsTimeoutMs: 1_500,
  jwksTimeoutMs: 2_000,
  maxAttempts: 2,
  requestBudgetMs: 8_000,
} as const;

const defaults = { ...timeOutDefaults, ...cacheDefaults };

/** Reads the settings. Throws at initialization, naming the variable, when one is missing or malformed. */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const serviceRoleArn = required(variables, EnvironmentVariable.serviceRoleArn);
  const arn = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/.+$/.exec(serviceRoleArn);
  if (!arn?.[1] || !arn[2]) {
    throw new Error(`${EnvironmentVariable.serviceRoleArn} must be the ARN of an IAM role`);
  }
  return {
    accessMetadataTableName: required(variables, EnvironmentVariable.accessMetadataTableName),
    serviceRoleArn,
    partition: arn[1],
    accountId: arn[2],
    jwksHosts: hostNames(variables),
    usagePlansTableName: required(variables, EnvironmentVariable.usagePlansTableName),
    usagePlans: parseUsagePlans(required(variables, EnvironmentVariable.usagePlans)),
    requirePinnedTrust: trueOrFalse(variables, EnvironmentVariable.requirePinnedTrust),
    dynamoDbTimeoutMs: wholeNumber(variables, 'dynamoDbTimeoutMs'),
    stsTimeoutMs: wholeNumber(variables, 'stsTimeoutMs'),
    jwksTimeoutMs: wholeNumber(variables, 'jwksTimeoutMs'),
    maxAttempts: wholeNumber(variables, 'maxAttempts'),
    requestBudgetMs: wholeNumber(variables, 'requestBudgetMs'),
    registrationCacheSeconds: wholeNumber(variables, 'registrationCacheSeconds'),
    jwksCacheSeconds: wholeNumber(variables, 'jwksCacheSeconds'),
    tokenCacheSeconds: wholeNumber(variables, 'tokenCacheSeconds'),
    maxCachedSessions: wholeNumber(variables, 'maxCachedSessions'),
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    isProvisioned: variables['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'provisioned-concurrency',
  };
}

interface LambdaGlobal {
  readonly awslambda?: { readonly InvokeStore?: { getXRayTraceId(): string | undefined } };
}

/**
 * Whether X-Ray records the request under way: by the runtime's store where requests overlap, and by the variable that
 * Lambda sets before each of them otherwise.
 */
export function isTraceSampled(): boolean {
  const store = (globalThis as LambdaGlobal).awslambda?.InvokeStore;
  const header = store?.getXRayTraceId() ?? process.env['_X_AMZN_TRACE_ID'];
  return header?.includes('Sampled=1') ?? false;
}

function required(variables: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`the environment variable ${name} is not set`);
  return value;
}

/** A list that is there and names nobody is a mistake, and not the leave to fetch keys from anywhere. */
function hostNames(variables: Readonly<Record<string, string | undefined>>): string[] {
  const name = EnvironmentVariable.jwksHosts;
  const value = variables[name] ?? '';
  const hosts = value
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  if (hosts.length === 0 && value !== '') throw new Error(`the environment variable ${name} names no host`);
  return hosts;
}

function trueOrFalse(variables: Readonly<Record<string, string | undefined>>, name: string): boolean {
  const value = variables[name] ?? 'false';
  if (value !== 'true' && value !== 'false')
    throw new Error(`the environment variable ${name} must be true or false`);
  return value === 'true';
}

function wholeNumber(
  variables: Readonly<Record<string, string | undefined>>,
  setting: keyof typeof defaults,
): number {
  const name = EnvironmentVariable[setting];
  const value = variables[name];
  if (value === undefined) return defaults[setting];
  if (!/^[1-9]\d{0,5}$/.test(value))
    throw new Error(`the environment variable ${name} must be a whole number`);
  return Number(value);
}
