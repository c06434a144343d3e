// The resource types that signing and federation are made of: what a template's become, and what of them is refused.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

const outputsOf = (...names: [string, unknown][]) =>
  Object.fromEntries(names.map(([name, Value]) => [name, { Value }]));
const get = (...path: string[]) => ({ 'Fn::GetAtt': path });

/** What the CDK synthesizes for a key that signs. */
const key = (Properties: object = {}) => ({
  Type: 'AWS::KMS::Key',
  Properties: {
    KeySpec: 'RSA_2048',
    KeyUsage: 'SIGN_VERIFY',
    KeyPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {
            AWS: {
              'Fn::Join': [
                '',
                ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root'],
              ],
            },
          },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    ...Properties,
  },
});

describe('a key', () => {
  test('has the id and the ARN that Ref and Fn::GetAtt give, the same at every start', async () => {
    const template = {
      Resources: {
        Key: key({
          Description: 'signs',
          Enabled: 'false',
          PendingWindowInDays: 7,
          Tags: [{ Key: 'a', Value: 'b' }],
        }),
        Alias: {
          Type: 'AWS::KMS::Alias',
          Properties: { AliasName: 'alias/portal', TargetKeyId: get('Key', 'Arn') },
        },
      },
      Outputs: outputsOf(
        ['Id', { Ref: 'Key' }],
        ['Arn', get('Key', 'Arn')],
        ['KeyId', get('Key', 'KeyId')],
        ['Alias', { Ref: 'Alias' }],
      ),
    };
    const { outputs } = await local.deploy(template);
    const found = local.account.kmsKeys.find('alias/portal').key;
    expect(found).toMatchObject({ spec: 'RSA_2048', description: 'signs', isEnabled: false });
    expect(Object.fromEntries(outputs.map(({ key: name, value }) => [name, value]))).toEqual({
      Id: found.keyId,
      KeyId: found.keyId,
      Arn: `arn:aws:kms:eu-west-1:123456789012:key/${found.keyId}`,
      Alias: 'alias/portal',
    });
    const other = await openAccount();
    await other.deploy(template);
    expect(other.account.kmsKeys.find(found.keyId).key.arn).toBe(found.arn);
    await other.close();
  });

  test('of no kind is symmetric, for the encryption of a table', async () => {
    await local.deploy({
      Resources: { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: true } } },
      Outputs: outputsOf(['Id', { Ref: 'Key' }]),
    });
    const [output] = local.account.stacks.get('Stack')?.outputs ?? [];
    expect(local.account.kmsKeys.find(output?.value ?? '').key).toMatchObject({
      spec: 'SYMMETRIC_DEFAULT',
      usage: 'ENCRYPT_DECRYPT',
    });
  });

  test.each<[string, object, string]>([
    ['a kind that there is not here', { KeySpec: 'SM2' }, 'the sandbox has no KMS keys of the kind SM2'],
    [
      'a use that does not go with the kind',
      { KeyUsage: 'ENCRYPT_DECRYPT' },
      'The sandbox has no KMS keys of RSA_2048 for ENCRYPT_DECRYPT.',
    ],
    ['a use that there is not here', { KeyUsage: 'KEY_AGREEMENT' }, 'the sandbox has KMS keys that sign'],
    ['several regions', { MultiRegion: true }, 'the sandbox has one region'],
    ['material of its own', { Origin: 'EXTERNAL' }, 'the sandbox imports no key material'],
    ['a property that nobody knows', { Colour: 'blue' }, 'Colour'],
    [
      'a policy of nobody',
      {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
        },
      },
      'Missing required field Principal',
    ],
  ])('fails the deployment with %s', async (_, properties, says) => {
    await expect(local.deploy({ Resources: { Key: key(properties) } })).rejects.toThrow(says);
  });

  test.each([
    ['alias/aws/portal', 'alias/aws/portal is no alias name'],
    ['portal', 'portal is no alias name'],
  ])('has no alias %s', async (AliasName, says) => {
    const Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName, TargetKeyId: { Ref: 'Key' } } };
    await expect(local.deploy({ Resources: { Key: key(), Alias } })).rejects.toThrow(says);
  });

  test('has an alias that no other has', async () => {
    const Alias = {
      Type: 'AWS::KMS::Alias',
      Properties: { AliasName: 'alias/portal', TargetKeyId: { Ref: 'Key' } },
    };
    await expect(local.deploy({ Resources: { Key: key(), Alias, Again: Alias } })).rejects.toThrow(
      /already exists/,
    );
  });
});

describe('an OpenID Connect provider', () => {
  const provider = (Properties: object = {}) => ({
    Type: 'AWS::IAM::OIDCProvider',
    Properties: { Url: 'http://localhost:4567/', ClientIdList: ['sts.amazonaws.com'], ...Properties },
  });

  test('is trusted by a role of the same template', async () => {
    await local.deploy({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'Target',
            MaxSessionDuration: 43_200,
            AssumeRolePolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Principal: { Federated: { Ref: 'Provider' } },
                  Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity'],
                  Condition: { StringLike: { 'localhost:4567/:sub': 'console:*' } },
                },
              ],
            },
          },
        },
        Provider: provider({ ThumbprintList: ['a'.repeat(40)], Tags: [{ Key: 'Team', Value: 'blue' }] }),
      },
      Outputs: outputsOf(['Arn', get('Provider', 'Arn')]),
    });
    const arn = 'arn:aws:iam::123456789012:oidc-provider/localhost:4567/';
    const { identities, stacks } = local.account;
    expect(stacks.get('Stack')?.outputs).toEqual([{ key: 'Arn', value: arn }]);
    expect([...identities.oidcProviders.get(arn).clientIds]).toEqual(['sts.amazonaws.com']);
    expect(JSON.stringify(identities.role('Target').trustPolicy)).toContain(`"Federated":"${arn}"`);
  });

  test.each<[string, object, string]>([
    ['a URL that IAM does not take', { Url: 'http://idp.example.com' }, 'it must begin with https://'],
    ['a property that nobody knows', { Colour: 'blue' }, 'Colour'],
  ])('fails the deployment with %s', async (_, properties, says) => {
    await expect(local.deploy({ Resources: { Provider: provider(properties) } })).rejects.toThrow(says);
  });
});
