// What the stack of S3 Access Grants makes of the grants in the settings, and what synthesis says of them.
import { describe, expect, it } from 'vitest';
import {
  accessGrantsWith,
  directoryId,
  grantWith,
  identityCenterWith,
  instanceArn,
} from '../support/data-access-settings.ts';
import { joined } from './monitored-metrics.ts';
import { synthesizeDataAccess } from './synthesis.ts';
import { allOf, onlyOf } from './template-resources.ts';

const stackOf = (over: Record<string, unknown> = {}, settings: object = {}) =>
  synthesizeDataAccess({
    accessGrants: accessGrantsWith(over),
    identityCenter: identityCenterWith(),
    ...settings,
  });
const { accessGrants: template, warnings } = stackOf();
const all = (type: string, of = template) => allOf(type, of);
const only = (type: string, of = template) => onlyOf(type, of);
const departments = all('AWS::IAM::Role').filter(
  ([, { Properties }]) => Properties['RoleName'] === 'Support',
);
const [departmentRoleId] = departments[0] ?? [];

describe('a grant', () => {
  const grantsOf = (...grants: Record<string, unknown>[]) =>
    all('AWS::S3::AccessGrant', stackOf({ grants }).accessGrants).map(([, { Properties }]) => Properties);

  it('is for a role of the stack’s, or another by its ARN', () => {
    const arn = 'arn:aws:iam::444455556666:role/Elsewhere';
    const grantees = grantsOf(grantWith(), grantWith({ role: arn })).map(({ Grantee }) => Grantee);
    expect(grantees).toEqual([
      { GranteeType: 'IAM', GranteeIdentifier: { 'Fn::GetAtt': [departmentRoleId, 'Arn'] } },
      { GranteeType: 'IAM', GranteeIdentifier: arn },
    ]);
  });

  it('is for a user or a group, by the id of the directory or by a name of the settings', () => {
    const to = (over: object) => grantWith({ role: undefined, ...over });
    const grants = grantsOf(
      to({ directoryUser: directoryId }),
      to({ directoryGroup: directoryId }),
      to({ directoryUser: 'ada' }),
      to({ directoryGroup: 'Sales' }),
    );
    const named = (id: unknown) => ({
      'Fn::ImportValue': expect.stringMatching(`^IdentityCenter-Service:.*${id}`),
    });
    expect(grants.map(({ Grantee }) => Grantee)).toEqual([
      { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: directoryId },
      { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: directoryId },
      { GranteeType: 'DIRECTORY_USER', GranteeIdentifier: named('UserId') },
      { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: named('GroupId') },
    ]);
  });

  it('is of the closest location, and says what comes after it', () => {
    const { accessGrants } = stackOf({
      locations: ['s3://shop-data/', 's3://shop-data/users/'],
      grants: [grantWith({ scope: 's3://shop-data/users/eu/*' }), grantWith({ scope: 's3://shop-data/*' })],
    });
    const locations = new Map(
      all('AWS::S3::AccessGrantsLocation', accessGrants).map(([id, { Properties }]) => [
        id,
        joined(Properties['LocationScope']).replace(/^s3:\/\/[^/]+/, ''),
      ]),
    );
    const grants = all('AWS::S3::AccessGrant', accessGrants).map(([, { Properties }]) => {
      const { 'Fn::GetAtt': [id = ''] = [] } = Properties['AccessGrantsLocationId'] as Record<
        string,
        string[]
      >;
      const { S3SubPrefix } = Properties['AccessGrantsLocationConfiguration'] as Record<string, string>;
      return [locations.get(id), S3SubPrefix];
    });
    expect(grants).toEqual([
      ['/users/', 'eu/*'],
      ['/', '*'],
    ]);
  });

  it('of one object says that it is one, and is held to an application where the settings name one', () => {
    const application = 'arn:aws:sso::111122223333:application/ssoins-0123456789abcdef/apl-0123456789abcdef';
    const [object, prefix] = grantsOf(
      grantWith({ scope: 's3://shop-data/users/list.csv' }),
      grantWith({ permission: 'READWRITE', application }),
    );
    expect(object).toMatchObject({ S3PrefixType: 'Object', Permission: 'READ' });
    expect(object).not.toHaveProperty('ApplicationArn');
    expect(prefix).toMatchObject({ Permission: 'READWRITE', ApplicationArn: application });
    expect(prefix).not.toHaveProperty('S3PrefixType');
  });

  it('stays the one that it is when the list is in another order', () => {
    const grants = [
      grantWith(),
      grantWith({ permission: 'WRITE' }),
      grantWith({ scope: 's3://shop-data/a/*' }),
    ];
    const ids = (list: unknown[]) =>
      all('AWS::S3::AccessGrant', stackOf({ grants: list }).accessGrants).map(([id]) => id);
    expect(ids(grants.toReversed()).sort()).toEqual(ids(grants).sort());
  });
});

describe('synthesis', () => {
  it('warns once of all scopes that are wider than a folder, and of no other', () => {
    expect(warnings).toEqual([]);
    const scopes = ['s3://shop-data/users*', 's3://shop-data/a/b*', 's3://shop-data/*', 's3://shop-data/key'];
    const { warnings: warned } = stackOf({ grants: scopes.map((scope) => grantWith({ scope })) });
    expect(warned).toHaveLength(1);
    expect(warned[0]).toContain(
      's3://shop-data/users* matches whatever begins so, s3://shop-data/users-private/ too; s3://shop-data/users/* is the folder alone. So do s3://shop-data/a/b*.',
    );
  });

  it('puts the stack where its settings say, and by default where the environment is', () => {
    const settings = { account: '111122223333', region: 'eu-west-1' };
    const elsewhere = { account: '444455556666' };
    const { accessGrants } = stackOf(elsewhere, settings);
    expect(JSON.stringify(all('AWS::IAM::Role', accessGrants))).toContain(
      '"aws:SourceAccount":"444455556666"',
    );
    const { accessGrants: here } = stackOf({}, settings);
    expect(JSON.stringify(all('AWS::IAM::Role', here))).toContain('"aws:SourceAccount":"111122223333"');
  });

  it('associates the instance with the Identity Center of the settings', () => {
    expect(only('AWS::S3::AccessGrantsInstance')[1].Properties).toEqual({ IdentityCenterArn: instanceArn });
  });
});
