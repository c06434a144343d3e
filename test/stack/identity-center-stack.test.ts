// What the stack of IAM Identity Center promises, in prose.
import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { accessGrantsWith, identityCenterWith } from '../support/data-access-settings.ts';
import { joined } from './monitored-metrics.ts';
import { synthesizeDataAccess } from './synthesis.ts';
import { allOf, onlyOf } from './template-resources.ts';

interface Call {
  readonly service: string;
  readonly action: string;
  readonly parameters: Record<string, unknown>;
  readonly ignoreErrorCodesMatching?: string;
}

const stackOf = (over: Record<string, unknown> = {}, settings: object = {}, environment = 'sandbox') =>
  synthesizeDataAccess(
    { identityCenter: identityCenterWith(over), accessGrants: accessGrantsWith(), ...settings },
    environment,
  ).identityCenter as Template;
const template = stackOf();
const all = (type: string, of = template) => allOf(type, of);
const only = (type: string, of = template) => onlyOf(type, of);
const [applicationId] = only('AWS::SSO::Application');
const applicationArn = { 'Fn::GetAtt': [applicationId, 'ApplicationArn'] };
const APPLICATION = `${applicationId}.ApplicationArn`;

/** The call that a custom resource makes when it is created and updated, and the one when it is deleted. */
const callsOf = (of = template) =>
  all('Custom::AWS', of).map(([id, { Properties, DependsOn = [] }]) => {
    const read = (name: string) =>
      Properties[name] === undefined ? undefined : (JSON.parse(joined(Properties[name])) as Call);
    expect(Properties['Create']).toEqual(Properties['Update']);
    return { id, put: read('Update') as Call, deleted: read('Delete'), DependsOn, Properties };
  });
const callOf = (action: string, of = template) => {
  const found = callsOf(of).filter(({ put }) => put.action === `${action}Command`);
  expect(found).toHaveLength(1);
  return found[0] as ReturnType<typeof callsOf>[number];
};

describe('what has no resource type', () => {
  it('is four calls on the application, the SDK’s own of the runtime', () => {
    const calls = callsOf();
    expect(calls.map(({ put }) => put.action).sort()).toEqual(
      ['AccessScope', 'AssignmentConfiguration', 'AuthenticationMethod', 'Grant'].map(
        (what) => `PutApplication${what}Command`,
      ),
    );
    for (const { put, Properties } of calls) {
      expect(put.service).toBe('@aws-sdk/client-sso-admin');
      expect(put.parameters['ApplicationArn']).toBe(APPLICATION);
      expect(Properties['InstallLatestAwsSdk']).toBe(false);
    }
  });

  it('is deleted where AWS has a call for it, and may be gone by then', () => {
    for (const { put, deleted } of callsOf()) {
      if (put.action.includes('AssignmentConfiguration')) {
        expect(deleted).toBeUndefined();
        continue;
      }
      expect(deleted?.action).toBe(put.action.replace('Put', 'Delete'));
      expect(deleted?.ignoreErrorCodesMatching).toBe('ResourceNotFoundException');
      expect(put.parameters).toMatchObject(deleted?.parameters as object);
    }
  });

  it('lets somebody exchange tokens last, and no longer before the rest goes', () => {
    const { DependsOn } = callOf('PutApplicationAuthenticationMethod');
    for (const { id, put } of callsOf())
      if (!put.action.includes('AuthenticationMethod')) expect(DependsOn).toContain(id);
  });

  it('exchanges tokens of the issuer for the audiences of the settings, and no others', () => {
    const [issuerId] = only('AWS::SSO::TrustedTokenIssuer');
    const audiences = ['shop', 'https://shop.example.com/api'];
    expect(callOf('PutApplicationGrant', stackOf({ audiences })).put.parameters).toEqual({
      ApplicationArn: APPLICATION,
      GrantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      Grant: {
        JwtBearer: {
          AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn: issuerId, AuthorizedAudiences: audiences }],
        },
      },
    });
  });

  it('is for S3 Access Grants and no other service', () => {
    expect(callOf('PutApplicationAccessScope').put.parameters).toEqual({
      ApplicationArn: APPLICATION,
      Scope: 's3:access_grants:read_write',
    });
  });

  it.each([
    [false, true],
    [true, false],
  ])('requires an assignment unless everyone may come: %s', (everyone, AssignmentRequired) => {
    const over = everyone ? { everyone, assignments: {} } : {};
    expect(callOf('PutApplicationAssignmentConfiguration', stackOf(over)).put.parameters).toEqual({
      ApplicationArn: APPLICATION,
      AssignmentRequired,
    });
  });
});

describe('who may exchange tokens', () => {
  const actorsOf = (of: Template) => {
    const { put } = callOf('PutApplicationAuthenticationMethod', of);
    const { Iam } = put.parameters['AuthenticationMethod'] as {
      Iam: { ActorPolicy: { Statement: object[] } };
    };
    expect(put.parameters['AuthenticationMethodType']).toBe('IAM');
    expect(Iam.ActorPolicy.Statement).toHaveLength(1);
    return Iam.ActorPolicy.Statement[0];
  };
  const statement = (accounts: string[], roles: string[]) => ({
    Effect: 'Allow',
    Principal: { AWS: accounts },
    Action: 'sso-oauth:CreateTokenWithIAM',
    Resource: APPLICATION,
    Condition: { ArnEquals: { 'aws:PrincipalArn': roles } },
  });

  it('is the broker’s service role, and nobody else of its account', () => {
    expect(actorsOf(template)).toEqual(
      statement(['AWS::AccountId'], ['arn:AWS::Partition:iam::AWS::AccountId:role/IAMSessionBroker']),
    );
    const elsewhere = stackOf({ account: '444455556666' }, { account: '111122223333' });
    expect(actorsOf(elsewhere)).toEqual(
      statement(['111122223333'], ['arn:AWS::Partition:iam::111122223333:role/IAMSessionBroker']),
    );
  });

  it('is the roles that the settings name, each account once', () => {
    const actorRoles = ['1', '2', '1'].map((digit, at) => `arn:aws:iam::${digit.repeat(12)}:role/App${at}`);
    expect(actorsOf(stackOf({ actorRoles }))).toEqual(
      statement(['111111111111', '222222222222'], actorRoles),
    );
  });
});

describe('the role that makes the calls', () => {
  it('may put and delete what it puts, of this application, and write its own log', () => {
    const [roleId, role] = only('AWS::IAM::Role');
    expect(role.Properties).toEqual({
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      },
    });
    const statements = all('AWS::IAM::Policy').map(([, { Properties }]) => {
      expect(Properties['Roles']).toEqual([{ Ref: roleId }]);
      return (Properties['PolicyDocument'] as { Statement: object[] }).Statement;
    });
    const [logGroupId] = only('AWS::Logs::LogGroup');
    const both = (what: string) => [`sso:PutApplication${what}`, `sso:DeleteApplication${what}`];
    const on = (Action: unknown) => [{ Effect: 'Allow', Action, Resource: applicationArn }];
    expect(statements).toHaveLength(5);
    expect(statements).toEqual(
      expect.arrayContaining([
        [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: { 'Fn::GetAtt': [logGroupId, 'Arn'] },
          },
        ],
        on(both('AccessScope')),
        on(both('AuthenticationMethod')),
        on(both('Grant')),
        on('sso:PutApplicationAssignmentConfiguration'),
      ]),
    );
  });

  it('has its permission before the call, and until it is undone', () => {
    const policies = all('AWS::IAM::Policy');
    for (const { put, DependsOn } of callsOf()) {
      const action = `sso:${put.action.replace('Command', '')}`;
      const [policyId] = policies.find(([, policy]) => JSON.stringify(policy).includes(`"${action}"`)) ?? [];
      expect(DependsOn).toContain(policyId);
    }
  });
});

describe('the outputs', () => {
  const { Outputs } = template.toJSON() as { Outputs: Record<string, { Description: string }> };

  it('are in the list of docs/data-access.md, and say what they are', () => {
    const page = readFileSync('docs/data-access.md', 'utf8');
    const [, list = ''] = /### Outputs of IdentityCenter-Service\n(.*?)\n#/s.exec(page) ?? [];
    const own = Object.entries(Outputs).filter(([name]) => !name.startsWith('ExportsOutput'));
    expect([...list.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)).toEqual(own.map(([name]) => name));
    for (const [, { Description }] of own) expect(Description).toMatch(/^The \w.{10,}[^.]$/);
  });
});
