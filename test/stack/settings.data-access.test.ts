// Settings of data access: defaults, bounds, and what contradicts each other.
import { describe, expect, it } from 'vitest';
import { settingsOf } from './synthesis.ts';

const ARN = 'arn:aws:sso::111122223333:application/ssoins-1234567890abcdef/apl-1234567890abcdef';
/** As many applications, each with a name as long as it may be. */
const applications = (count: number, length = 64) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [String(index).padStart(length, 'a'), ARN]));

const noArn = 'must be the ARN of an application in IAM Identity Center';
const noName = 'must name applications as their IAM roles are named, without a path';

/** What is wrong, what data access says, and the message after the setting's name. */
const wrong: [string, unknown, string][] = [
  ['a word', 'yes', ' is "yes": must be an object'],
  ['true', true, ' is true: must be an object'],
  [
    'a misspelled setting',
    { grantCacheSecond: 1 },
    ' has no grantCacheSecond; did you mean grantCacheSeconds?',
  ],
  ['a setting that is none', { privilege: 'Default' }, ' has no privilege'],
  [
    'an account that is a number',
    { accessGrantsAccount: 111122223333 },
    '.accessGrantsAccount is 111122223333: must be an account id of 12 digits, as a string',
  ],
  [
    'an account of eleven digits',
    { accessGrantsAccount: '11112222333' },
    '.accessGrantsAccount is "11112222333": must be an account id of 12 digits, as a string',
  ],
  [
    'a time below none',
    { grantCacheSeconds: -1 },
    '.grantCacheSeconds is -1: must be a whole number from 0 to 3600',
  ],
  [
    'a time above an hour',
    { grantCacheSeconds: 3_601 },
    '.grantCacheSeconds is 3601: must be a whole number from 0 to 3600',
  ],
  [
    'a time in quotes',
    { grantCacheSeconds: '300' },
    '.grantCacheSeconds is "300": must be a whole number from 0 to 3600',
  ],
  ['a list of applications', { identityCenterApplications: [ARN] }, '.identityCenterApplications'],
  [
    'an application that is another’s ARN',
    { identityCenterApplications: { App: ARN.replace('sso', 'iam') } },
    `.identityCenterApplications.App is "${ARN.replace('sso', 'iam')}": ${noArn}`,
  ],
  [
    'an instance in its place',
    { identityCenterApplications: { App: 'arn:aws:sso:::instance/ssoins-1234567890abcdef' } },
    `.identityCenterApplications.App is "arn:aws:sso:::instance/ssoins-1234567890abcdef": ${noArn}`,
  ],
  [
    'all applications',
    { identityCenterApplications: { App: '*' } },
    `.identityCenterApplications.App is "*": ${noArn}`,
  ],
  ['an ARN with a wildcard', { identityCenterApplications: { App: ARN.replace(/apl-.*/, 'apl-*') } }, noArn],
  ['an ARN and a line', { identityCenterApplications: { App: `${ARN}\n` } }, noArn],
  ['an application with a path', { identityCenterApplications: { 'team/App': ARN } }, noName],
  ['an application of one letter', { identityCenterApplications: { A: ARN } }, noName],
  [
    'more applications than fit',
    { identityCenterApplications: applications(21, 2) },
    'must have at most 20 applications',
  ],
];

describe('settings of data access', () => {
  it('are none unless they are set', () => {
    expect(settingsOf({ sandbox: {} })[0]).not.toHaveProperty('dataAccess');
  });

  it('have defaults', () => {
    expect(settingsOf({ sandbox: { dataAccess: {} } })).toMatchObject([
      { dataAccess: { identityCenterApplications: {}, grantCacheSeconds: 300 } },
    ]);
    expect(settingsOf({ sandbox: { dataAccess: {} } })[0]?.dataAccess).not.toHaveProperty(
      'accessGrantsAccount',
    );
  });

  it('may say everything', () => {
    const dataAccess = {
      accessGrantsAccount: '444455556666',
      identityCenterApplications: { App: ARN, 'a+=,.@-_': ARN.replace('aws', 'aws-us-gov') },
      grantCacheSeconds: 0,
    };
    expect(settingsOf({ sandbox: { dataAccess } })).toMatchObject([{ dataAccess }]);
  });

  it.each(wrong)('refuse %s', (_, dataAccess, message) => {
    const read = () => settingsOf({ sandbox: { dataAccess } });
    expect(read).toThrow('\nenvironments.sandbox.dataAccess');
    expect(read).toThrow(message);
  });

  it('and what else the function is told must fit into its variables', () => {
    const dataAccess = { identityCenterApplications: applications(15) };
    expect(() => settingsOf({ sandbox: { dataAccess } })).not.toThrow();
    const jwksHosts = Array.from({ length: 6 }, (_, index) => `${index}${'a'.repeat(59)}.example.com`);
    expect(() => settingsOf({ sandbox: { jwksHosts } })).not.toThrow();
    expect(() => settingsOf({ sandbox: { jwksHosts, dataAccess } })).toThrow(
      /registrars, usagePlans and dataAccess together must have at most 3100 bytes, and have \d{4}/,
    );
  });
});
