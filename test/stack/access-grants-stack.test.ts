// What the stack of S3 Access Grants promises, in prose.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accessGrantsWith, identityCenterWith } from '../support/data-access-settings.ts';
import { joined } from './monitored-metrics.ts';
import { synthesizeDataAccess } from './synthesis.ts';
import { allOf, type Found, onlyOf } from './template-resources.ts';

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
const { accessGrants: template } = stackOf();
const all = (type: string, of = template) => allOf(type, of);
const only = (type: string, of = template) => onlyOf(type, of);
const [instanceId] = only('AWS::S3::AccessGrantsInstance');
const instance = { 'Fn::GetAtt': [instanceId, 'AccessGrantsInstanceArn'] };
const account = { Ref: 'AWS::AccountId' };
const service = { Service: 'access-grants.s3.amazonaws.com' };

const roleThat = (isWanted: (trust: string) => boolean, of = template) => {
  const found = all('AWS::IAM::Role', of).filter(([, { Properties }]) =>
    isWanted(JSON.stringify(Properties['AssumeRolePolicyDocument'])),
  );
  const [id, { Properties }] = found[0] as Found;
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

describe('the outputs', () => {
  const { Outputs } = template.toJSON() as { Outputs: Record<string, { Description: string }> };

  it('are in the list of docs/data-access.md, and say what they are', () => {
    const page = readFileSync('docs/data-access.md', 'utf8');
    const [, list = ''] = /### Outputs of AccessGrants-Service\n(.*?)\n#/s.exec(page) ?? [];
    expect([...list.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(Object.keys(Outputs));
    for (const { Description } of Object.values(Outputs)) expect(Description).toMatch(/^The \w.{10,}[^.]$/);
  });
});
