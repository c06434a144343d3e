// The settings of S3 Access Grants: what is taken, what is filled in, and how the rest is reported.
import { describe, expect, it } from 'vitest';
import {
  accessGrantsWith,
  directoryId,
  grantWith,
  identityCenterWith,
  instanceArn,
} from '../support/data-access-settings.ts';
import { settingsOf } from './synthesis.ts';

const settingsWith = (accessGrants: unknown, settings: object = {}) =>
  settingsOf({ sandbox: { ...settings, accessGrants } })[0];
const expectProblem = (over: Record<string, unknown>, message: string, settings: object = {}) =>
  expect(() => settingsWith(accessGrantsWith(over), settings)).toThrow(
    `\nenvironments.sandbox.accessGrants${message}`,
  );
const expectSound = (over: Record<string, unknown>, settings: object = {}) =>
  expect(() => settingsWith(accessGrantsWith(over), settings)).not.toThrow();
const oneGrant = (over: Record<string, unknown>) => ({ grants: [grantWith(over)] });
const center = (over: Record<string, unknown> = {}) => ({ identityCenter: identityCenterWith(over) });

describe('S3 Access Grants', () => {
  it('are absent unless they are set', () => {
    expect(settingsOf({ sandbox: {} })[0]).not.toHaveProperty('accessGrants');
  });

  it('are where the environment is, with every bucket as a location, and nobody of a directory', () => {
    const place = { account: '111122223333', region: 'eu-west-1' };
    expect(
      settingsWith({ buckets: ['shop-data'], existingBuckets: ['old-data'] }, place)?.accessGrants,
    ).toEqual({
      ...place,
      buckets: ['shop-data'],
      existingBuckets: ['old-data'],
      locations: ['s3://shop-data/', 's3://old-data/'],
      identityCenterArn: undefined,
      roles: [],
      grants: [],
    });
  });

  it('know the Identity Center of the environment', () => {
    const own = settingsWith(accessGrantsWith(), center())?.accessGrants;
    expect(own?.identityCenterArn).toBe(instanceArn);
  });

  it.each<[unknown, string]>([
    [null, ' is null: must be settings by their names'],
    [{ bukets: [] }, ' has no bukets; did you mean buckets?'],
    [
      { grants: [{ ...grantWith(), premission: 'READ' }] },
      '.grants.0 has no premission; did you mean permission?',
    ],
    [{ account: '1' }, '.account is "1": must be an account id of 12 digits'],
    [{ region: 'eu-west-9' }, '.region is "eu-west-9": must be a region that the CDK knows'],
    [{ identityCenterArn: 'ssoins-1' }, '.identityCenterArn is "ssoins-1": must be the ARN of an instance'],
    [{ roles: ['a/b'] }, '.roles.0 is "a/b": must be the name of an IAM role'],
    [{ buckets: ['Shop'] }, '.buckets.0 is "Shop": must be the name of a bucket'],
    [{ buckets: ['a..b'] }, '.buckets.0 is "a..b": must be the name of a bucket'],
    [{ buckets: ['192.168.0.1'] }, '.buckets.0 is "192.168.0.1": must be the name of a bucket'],
    [{ locations: ['s3://'] }, '.locations.0 is "s3://": must be a bucket or a folder in it'],
    [{ locations: ['s3://shop-data/users'] }, '.locations.0 is "s3://shop-data/users": must be a bucket'],
    [
      { locations: ['s3://shop-data/*/'] },
      '.locations.0 is "s3://shop-data/*/": must have a * at its end alone',
    ],
    [
      { locations: Array.from({ length: 1_001 }, () => 's3://shop-data/') },
      '.locations is ["s3://shop-data/",',
    ],
  ])('must not be %j', (accessGrants, message) => {
    expect(() => settingsWith(accessGrants)).toThrow(`\nenvironments.sandbox.accessGrants${message}`);
  });

  it('have at most the locations of an instance', () => {
    const locations = Array.from({ length: 1_001 }, (_, at) => `s3://shop-data/${at}/`);
    expect(() => settingsWith(accessGrantsWith({ locations }))).toThrow(
      /locations is .*must have at most 1000 entries/,
    );
  });
});

describe('the scope of a grant', () => {
  it.each([
    's3://shop-data/*',
    's3://shop-data/users*',
    's3://shop-data/users/eu/*',
    's3://shop-data/users/list.csv',
  ])('may be %s', (scope) => expectSound(oneGrant({ scope })));

  it.each([
    ['shop-data/users/*', 'must be keys that begin alike'],
    ['s3://shop-data', 'must be keys that begin alike'],
    ['s3://shop-data/', 'must be keys that begin alike'],
    ['s3://shop-data/users/', 'must be keys that begin alike'],
    ['s3://*', 'must be keys that begin alike'],
    ['s3://shop-data/*/users', 'must have a * at its end alone'],
    ['s3://shop-data/**', 'must have a * at its end alone'],
    ['s3://shop-data/user?*', 'must have no ? and no ${'],
    ['s3://shop-data/${aws:userid}/*', 'must have no ? and no ${'],
    [`s3://shop-data/${'a'.repeat(1_025)}`, 'must have at most 1024 characters'],
  ])('must not be %s', (scope, message) => {
    expect(() => settingsWith(accessGrantsWith(oneGrant({ scope })))).toThrow(
      new RegExp(`accessGrants\\.grants\\.0\\.scope is .*: ${message.replace(/[?${*]/g, '\\$&')}`),
    );
  });

  it('lies in a location, whose bucket is one of the settings', () => {
    expectProblem(
      oneGrant({ scope: 's3://shop-dat/users/*' }),
      '.grants.0.scope is "s3://shop-dat/users/*": must lie in one of the locations, which are s3://shop-data/; did you mean shop-data?',
    );
    expectProblem(
      { locations: ['s3://shop-data/team/'] },
      '.grants.0.scope is "s3://shop-data/users/*": must lie in one of the locations, which are s3://shop-data/team/',
    );
    expectProblem(
      { locations: ['s3://shop-data/', 's3://shop-date/'] },
      '.locations.1 is "s3://shop-date/": must be in one of buckets and existingBuckets; did you mean shop-data?',
    );
  });
});

describe('the grantee', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ role: undefined }, ''],
    [{ directoryUser: directoryId }, ''],
  ])('is one: not %j', (over) => {
    expectProblem(oneGrant(over), '.grants.0 is {');
    expect(() => settingsWith(accessGrantsWith(oneGrant(over)))).toThrow(
      'must have one of role, directoryUser and directoryGroup',
    );
  });

  it('is a role of the settings, or another by its ARN', () => {
    expectSound(oneGrant({ role: 'arn:aws:iam::444455556666:role/team/Elsewhere' }));
    expectProblem(
      oneGrant({ role: 'Suport' }),
      '.grants.0.role is "Suport": must be one of roles, or the ARN of another role; did you mean Support?',
    );
    expectProblem(oneGrant({ role: 'arn:aws:iam::444455556666:role/*' }), '.grants.0.role is');
  });

  it('is nobody of a directory where there is no Identity Center', () => {
    const grant = oneGrant({ role: undefined, directoryUser: directoryId });
    expectProblem(
      grant,
      `.grants.0.directoryUser is "${directoryId}": must not be without an identityCenterArn`,
    );
    expectSound({ ...grant, identityCenterArn: instanceArn });
    expectSound(grant, center());
  });

  it('is a user or a group of the settings, or another by its id', () => {
    const to = (over: object) => oneGrant({ role: undefined, ...over });
    expectSound(to({ directoryUser: 'ada' }), center());
    expectSound(to({ directoryGroup: 'Sales' }), center());
    expectProblem(
      to({ directoryGroup: 'Sale' }),
      '.grants.0.directoryGroup is "Sale": must be one of identityCenter’s, or an id of the directory; did you mean Sales?',
      center(),
    );
    expectProblem(
      to({ directoryUser: 'Sales' }),
      '.grants.0.directoryUser is "Sales": must be one of',
      center(),
    );
    expectProblem(
      to({ directoryUser: 'ada' }),
      '.grants.0.directoryUser is "ada": must be an id of the directory: identityCenter is of another account',
      { account: '111122223333', ...center({ account: '444455556666' }) },
    );
    expectSound(to({ directoryUser: directoryId }), {
      account: '111122223333',
      ...center({ account: '444455556666' }),
    });
  });
});

describe('together', () => {
  it('nothing is there twice', () => {
    expectProblem({ grants: [grantWith(), grantWith()] }, '.grants.1 is {');
    expect(() => settingsWith(accessGrantsWith({ grants: [grantWith(), grantWith()] }))).toThrow(
      'must not be that of grants.0 again',
    );
    expectSound({ grants: [grantWith(), grantWith({ permission: 'WRITE' })] });
    expectProblem(
      { existingBuckets: ['shop-data'] },
      '.existingBuckets.0 is "shop-data": must not be that of buckets.0 again',
    );
    expectProblem(
      { roles: ['Support', 'SUPPORT'] },
      '.roles.1 is "SUPPORT": must not be that of roles.0 again',
    );
    const location = 's3://shop-data/';
    expectProblem(
      { locations: [location, location] },
      `.locations.1 is "${location}": must not be that of locations.0 again`,
    );
  });

  it('the Identity Center is the environment’s own, of the same region', () => {
    const other = instanceArn.replace('0123', 'abcd');
    expectProblem(
      { identityCenterArn: other },
      `.identityCenterArn is "${other}": must be that of identityCenter, ${instanceArn}`,
      center(),
    );
    expectProblem(
      { region: 'eu-central-1' },
      '.region is "eu-central-1": must be that of identityCenter, eu-west-1',
      { region: 'eu-west-1', ...center() },
    );
    expectProblem(
      {},
      '.identityCenterArn: must be given: identityCenter makes an instance of another account',
      {
        account: '111122223333',
        ...center({ instanceArn: undefined, identityStoreId: undefined, account: '444455556666' }),
      },
    );
  });

  it('they make no more resources than a stack has', () => {
    const many = (length: number) => ({
      grants: Array.from({ length }, (_, at) => grantWith({ scope: `s3://shop-data/${at}/*` })),
    });
    // One bucket with its policy, one location, one role, and the instance with the location role.
    expectSound(many(494));
    expect(() => settingsWith(accessGrantsWith(many(495)))).toThrow(
      'make 501 resources, and a stack has at most 500',
    );
  });
});
