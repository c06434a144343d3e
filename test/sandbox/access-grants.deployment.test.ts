// S3 Access Grants in a template: what is created, with which attributes, how it is changed, and in which order it goes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

const instanceArn = 'arn:aws:s3:eu-west-1:123456789012:access-grants/default';
const get = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });
const output = (Value: unknown) => ({ Value });

/** In an order that the references must put right. */
function template(change: { permission?: string; prefix?: string; identityCenter?: string } = {}): Template {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
        Principal: { Service: 'access-grants.s3.amazonaws.com' },
      },
    ],
  };
  return {
    Resources: {
      Grant: {
        Type: 'AWS::S3::AccessGrant',
        Properties: {
          AccessGrantsLocationId: { Ref: 'Location' },
          AccessGrantsLocationConfiguration: { S3SubPrefix: 'users/*' },
          Grantee: { GranteeType: 'IAM', GranteeIdentifier: get('Role', 'Arn') },
          Permission: change.permission ?? 'READ',
        },
      },
      Location: {
        Type: 'AWS::S3::AccessGrantsLocation',
        DependsOn: 'Instance',
        Properties: {
          IamRoleArn: get('Role', 'Arn'),
          LocationScope: { 'Fn::Sub': `s3://\${Bucket}/${change.prefix ?? ''}*` },
        },
      },
      Instance: {
        Type: 'AWS::S3::AccessGrantsInstance',
        Properties: change.identityCenter === undefined ? {} : { IdentityCenterArn: change.identityCenter },
      },
      Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        Properties: { BucketName: 'shop', PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      },
    },
    Outputs: {
      Instance: output({ Ref: 'Instance' }),
      InstanceId: output(get('Instance', 'AccessGrantsInstanceId')),
      Location: output(get('Location', 'AccessGrantsLocationArn')),
      Grant: output(get('Grant', 'AccessGrantArn')),
      Scope: output(get('Grant', 'GrantScope')),
      Bucket: output(get('Bucket', 'Arn')),
    },
  } as unknown as Template;
}

const outputsOf = (stack: { outputs: readonly { key: string; value: string }[] }) =>
  Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value]));

describe('S3 Access Grants in a template', () => {
  it('are created in the order of their references, and known by their attributes', async () => {
    const stack = await local.stacks.create({ stackName: 'Grants', template: template() });
    const { locations, grants } = local.account.accessGrants;
    const [location] = locations.all;
    const [grant] = grants.all;
    expect(outputsOf(stack)).toEqual({
      Instance: instanceArn,
      InstanceId: 'default',
      Location: `${instanceArn}/location/${location?.locationId}`,
      Grant: `${instanceArn}/grant/${grant?.grantId}`,
      Scope: 's3://shop/users/*',
      Bucket: 'arn:aws:s3:::shop',
    });
    expect(grant).toMatchObject({
      permission: 'READ',
      grantee: { granteeType: 'IAM', granteeIdentifier: location?.roleArn },
    });
  });

  it('go with their stack, the grants first', async () => {
    const identityCenter = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
    await local.stacks.create({ stackName: 'Grants', template: template({ identityCenter }) });
    await local.stacks.delete('Grants');
    expect(local.account.accessGrants.instance).toBeUndefined();
    expect([...local.account.buckets.keys()]).toEqual([]);
  });

  it('stay, where something else is still granted in the location', async () => {
    await local.stacks.create({ stackName: 'Grants', template: template() });
    const { grants } = local.account.accessGrants;
    const locationId = String(grants.all[0]?.locationId);
    const granteeIdentifier = 'arn:aws:iam::123456789012:role/Other';
    grants.create({ locationId, permission: 'READ', grantee: { granteeType: 'IAM', granteeIdentifier } });
    await expect(local.stacks.delete('Grants')).rejects.toThrow(
      'Grants: Location (AWS::S3::AccessGrantsLocation): Please clean up access grants before deleting access grants location',
    );
  });

  it('are replaced where S3 has no change of them', async () => {
    const stackName = 'Grants';
    const { Grant: before } = outputsOf(await local.stacks.create({ stackName, template: template() }));
    const changed = await local.stacks.update({ stackName, template: template({ permission: 'READWRITE' }) });
    expect(outputsOf(changed)['Grant']).not.toBe(before);
    const { grants } = local.account.accessGrants;
    expect(grants.all.map(({ permission }) => permission)).toEqual(['READWRITE']);
    const tagged = template({ permission: 'READWRITE' });
    Object.assign(tagged.Resources['Grant']?.Properties as object, {
      Tags: [{ Key: 'Team', Value: 'Blue' }],
    });
    expect(outputsOf(await local.stacks.update({ stackName, template: tagged }))).toEqual(outputsOf(changed));
    const moved = await local.stacks.update({ stackName, template: template({ prefix: 'team/' }) });
    expect(outputsOf(moved)['Scope']).toBe('s3://shop/team/users/*');
    expect(local.account.accessGrants.locations.all).toHaveLength(1);
  });

  it('are associated with an Identity Center, and dissociated', async () => {
    const stackName = 'Grants';
    const identityCenter = 'arn:aws:sso:::instance/ssoins-0123456789abcdef';
    await local.stacks.create({ stackName, template: template() });
    await local.stacks.update({ stackName, template: template({ identityCenter }) });
    const { accessGrants } = local.account;
    expect(accessGrants.instance?.identityCenter?.instanceArn).toBe(identityCenter);
    await local.stacks.update({ stackName, template: template() });
    expect(accessGrants.instance?.identityCenter).toBeUndefined();
  });

  it('fail by the name of a property that is not known', async () => {
    const wrong = template();
    Object.assign(wrong.Resources['Grant']?.Properties as object, { Expiry: 1 });
    await expect(local.deploy(wrong)).rejects.toThrow(/Grant \(AWS::S3::AccessGrant\).*Expiry/s);
  });
});

describe('a bucket in a template', () => {
  it('may have a policy that denies requests without TLS, and none that says anything else', async () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const denial = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition };
    const policy = (statement: object, bucket: unknown = { Ref: 'Bucket' }) => ({
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop' } },
        Policy: {
          Type: 'AWS::S3::BucketPolicy',
          DependsOn: 'Bucket',
          Properties: { Bucket: bucket, PolicyDocument: { Statement: [statement] } },
        },
      },
    });
    await local.stacks.create({ stackName: 'Policy', template: policy(denial) as Template });
    await local.stacks.delete('Policy');
    for (const [wrong, message] of [
      [{ ...denial, Effect: 'Allow' }, 'no bucket policies that allow'],
      [
        { ...denial, Condition: { StringEquals: { 'aws:SourceIp': '' } } },
        'the denial of requests without TLS',
      ],
      [{ ...denial, Condition: undefined }, 'the denial of requests without TLS'],
    ] as const) {
      const refused = local.stacks.create({ stackName: 'Policy', template: policy(wrong) as Template });
      await expect(refused).rejects.toThrow(new RegExp(`AWS::S3::BucketPolicy.*${message}`, 's'));
    }
    const lost = local.stacks.create({ stackName: 'Policy', template: policy(denial, 'other') as Template });
    await expect(lost).rejects.toThrow('The specified bucket does not exist');
  });

  it('has the name of another account’s in vain, and stays while it has objects', async () => {
    const Resources = { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'shop' } } };
    await local.stacks.create({ stackName: 'Bucket', template: { Resources } });
    await expect(local.deploy({ Resources }, 'Twin')).rejects.toThrow('shop already exists');
    const object = { body: Buffer.from(''), contentType: 'text/plain', etag: '', lastModified: 0 };
    local.account.buckets.get('shop')?.objects.set('key', object);
    await expect(local.stacks.delete('Bucket')).rejects.toThrow('is not empty');
  });
});
