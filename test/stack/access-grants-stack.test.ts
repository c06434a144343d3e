// What the stack of S3 Access Grants promises, in prose.
import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
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

type Resource = {
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
};
interface Statement {
  readonly Action: string | string[];
  readonly Principal?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const stackOf = (over: Record<string, unknown> = {}, settings: object = {}, environment = 'sandbox') =>
  synthesizeDataAccess(
    { accessGrants: accessGrantsWith(over), identityCenter: identityCenterWith(), ...settings },
    environment,
  );
const { accessGrants: template, warnings } = stackOf();
const all = (type: string, of: Template = template) =>
  Object.entries(of.findResources(type) as Record<string, Resource>);
const only = (type: string, of: Template = template) => {
  const found = all(type, of);
  expect(found).toHaveLength(1);
  return found[0] as [string, Resource];
};
const [instanceId] = only('AWS::S3::AccessGrantsInstance');
const instance = { 'Fn::GetAtt': [instanceId, 'AccessGrantsInstanceArn'] };
const account = { Ref: 'AWS::AccountId' };
const service = { Service: 'access-grants.s3.amazonaws.com' };

const roleThat = (isWanted: (trust: string) => boolean, of = template) => {
  const found = all('AWS::IAM::Role', of).filter(([, { Properties }]) =>
    isWanted(JSON.stringify(Properties['AssumeRolePolicyDocument'])),
  );
  const [id, { Properties }] = found[0] as [string, Resource];
  const statements = (document: unknown) => (document as { Statement: Statement[] }).Statement;
  const policies = (Properties['Policies'] ?? []) as { PolicyDocument: unknown }[];
  return {
    id,
    name: Properties['RoleName'],
    trust: statements(Properties['AssumeRolePolicyDocument']),
    may: policies.flatMap(({ PolicyDocument }) => statements(PolicyDocument)),
    managed: Properties['ManagedPolicyArns'],
  };
};
const locationRole = (of = template) => roleThat((trust) => trust.includes(service.Service), of);
const departmentRole = roleThat((trust) => !trust.includes(service.Service));

describe('the role of the locations', () => {
  const ofInstance = {
    StringEquals: { 'aws:SourceAccount': account },
    ArnEquals: { 'aws:SourceArn': instance },
  };

  it('lets in S3 Access Grants alone, for this account and this instance, as itself and for users of the directory', () => {
    expect(locationRole().trust).toEqual([
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: service, Condition: ofInstance },
      { Effect: 'Allow', Action: 'sts:SetSourceIdentity', Principal: service, Condition: ofInstance },
      {
        Effect: 'Allow',
        Action: 'sts:SetContext',
        Principal: service,
        Condition: {
          ...ofInstance,
          'ForAllValues:ArnEquals': {
            'sts:RequestContextProviders': {
              'Fn::Join': [
                '',
                ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:contextProvider/IdentityCenter'],
              ],
            },
          },
        },
      },
    ]);
  });

  it('takes no context of a user where there is no Identity Center', () => {
    const without = synthesizeDataAccess({ accessGrants: accessGrantsWith() }).accessGrants;
    expect(locationRole(without).trust.map(({ Action }) => Action)).toEqual([
      'sts:AssumeRole',
      'sts:SetSourceIdentity',
    ]);
    expect(only('AWS::S3::AccessGrantsInstance', without)[1].Properties ?? {}).toEqual({});
  });

  it('reads, writes and lists what lies in the locations, of this account, for this instance, and nothing else', () => {
    const { may, managed } = locationRole(
      stackOf({
        existingBuckets: ['old-data'],
        locations: ['s3://shop-data/', 's3://old-data/team/', 's3://old-data/other/'],
      }).accessGrants,
    );
    const Condition = {
      StringEquals: { 'aws:ResourceAccount': account },
      ArnEquals: { 's3:AccessGrantsInstanceArn': instance },
    };
    expect(managed).toBeUndefined();
    expect(may.map(({ Condition }) => Condition)).toEqual([Condition, Condition, Condition]);
    expect(
      may.map(({ Resource }) => [Resource].flat().map((arn) => joined(arn).replace('AWS::Partition', 'aws'))),
    ).toEqual([
      ['arn:aws:s3:::shop-data/*', 'arn:aws:s3:::old-data/team/*', 'arn:aws:s3:::old-data/other/*'],
      ['arn:aws:s3:::shop-data/*', 'arn:aws:s3:::old-data/team/*', 'arn:aws:s3:::old-data/other/*'],
      ['arn:aws:s3:::shop-data', 'arn:aws:s3:::old-data'],
    ]);
    const actions = may.flatMap(({ Action }) => Action);
    expect(new Set(actions).size).toBe(actions.length);
    for (const action of actions)
      expect(action).toMatch(
        /^s3:(Get|Put|Delete)Object(Version)?(Acl)?$|^s3:(AbortMultipartUpload|ListMultipartUploadParts|ListBucket(Versions|MultipartUploads)?)$/,
      );
    expect(all('AWS::IAM::Policy')).toEqual([]);
  });

  it('reaches nothing while there is no location', () => {
    const { accessGrants } = stackOf({ buckets: [], grants: [] });
    expect(locationRole(accessGrants).may).toEqual([]);
  });
});

describe('the role of a department', () => {
  it('may ask this instance, and do nothing else', () => {
    expect(departmentRole.name).toBe('Support');
    expect(departmentRole.managed).toBeUndefined();
    expect(departmentRole.may).toEqual([
      {
        Effect: 'Allow',
        Action: ['s3:GetDataAccess', 's3:ListCallerAccessGrants', 's3:GetAccessGrantsInstanceForPrefix'],
        Resource: instance,
      },
    ]);
  });

  it('is assumed by whom its own account allows to, without tags and contexts', () => {
    expect(departmentRole.trust).toHaveLength(1);
    const [{ Action, Principal }] = departmentRole.trust as [Statement];
    expect(Action).toBe('sts:AssumeRole');
    expect(joined((Principal as { AWS: unknown }).AWS)).toBe('arn:AWS::Partition:iam::AWS::AccountId:root');
  });
});

describe('a bucket', () => {
  const [bucketId, bucket] = only('AWS::S3::Bucket');

  it('is encrypted, closed to the public and to ACLs, and reached over TLS alone', () => {
    expect(bucket.Properties).toEqual({
      BucketName: 'shop-data',
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const [, policy] = only('AWS::S3::BucketPolicy');
    const arn = { 'Fn::GetAtt': [bucketId, 'Arn'] };
    expect(policy.Properties).toEqual({
      Bucket: { Ref: bucketId },
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: 's3:*',
            Resource: [arn, { 'Fn::Join': ['', [arn, '/*']] }],
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    });
  });

  it('outlives its stack everywhere but in the sandbox, and no deployment that failed', () => {
    const center = { identityCenter: identityCenterWith() };
    const kept = stackOf({}, center, 'production').accessGrants;
    expect(bucket.DeletionPolicy).toBe('Delete');
    expect(only('AWS::S3::Bucket', kept)[1].DeletionPolicy).toBe('RetainExceptOnCreate');
  });

  it('that is there already is a location, and left alone', () => {
    const { accessGrants } = stackOf({ existingBuckets: ['old-data'] });
    only('AWS::S3::Bucket', accessGrants);
    const scopes = all('AWS::S3::AccessGrantsLocation', accessGrants).map(([, { Properties }]) =>
      joined(Properties['LocationScope']),
    );
    expect(scopes).toEqual([`s3://${bucketId}/`, 's3://old-data/']);
  });
});

describe('what is deleted', () => {
  it('goes in the order that S3 wants: grants, then locations, then the instance', () => {
    const [locationId, location] = only('AWS::S3::AccessGrantsLocation');
    const [, grant] = only('AWS::S3::AccessGrant');
    expect(grant.Properties['AccessGrantsLocationId']).toEqual({
      'Fn::GetAtt': [locationId, 'AccessGrantsLocationId'],
    });
    expect(location.DependsOn).toEqual([instanceId]);
    expect(location.Properties['IamRoleArn']).toEqual({ 'Fn::GetAtt': [locationRole().id, 'Arn'] });
  });
});

describe('a grant', () => {
  const grantsOf = (...grants: Record<string, unknown>[]) =>
    all('AWS::S3::AccessGrant', stackOf({ grants }).accessGrants).map(([, { Properties }]) => Properties);

  it('is for a role of the stack’s, or another by its ARN', () => {
    const arn = 'arn:aws:iam::444455556666:role/Elsewhere';
    const grantees = grantsOf(grantWith(), grantWith({ role: arn })).map(({ Grantee }) => Grantee);
    expect(grantees).toEqual([
      { GranteeType: 'IAM', GranteeIdentifier: { 'Fn::GetAtt': [departmentRole.id, 'Arn'] } },
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
    expect(JSON.stringify(locationRole(accessGrants).trust)).toContain('"aws:SourceAccount":"444455556666"');
    const { accessGrants: here } = stackOf({}, settings);
    expect(JSON.stringify(locationRole(here).trust)).toContain('"aws:SourceAccount":"111122223333"');
  });

  it('associates the instance with the Identity Center of the settings', () => {
    expect(only('AWS::S3::AccessGrantsInstance')[1].Properties).toEqual({ IdentityCenterArn: instanceArn });
  });
});

describe('the outputs', () => {
  const { Outputs } = template.toJSON() as { Outputs: Record<string, { Description: string }> };

  it('are in the list of docs/data-access.md, and say what they are', () => {
    const page = readFileSync('docs/data-access.md', 'utf8');
    const [, list = ''] = /### Outputs of AccessGrants-Service\n(.*?)\n#/s.exec(page) ?? [];
    expect([...list.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(Outputs));
    for (const { Description } of Object.values(Outputs)) expect(Description).toMatch(/^The \w.{10,}[^.]$/);
  });
});
