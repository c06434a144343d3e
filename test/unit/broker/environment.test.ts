// The settings that the function reads from its environment variables.
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../service/broker/environment.ts';
import { defaultSettings } from '../../support/default-settings.ts';

const variables = {
  ACCESS_METADATA_TABLE_NAME: 'AccessMetadata',
  SERVICE_ROLE_ARN: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
  USAGE_PLANS_TABLE_NAME: 'UsagePlans',
  USAGE_PLANS: JSON.stringify(defaultSettings.usagePlans),
};

describe('readEnvironment', () => {
  it('reads the table and the service role, takes partition and account off its ARN, and has defaults', () => {
    expect(readEnvironment(variables)).toEqual({
      accessMetadataTableName: 'AccessMetadata',
      serviceRoleArn: 'arn:aws:iam::111122223333:role/IAMSessionBroker',
      partition: 'aws',
      accountId: '111122223333',
      usagePlansTableName: 'UsagePlans',
      ...defaultSettings,
      maxTokenAgeSeconds: undefined,
      isProvisioned: false,
    });
  });

  it('knows whether its requests are still to come', () => {
    const isProvisioned = (AWS_LAMBDA_INITIALIZATION_TYPE: string) =>
      readEnvironment({ ...variables, AWS_LAMBDA_INITIALIZATION_TYPE }).isProvisioned;
    expect(isProvisioned('provisioned-concurrency')).toBe(true);
    expect(isProvisioned('on-demand')).toBe(false);
  });

  it.each(['aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'])('knows the partition %s', (partition) => {
    const SERVICE_ROLE_ARN = `arn:${partition}:iam::111122223333:role/path/IAMSessionBroker`;
    expect(readEnvironment({ ...variables, SERVICE_ROLE_ARN })).toMatchObject({ partition });
  });

  it('reads the allowed hosts in lower case, without blanks and empty entries', () => {
    expect(
      readEnvironment({ ...variables, JWKS_HOSTS: ' IdP.example.com,, *.Example.org , ' }).jwksHosts,
    ).toEqual(['idp.example.com', '*.example.org']);
  });

  it('has no list of hosts where it is empty, and fails on one that names none', () => {
    expect(readEnvironment({ ...variables, JWKS_HOSTS: '' }).jwksHosts).toEqual([]);
    for (const JWKS_HOSTS of [',', ' ', ' , ,']) {
      expect(() => readEnvironment({ ...variables, JWKS_HOSTS })).toThrow(
        new Error('the environment variable JWKS_HOSTS names no host'),
      );
    }
  });

  it('reads whether trust policies must be pinned, and fails on anything but true and false', () => {
    const required = (REQUIRE_PINNED_TRUST: string) =>
      readEnvironment({ ...variables, REQUIRE_PINNED_TRUST }).requirePinnedTrust;
    expect(['true', 'false'].map(required)).toEqual([true, false]);
    for (const value of ['', '0', '1', 'TRUE', 'yes', 'true ']) {
      expect(() => required(value)).toThrow(
        new Error('the environment variable REQUIRE_PINNED_TRUST must be true or false'),
      );
    }
  });

  it.each([
    ['DYNAMODB_TIMEOUT_MS', 'dynamoDbTimeoutMs'],
    ['STS_TIMEOUT_MS', 'stsTimeoutMs'],
    ['JWKS_TIMEOUT_MS', 'jwksTimeoutMs'],
    ['MAX_ATTEMPTS', 'maxAttempts'],
    ['REQUEST_BUDGET_MS', 'requestBudgetMs'],
    ['REGISTRATION_CACHE_SECONDS', 'registrationCacheSeconds'],
    ['JWKS_CACHE_SECONDS', 'jwksCacheSeconds'],
    ['TOKEN_CACHE_SECONDS', 'tokenCacheSeconds'],
    ['MAX_CACHED_SESSIONS', 'maxCachedSessions'],
  ])('reads %s as a whole number', (name, setting) => {
    expect(readEnvironment({ ...variables, [name]: '3' })).toMatchObject({ [setting]: 3 });
    for (const value of ['', '0', '-1', '1.5', '1e3', '1000000', 'x']) {
      expect(() => readEnvironment({ ...variables, [name]: value })).toThrow(
        new Error(`the environment variable ${name} must be a whole number`),
      );
    }
  });

  it('reads the file of further certificate authorities, which most deployments do not have', () => {
    const fileOf = (JWKS_CERTIFICATE_AUTHORITIES: string | undefined) =>
      readEnvironment({ ...variables, JWKS_CERTIFICATE_AUTHORITIES }).jwksCertificateAuthorities;
    expect([undefined, '', 'authorities.pem'].map(fileOf)).toEqual([undefined, undefined, 'authorities.pem']);
  });

  it('reads how far an issuer’s clock may be ahead, which may be nothing', () => {
    const leewayOf = (CLOCK_LEEWAY_SECONDS: string | undefined) =>
      readEnvironment({ ...variables, CLOCK_LEEWAY_SECONDS }).clockLeewaySeconds;
    expect([undefined, '0', '1', '300'].map(leewayOf)).toEqual([60, 0, 1, 300]);
    for (const value of ['', '-1', '00', '030', '1.5', '1e2', ' 60', 'x']) {
      expect(() => leewayOf(value)).toThrow(
        new Error('the environment variable CLOCK_LEEWAY_SECONDS must be a whole number'),
      );
    }
  });

  it.each(['ACCESS_METADATA_TABLE_NAME', 'SERVICE_ROLE_ARN', 'USAGE_PLANS_TABLE_NAME', 'USAGE_PLANS'])(
    'fails without %s, by its name',
    (name) => {
      const message = `the environment variable ${name} is not set`;
      expect(() => readEnvironment({ ...variables, [name]: undefined })).toThrow(new Error(message));
      expect(() => readEnvironment({ ...variables, [name]: '' })).toThrow(new Error(message));
    },
  );

  it.each([
    ['a name', 'IAMSessionBroker'],
    ['a user’s ARN', 'arn:aws:iam::111122223333:user/IAMSessionBroker'],
    ['a session’s ARN', 'arn:aws:sts::111122223333:assumed-role/IAMSessionBroker/session'],
    ['an ARN without an account', 'arn:aws:iam:::role/IAMSessionBroker'],
    ['an ARN without a name', 'arn:aws:iam::111122223333:role/'],
  ])('fails on a service role that is %s', (_, SERVICE_ROLE_ARN) => {
    expect(() => readEnvironment({ ...variables, SERVICE_ROLE_ARN })).toThrow(
      new Error('SERVICE_ROLE_ARN must be the ARN of an IAM role'),
    );
  });
});
