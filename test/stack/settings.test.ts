// The deployment's settings: defaults, bounds, and messages that name what is wrong.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../support/default-settings.ts';
import { settingsOf } from './synthesis.ts';

const domain = { product: 'shop', topLevelDomain: 'example.com', hostedZoneId: 'Z0EXAMPLE' };

/** What is wrong, settings that have it, and the message after the environment's name. */
const wrong: [string, Record<string, unknown>, string][] = [
  [
    'sessions that are shared by a word',
    { sharedSessions: 'yes' },
    '.sharedSessions is "yes": must be true or false',
  ],
  [
    'a setting whose name is misspelled',
    { sharedSession: true },
    ' has no sharedSession; did you mean sharedSessions?',
  ],
  [
    'a retention that CloudWatch has not',
    { logRetentionDays: 31 },
    '.logRetentionDays is 31: must be one of 1, 3, 5',
  ],
  [
    'a registrar with a path',
    { registrars: ['team/Deployer'] },
    '.registrars.0 is "team/Deployer": must be the name of an IAM role, without its path',
  ],
  [
    'an age that is none',
    { maxTokenAgeSeconds: 59 },
    '.maxTokenAgeSeconds is 59: must be a whole number from 60 to 86400',
  ],
  [
    'a leeway in which a clock is no longer a little ahead',
    { clockLeewaySeconds: 301 },
    '.clockLeewaySeconds is 301: must be a whole number from 0 to 300',
  ],
  [
    'a leeway that would hold back tokens of a clock that is right',
    { clockLeewaySeconds: -1 },
    '.clockLeewaySeconds is -1: must be a whole number from 0 to 300',
  ],
  [
    'another way to show a subject',
    { auditSubject: 'salted' },
    '.auditSubject is "salted": must be hashed, plain or none',
  ],
  [
    'a host that is a URL',
    { jwksHosts: ['https://id.example.com'] },
    '.jwksHosts.0 is "https://id.example.com": must be a lower-case host name, with its port where that is not 443, without https://',
  ],
  [
    'a host in capitals',
    { jwksHosts: ['ID.example.com'] },
    '.jwksHosts.0 is "ID.example.com": must be a lower-case',
  ],
  [
    'a verified token kept for longer than it may be',
    { tokenCacheSeconds: 301 },
    '.tokenCacheSeconds is 301: must be a whole number from 1 to 300',
  ],
  [
    'more sessions than an environment has memory for',
    { maxCachedSessions: 100_001 },
    '.maxCachedSessions is 100001: must be a whole number from 100 to 100000',
  ],
  [
    'more hosts than fit beside the plans into the function’s variables',
    { jwksHosts: Array.from({ length: 60 }, (_, index) => `${'a'.repeat(50)}${index}.example.com`) },
    '.jwksHosts is ',
  ],
  [
    'an alarm target in another region',
    { region: 'eu-west-1', alarmTargets: ['arn:aws:sns:us-east-1:111122223333:pager'] },
    '.alarmTargets.0 is "arn:aws:sns:us-east-1:111122223333:pager": must be of the region eu-west-1',
  ],
  [
    'a budget beyond the function’s time-out',
    { requestBudgetMs: 9_001 },
    '.requestBudgetMs is 9001: must be a whole number from 1000 to 9000',
  ],
  [
    'a burst too small for its rate',
    { usagePlans: { default: { rateLimit: 100, burstLimit: 10 } } },
    '.usagePlans is {"default":{"rateLimit":100,"burstLimit":10}}: wrong usage plans: default.burstLimit: must be at least',
  ],
  [
    'a plan of an application whose name is none',
    { usagePlans: { applications: { 'a b': { rateLimit: 1, burstLimit: 5 } } } },
    '.usagePlans is {"applications":{"a b":{"rateLimit":1,"burstLimit":5}}}: wrong usage plans: applications',
  ],
  [
    'attempts that outlast the budget',
    { stsTimeoutMs: 5_000 },
    '.stsTimeoutMs is 5000: 2 attempts take 10000 ms',
  ],
  [
    'a misspelled setting',
    { provisionedConcurency: 1 },
    ' has no provisionedConcurency; did you mean provisionedConcurrency?',
  ],
  [
    'two of them',
    { jwksHost: [], maxattempts: 1 },
    ' has no jwksHost; did you mean jwksHosts?, maxattempts; did you mean maxAttempts?',
  ],
  [
    'a misspelled part of a domain',
    { domain: { ...domain, hostedZoneID: 'Z1' } },
    '.domain has no hostedZoneID; did you mean hostedZoneId?',
  ],
  [
    'a domain that is a URL',
    { region: 'eu-west-1', domain: { ...domain, topLevelDomain: 'https://example.com' } },
    '.domain.topLevelDomain is "https://example.com": must be a lower-case DNS name, without https://',
  ],
  [
    'an account as a number',
    { account: 111122223333 },
    '.account is 111122223333: must be an account id of 12 digits',
  ],
  [
    'an alarm target that is no topic',
    { alarmTargets: ['on-call@example.com'] },
    '.alarmTargets.0 is "on-call@example.com": must be the ARN of an SNS topic',
  ],
  [
    'more alarm targets than an alarm takes',
    { alarmTargets: Array.from({ length: 6 }, (_, n) => `arn:aws:sns:eu-west-1:111122223333:topic-${n}`) },
    '.alarmTargets is [',
  ],
  [
    'a domain without a region',
    { domain },
    '.region: must be given with a domain: it is part of the DNS name',
  ],
  [
    'a domain without a hosted zone',
    { region: 'eu-west-1', domain: { product: 'shop', topLevelDomain: 'example.com' } },
    '.domain is {"product":"shop","topLevelDomain":"example.com"}: must have hostedZoneId or hostedZoneName or both',
  ],
  [
    'a hosted zone to look up, and no account to look in',
    { region: 'eu-west-1', domain: { ...domain, hostedZoneId: undefined, hostedZoneName: 'example.com' } },
    '.account: must be given with a domain that has no hostedZoneId: the hosted zone is looked up there',
  ],
  [
    'a hosted zone that does not hold the name',
    { region: 'eu-west-1', domain: { ...domain, hostedZoneName: 'example.org' } },
    '.domain.hostedZoneName is "example.org": iam-session-broker.eu-west-1.sandbox.shop.example.com does not lie in it',
  ],
  [
    'a product of two labels',
    { region: 'eu-west-1', domain: { ...domain, product: 'my.shop' } },
    '.domain.product is "my.shop": must be one lower-case DNS label',
  ],
  [
    'a name too long for a certificate',
    { region: 'ap-southeast-1', domain: { ...domain, product: 'a-product-with-a-long-name' } },
    '.domain.name is "iam-session-broker.ap-southeast-1.sandbox.a-product-with-a-long-name.example.com": must be at most 64',
  ],
  ['something else in a domain', { domain: { ...domain, zone: 'x' } }, '.domain has no zone'],
];

describe('settings', () => {
  it('have a default for everything', () => {
    expect(settingsOf()).toEqual([
      {
        environmentName: 'Sandbox',
        isRetained: false,
        isDeployedGradually: false,
        provisionedConcurrency: 0,
        maxProvisionedConcurrency: 0,
        provisionedConcurrencyUtilization: 0.7,
        throttleRateLimit: 2_200,
        throttleBurstLimit: 1_000,
        ...defaultSettings,
        jwksCertificateAuthorities: [],
        logRetentionDays: 30,
        alarmTargets: [],
        allowUnknownRegion: false,
        sharedSessions: false,
      },
    ]);
  });

  it('name the service by region, environment, product and top-level domain', () => {
    const domain = { product: 'shop', topLevelDomain: 'example.com', hostedZoneId: 'Z1' };
    expect(settingsOf({ gamma: { region: 'eu-west-1', domain } })).toMatchObject([
      { domain: { name: 'iam-session-broker.eu-west-1.gamma.shop.example.com', hostedZoneId: 'Z1' } },
    ]);
  });

  it('are complete and consistent in the examples of cdk.json', () => {
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
    expect(settingsOf(context.environments).map(({ environmentName }) => environmentName)).toEqual([
      'Sandbox',
      'Gamma',
      'Production',
    ]);
  });

  it.each(wrong)('refuse %s, naming setting, value and bound', (_, settings, message) => {
    expect(() => settingsOf({ sandbox: settings })).toThrow(`\nenvironments.sandbox${message}`);
  });

  it('refuse more usage plans than an environment variable holds', () => {
    const applications = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`Application${n}`, { rateLimit: 1, burstLimit: 5 }]),
    );
    expect(() => settingsOf({ sandbox: { usagePlans: { applications } } })).toThrow(
      /usagePlans is \{.{199}…: wrong usage plans: \d+ bytes as JSON, and at most 3000 fit/,
    );
  });

  it('say nothing of a name that is near no other', () => {
    expect(() => settingsOf({ sandbox: { secret: 1 } })).toThrow(/ has no secret$/);
  });

  it('are told alone, without a stack trace, and nothing is synthesized', async () => {
    const environments = { sandbox: { maxAttempts: 9 } };
    const env = {
      ...process.env,
      CDK_OUTDIR: '/nowhere',
      CDK_CONTEXT_JSON: JSON.stringify({ environments }),
    };
    const args = ['--import', 'tsx', 'bin/iam-session-broker.ts'];
    await expect(promisify(execFile)(process.execPath, args, { env })).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'cdk.json context has wrong settings:\n' +
        'environments.sandbox.maxAttempts is 9: must be a whole number from 1 to 5\n',
    });
  });

  it.each([
    'https://me:hunter2@id.example.com/',
    'https:me:hunter2@id.example.com',
    'https:\\\\me:hunter2@id.example.com',
    'https://me:hun/ter"hunter2@id.example.com',
    'me:hunter2@id.example.com',
  ])('never show a password that stands in a URL: %s', (url) => {
    for (const settings of [{ jwksHosts: [url] }, { runbookUrl: url }, { region: url }]) {
      expect(() => settingsOf({ gamma: settings })).toThrow('…@id.example.com');
      expect(() => settingsOf({ gamma: settings })).not.toThrow('hunter2');
    }
  });

  it('never show the value of a name that is no setting', () => {
    expect(() => settingsOf({ gamma: { secret: 'hunter2' } })).toThrow('environments.gamma has no secret');
    expect(() => settingsOf({ gamma: { secret: 'hunter2' } })).not.toThrow('hunter2');
  });
});
