// Condition keys that the sandbox never supplies: refused wherever a policy can be saved.
import { CreatePolicyCommand, CreatePolicyVersionCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import {
  assumeHeld,
  client,
  createRole,
  deploy,
  document,
  local,
  putPolicy,
  putTrust,
  reading,
  refusal,
  served,
  text,
  trusting,
  usePolicyAccounts,
} from './fixtures/policy-accounts.ts';

usePolicyAccounts();

describe('a condition key that is never supplied is refused by name', () => {
  const trusts: [string, (statement: object) => Promise<unknown>][] = [
    ['CreateRole', (statement) => createRole(text(statement))],
    ['UpdateAssumeRolePolicy', (statement) => putTrust(text(statement))],
    [
      'the trust policy of a template',
      (statement) => deploy('AWS::IAM::Role', { AssumeRolePolicyDocument: document(statement) }),
    ],
  ];
  const grants: [string, (statement: object) => Promise<unknown>][] = [
    ['PutRolePolicy', (statement) => putPolicy(text(statement))],
    [
      'PutUserPolicy',
      (statement) =>
        client.send(
          new PutUserPolicyCommand({ UserName: 'held', PolicyName: 'P', PolicyDocument: text(statement) }),
        ),
    ],
    ['a session policy', (statement) => assumeHeld({ Policy: text(statement) })],
    [
      'an inline policy of a template',
      (statement) =>
        deploy('AWS::IAM::Role', {
          AssumeRolePolicyDocument: document(trusting),
          Policies: [{ PolicyName: 'P', PolicyDocument: document(statement) }],
        }),
    ],
    [
      'a policy of a template',
      async (statement) => {
        local.account.identities.createUser({ userName: `user${local.account.identities.users.size}` });
        return deploy('AWS::IAM::Policy', {
          PolicyName: 'P',
          PolicyDocument: document(statement),
          Users: [...local.account.identities.users.keys()],
        });
      },
    ],
  ];
  const places = [
    ...trusts.map((place) => [...place, trusting] as const),
    ...grants.map((place) => [...place, reading] as const),
  ];
  const keys = [
    'aws:MultiFactorAuthPresent',
    'dynamodb:Attributes',
    'AWS:PrincipalOrgID',
    'aws:PrincipalTag/',
  ];

  it.each(places)('by %s', async (_, save, statement) => {
    for (const key of keys) {
      for (const Condition of [
        { BoolIfExists: { [key]: 'false' } },
        { Null: { [key]: 'true' } },
        { StringNotEquals: { 'aws:PrincipalTag/Team': `\${${key}}` } },
      ]) {
        await expect(save({ ...statement, Condition })).rejects.toThrow(
          `The sandbox does not supply the condition key ${key}.`,
        );
      }
    }
  });

  it('and what would save a policy elsewhere is not there', async () => {
    const PolicyDocument = text(reading);
    const PolicyArn = 'arn:aws:iam::123456789012:policy/P';
    const bucket = new S3Client({ ...served.administrator, forcePathStyle: true });
    await expect(
      client.send(new CreatePolicyCommand({ PolicyName: 'P', PolicyDocument })),
    ).rejects.toMatchObject(refusal('NotImplemented', /CreatePolicy\b/));
    await expect(
      client.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument })),
    ).rejects.toMatchObject(refusal('NotImplemented', /CreatePolicyVersion/));
    await expect(
      bucket.send(new PutBucketPolicyCommand({ Bucket: 'isb', Policy: PolicyDocument })),
    ).rejects.toMatchObject(refusal('NotImplemented', /policy/));
    for (const Type of ['AWS::IAM::ManagedPolicy', 'AWS::S3::BucketPolicy']) {
      await expect(deploy(Type, { PolicyDocument: document(reading) })).rejects.toThrow(Type);
    }
  });
});
