// One environment's settings: their names, bounds and defaults.
import { z } from 'zod';
import {
  cacheDefaults,
  defaultClockLeewaySeconds,
  timeOutDefaults,
} from '../../service/broker/environment.ts';
import { accessGrants, accessGrantsSettingNames } from './access-grants.ts';
import { checkCertificateAuthorities, MAX_CERTIFICATES } from './certificate-authorities.ts';
import { dataAccess } from './data-access.ts';
import { identityCenter, identityCenterSettingNames } from './identity-center.ts';
import { jwksHostProblem } from './jwks-hosts.ts';
import { portal, portalSettingNames } from './portal.ts';
import { regionCodeProblem } from './regions.ts';
import { runbookUrlProblem } from './runbook-url.ts';
import { fraction, listOf, matching, sound, trueOrFalse, wholeNumber } from './setting-types.ts';
import { readUsagePlans } from './usage-plans.ts';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const dnsName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const topicArn = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Where the service's DNS name stands, and the hosted zone that gets its records. */
const domain = z
  .strictObject(
    {
      product: matching(label, 'one lower-case DNS label'),
      topLevelDomain: matching(dnsName, 'a lower-case DNS name'),
      hostedZoneId: matching(
        /^[A-Z0-9]{1,32}$/,
        'the id of a hosted zone, Z… without /hostedzone/',
      ).optional(),
      hostedZoneName: matching(dnsName, 'a lower-case DNS name without a dot at its end').optional(),
    },
    'must have product, topLevelDomain, and hostedZoneId or hostedZoneName or both',
  )
  .refine(({ hostedZoneId, hostedZoneName }) => hostedZoneId ?? hostedZoneName, {
    error: 'must have hostedZoneId or hostedZoneName or both',
  });

/** What `cdk.json` may say of an environment. What each setting does and costs: docs/settings.md. */
export const environmentSettings = z.strictObject(
  {
    account: matching(/^\d{12}$/, 'an account id of 12 digits, as a string').optional(),
    /** Whether there is such a region: contradictions.ts, which knows the next setting too. */
    region: sound(regionCodeProblem, 'the code of a region, as eu-west-1').optional(),
    allowUnknownRegion: trueOrFalse().default(false),
    domain: domain.optional(),
    /** 0: none. Default: none in the sandbox, which a new account has no concurrency for; otherwise 1. */
    provisionedConcurrency: wholeNumber(0, 1_000).optional(),
    /** Default: `provisionedConcurrency`, and no autoscaling. */
    maxProvisionedConcurrency: wholeNumber(0, 1_000).optional(),
    provisionedConcurrencyUtilization: fraction(0.1, 0.9).default(0.7),
    /** Default: what the account has left. */
    reservedConcurrency: wholeNumber(1, 1_000).optional(),
    /** Of each route of `/credentials`, over all applications; the least that the smallest plans fit behind. */
    throttleRateLimit: wholeNumber(220, 10_000).default(2_200),
    throttleBurstLimit: wholeNumber(100, 5_000).default(1_000),
    usagePlans: z.unknown().default({}).transform(readUsagePlans),
    jwksHosts: listOf(
      sound(jwksHostProblem, 'a lower-case host name, with its port where that is not 443'),
      'host names',
      100,
    ),
    /** From the project's root. What is in the files: certificate-authorities.ts. */
    jwksCertificateAuthorities: listOf(
      matching(/\S/, 'the path of a PEM file'),
      'paths of PEM files',
      MAX_CERTIFICATES,
    ).superRefine(checkCertificateAuthorities),
    registrars: listOf(
      matching(/^[\w+=,.@-]{2,64}$/, 'the name of an IAM role, without its path'),
      'names of IAM roles',
      20,
    ),
    requirePinnedTrust: trueOrFalse().default(false),
    requireIssuer: trueOrFalse().default(false),
    requireAudience: trueOrFalse().default(false),
    /** Default: as long as `exp` says. */
    maxTokenAgeSeconds: wholeNumber(60, 86_400).optional(),
    clockLeewaySeconds: wholeNumber(0, 300).default(defaultClockLeewaySeconds),
    auditSubject: z.enum(['hashed', 'plain', 'none'], 'must be hashed, plain or none').default('hashed'),
    dynamoDbTimeoutMs: wholeNumber(100, 5_000).default(timeOutDefaults.dynamoDbTimeoutMs),
    stsTimeoutMs: wholeNumber(100, 5_000).default(timeOutDefaults.stsTimeoutMs),
    jwksTimeoutMs: wholeNumber(100, 5_000).default(timeOutDefaults.jwksTimeoutMs),
    maxAttempts: wholeNumber(1, 5).default(timeOutDefaults.maxAttempts),
    /** Below the function's time-out. */
    requestBudgetMs: wholeNumber(1_000, 9_000).default(timeOutDefaults.requestBudgetMs),
    /** At most as long as a stale one may stand in. */
    registrationCacheSeconds: wholeNumber(1, 300).default(cacheDefaults.registrationCacheSeconds),
    jwksCacheSeconds: wholeNumber(30, 3_600).default(cacheDefaults.jwksCacheSeconds),
    tokenCacheSeconds: wholeNumber(1, 300).default(cacheDefaults.tokenCacheSeconds),
    maxCachedSessions: wholeNumber(100, 100_000).default(cacheDefaults.maxCachedSessions),
    sharedSessions: trueOrFalse().default(false),
    logRetentionDays: z.literal(retentionDays, `must be one of ${retentionDays.join(', ')}`).default(30),
    /** CloudWatch takes five actions an alarm. */
    alarmTargets: listOf(matching(topicArn, 'the ARN of an SNS topic'), 'ARNs of SNS topics', 5),
    /** Where docs/runbook.md can be read; an alarm's entry is its anchor there. */
    runbookUrl: sound(runbookUrlProblem, 'an https URL').optional(),
    /** Default: the broker issues no credentials for data. */
    dataAccess: dataAccess.optional(),
    /** Default: no portal. */
    portal: portal.optional(),
    /** Default: no S3 Access Grants. */
    accessGrants: accessGrants.optional(),
    /** Default: nothing of IAM Identity Center. */
    identityCenter: identityCenter.optional(),
  },
  'must be settings by their names',
);

/** What may stand at a path: of the environment itself, of its domain, or of one of its further stacks. */
export function settingNames(path: readonly PropertyKey[]): string[] {
  const [first, ...below] = path;
  if (first === 'portal') return portalSettingNames(below);
  if (first === 'dataAccess') return Object.keys(dataAccess.shape);
  if (first === 'accessGrants') return accessGrantsSettingNames(below);
  if (first === 'identityCenter') return identityCenterSettingNames(below);
  return Object.keys(first === 'domain' ? domain.shape : environmentSettings.shape);
}

export type EnvironmentSettings = z.output<typeof environmentSettings>;
