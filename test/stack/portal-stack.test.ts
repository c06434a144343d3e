// What the portal's stack promises, in prose.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { UNDER_WAY_MS } from '../../client/cli/ended-user.ts';
import { targetWith } from '../support/portal-settings.ts';
import { joined } from './monitored-metrics.ts';
import { only, template, variables } from './portal-template.ts';
import { synthesizePortal } from './synthesis.ts';
import { type Statement, statementsOf } from './template-resources.ts';

const tableWith = (key: string) =>
  only('AWS::DynamoDB::Table', { KeySchema: [{ AttributeName: key, KeyType: 'HASH' }] })[0];

const [executionRoleId] = only('AWS::IAM::Role');
const [keyId] = only('AWS::KMS::Key');

describe('the function’s role', () => {
  const granted = (service: string, of = template) =>
    statementsOf(of).filter(({ Action }) =>
      [Action].flat().every((action) => action.startsWith(`${service}:`)),
    );

  it('may read, write and delete sessions and sign-ins, and read and update users, one by one, and list nothing', () => {
    const of = (key: string) => [{ 'Fn::GetAtt': [tableWith(key), 'Arn'] }];
    const [get, put, remove, update] = ['Get', 'Put', 'Delete', 'Update'].map(
      (name) => `dynamodb:${name}Item`,
    );
    expect(granted('dynamodb')).toEqual([
      { Effect: 'Allow', Action: [get, put, remove], Resource: of('SessionHash') },
      { Effect: 'Allow', Action: [get, put, remove], Resource: of('Key') },
      { Effect: 'Allow', Action: [get, update], Resource: of('UserId') },
    ]);
  });

  it('may write to its own log group, and nothing else at all: assume no role, sign by no policy of its own', () => {
    expect(granted('logs').map(({ Action }) => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
    expect(statementsOf(template)).toHaveLength(4);
    template.allResourcesProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: Match.absent(),
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })],
      }),
    });
  });

  it('may assume the roles of chained targets, each by its name and once, and no role of another target', () => {
    const one = 'arn:aws:iam::111122223333:role/One';
    const two = 'arn:aws:iam::222233334444:role/path/Two';
    const chained = synthesizePortal({
      targets: [
        targetWith(),
        targetWith({ service: 'one', role: one, mode: 'chained' }),
        targetWith({ service: 'two', role: two, mode: 'chained' }),
        targetWith({ service: 'two-again', role: two, mode: 'chained' }),
      ],
    });
    expect(granted('sts', chained)).toEqual([
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
        Resource: [one, two],
      },
    ]);
    expect(statementsOf(chained)).toHaveLength(5);
  });
});

describe('the signing key', () => {
  const [, { Properties }] = only('AWS::KMS::Key');
  const { Statement: statements } = Properties['KeyPolicy'] as { Statement: Statement[] };
  const allowed = (action: string) =>
    statements.filter(({ Action }) =>
      [Action].flat().some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(action)),
    );

  it('is an RSA key of 2048 bits that signs', () => {
    expect(Properties).toMatchObject({ KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY' });
  });

  it('signs for the function alone, and as RS256 has it alone', () => {
    const role = { AWS: { 'Fn::GetAtt': [executionRoleId, 'Arn'] } };
    expect(allowed('kms:Sign')).toMatchObject([
      {
        Principal: role,
        Action: 'kms:Sign',
        Condition: {
          StringEquals: {
            'kms:SigningAlgorithm': 'RSASSA_PKCS1_V1_5_SHA_256',
            'kms:MessageType': 'DIGEST',
          },
        },
      },
    ]);
    expect(allowed('kms:GetPublicKey')).toMatchObject([{ Principal: role, Action: 'kms:GetPublicKey' }]);
  });

  it('lets nobody else use it, and nobody hand out grants', () => {
    for (const action of ['kms:Verify', 'kms:CreateGrant', 'kms:Decrypt', 'kms:ReplicateKey'])
      expect(allowed(action)).toEqual([]);
    const others = statements.filter(({ Sid }) => Sid !== 'Signing' && Sid !== 'Publishing');
    expect(others.map(({ Principal }) => joined((Principal as { AWS: unknown }).AWS))).toEqual([
      'arn:AWS::Partition:iam::AWS::AccountId:root',
    ]);
    expect(allowed('kms:PutKeyPolicy')).toEqual(others);
    // What looks after a key, and none of what its material is used by.
    const lookingAfter =
      /^kms:(CancelKeyDeletion|ScheduleKeyDeletion|(Create|Delete|Update)Alias|DescribeKey|(En|Dis)ableKey|(Get|List|Put)(Key\w+|Grants|ResourceTags)|(Unt|T)agResource|UpdateKeyDescription)$/;
    for (const action of others.flatMap(({ Action }) => Action)) expect(action).toMatch(lookingAfter);
  });

  it('has an alias by the name of the stack', () => {
    template.hasResourceProperties('AWS::KMS::Alias', {
      AliasName: 'alias/Portal-Service',
      TargetKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] },
    });
  });
});

describe('the tables', () => {
  it('are three, on demand, and every item of them expires by itself', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 3);
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
    });
  });
});

describe('the function', () => {
  it('runs on Node.js 24 and ARM64, with a time-out below the gateway’s, and says what its source is', () => {
    const [, { Properties }] = only('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Description: 'service/portal/main.ts',
    });
    expect(Properties['Timeout']).toBeLessThan(30);
  });

  it('knows its tables, its key and its settings', () => {
    expect(variables()).toMatchObject({
      PORTAL_SESSIONS_TABLE_NAME: { Ref: tableWith('SessionHash') },
      PORTAL_SIGN_INS_TABLE_NAME: { Ref: tableWith('Key') },
      PORTAL_USERS_TABLE_NAME: { Ref: tableWith('UserId') },
      PORTAL_SIGNING_KEY_ARN: { 'Fn::GetAtt': [keyId, 'Arn'] },
      PORTAL_SESSION_SECONDS: '28800',
      PORTAL_TENANT_TAG_KEY: 'TenantID',
      SIGN_IN_METHOD: 'saml',
    });
  });

  it('asks AWS’s own federation endpoint, and no identity provider without TLS', () => {
    expect(variables()).not.toHaveProperty('ISB_FEDERATION_ENDPOINT');
    expect(variables()).not.toHaveProperty('ISB_ALLOW_HTTP_ON_LOOPBACK');
    expect(variables()).not.toHaveProperty('SAML_METADATA_URL');
  });

  it('knows the address of the metadata where the settings have one, and the attributes that they name', () => {
    const metadata = 'https://idp.example.com/metadata';
    const saml = { metadata, groupsAttribute: 'memberOf', tenantAttribute: 'tenant' };
    expect(variables(synthesizePortal({ identityProvider: { saml } }))).toMatchObject({
      SAML_METADATA_URL: metadata,
      SAML_GROUPS_ATTRIBUTE: 'memberOf',
      SAML_TENANT_ATTRIBUTE: 'tenant',
    });
  });

  it('knows its provider of OpenID Connect, and the claims that the settings name', () => {
    const oidc = { issuer: 'https://login.example.com/v2.0', clientId: 'portal' };
    const least = variables(synthesizePortal({ identityProvider: { oidc } }));
    expect(
      Object.fromEntries(Object.entries(least).filter(([name]) => /OIDC|SAML|SIGN_IN_|LOOP/.test(name))),
    ).toEqual({
      SIGN_IN_METHOD: 'oidc',
      OIDC_ISSUER: 'https://login.example.com/v2.0',
      OIDC_CLIENT_ID: 'portal',
      OIDC_CLIENT_AUTHENTICATION: 'private_key_jwt',
      OIDC_ASSERTION_AUDIENCE: 'issuer',
      OIDC_SCOPES: 'profile email',
    });
    const claims = { userClaim: 'email', groupsClaim: 'roles', tenantClaim: 'tenant' };
    const more = {
      ...oidc,
      ...claims,
      clientAuthentication: 'none',
      assertionAudience: 'token_endpoint',
      scopes: [],
    };
    expect(variables(synthesizePortal({ identityProvider: { oidc: more } }))).toMatchObject({
      OIDC_CLIENT_AUTHENTICATION: 'none',
      OIDC_ASSERTION_AUDIENCE: 'token_endpoint',
      OIDC_SCOPES: '',
      OIDC_USER_CLAIM: 'email',
      OIDC_GROUPS_CLAIM: 'roles',
      OIDC_TENANT_CLAIM: 'tenant',
    });
  });

  it('may ask a provider on the machine itself where the sandbox’s settings name one', () => {
    const oidc = { issuer: 'http://127.0.0.1:4570/oidc', clientId: 'portal' };
    expect(variables(synthesizePortal({ identityProvider: { oidc } }))).toMatchObject({
      ISB_ALLOW_HTTP_ON_LOOPBACK: 'true',
    });
  });
});

describe('who ends a user’s sessions', () => {
  it('waits for as long as a request that was let in before may take', () => {
    const [, { Properties }] = only('AWS::Lambda::Function');
    expect(UNDER_WAY_MS).toBeGreaterThanOrEqual(Number(Properties['Timeout']) * 1_000);
  });
});

describe('what stays when the stack goes', () => {
  const kept = (environment: string) =>
    Object.entries(
      synthesizePortal({}, {}, environment).toJSON()['Resources'] as Record<
        string,
        { DeletionPolicy?: string }
      >,
    )
      .filter(([, { DeletionPolicy = 'Delete' }]) => DeletionPolicy !== 'Delete')
      .map(([id, { DeletionPolicy }]) => [id.slice(0, -8), DeletionPolicy]);

  it('is what users keep, the logs, and the key that other accounts trust; in the sandbox nothing', () => {
    expect(Object.fromEntries(kept('production'))).toEqual({
      StateUsers: 'Retain',
      SigningKey: 'RetainExceptOnCreate',
      GatewayAccessLogGroup: 'RetainExceptOnCreate',
      PortalLogGroup: 'Retain',
    });
    expect(kept('sandbox')).toEqual([]);
  });

  it('has point-in-time recovery and is protected where users keep something', () => {
    synthesizePortal({}, {}, 'production').hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [{ AttributeName: 'UserId', KeyType: 'HASH' }],
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});
