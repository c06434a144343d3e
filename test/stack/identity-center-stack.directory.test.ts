// What the stack of IAM Identity Center makes of instance, issuer, users and groups.
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  accessGrantsWith,
  directoryId,
  identityCenterWith,
  instanceArn,
} from '../support/data-access-settings.ts';
import { joined } from './monitored-metrics.ts';
import { synthesizeDataAccess } from './synthesis.ts';
import { allOf, onlyOf } from './template-resources.ts';

const stackOf = (over: Record<string, unknown> = {}, environment = 'sandbox') =>
  synthesizeDataAccess(
    { identityCenter: identityCenterWith(over), accessGrants: accessGrantsWith() },
    environment,
  ).identityCenter as Template;
const template = stackOf();
const all = (type: string, of = template) => allOf(type, of);
const only = (type: string, of = template) => onlyOf(type, of);
const [applicationId] = only('AWS::SSO::Application');
const applicationArn = { 'Fn::GetAtt': [applicationId, 'ApplicationArn'] };

describe('the directory', () => {
  it('has the users, groups and members of the settings', () => {
    const users = all('AWS::IdentityStore::User').map(([, { Properties }]) => Properties);
    expect(users).toEqual([
      {
        IdentityStoreId: 'd-0123456789',
        UserName: 'ada',
        DisplayName: 'Ada King',
        Name: { GivenName: 'Ada', FamilyName: 'King' },
        Emails: [{ Value: 'ada@example.com', Type: 'work', Primary: true }],
      },
    ]);
    const [userId] = only('AWS::IdentityStore::User');
    const [groupId, group] = only('AWS::IdentityStore::Group');
    expect(group.Properties).toEqual({ IdentityStoreId: 'd-0123456789', DisplayName: 'Sales' });
    expect(only('AWS::IdentityStore::GroupMembership')[1].Properties).toEqual({
      IdentityStoreId: 'd-0123456789',
      GroupId: { 'Fn::GetAtt': [groupId, 'GroupId'] },
      MemberId: { UserId: { 'Fn::GetAtt': [userId, 'UserId'] } },
    });
  });

  it('has the application assigned to users and groups, by name or by id', () => {
    const assignments = { users: ['ada', directoryId], groups: ['Sales'] };
    const assigned = all('AWS::SSO::ApplicationAssignment', stackOf({ assignments })).map(
      ([
        ,
        {
          Properties: { ApplicationArn, PrincipalType, PrincipalId },
        },
      ]) => {
        expect(ApplicationArn).toEqual(applicationArn);
        return [PrincipalType, joined(PrincipalId).replace(/^Directory.*\./, '')];
      },
    );
    expect(assigned).toEqual([
      ['USER', 'UserId'],
      ['USER', directoryId],
      ['GROUP', 'GroupId'],
    ]);
  });
});

describe('the instance', () => {
  it('is the one that the settings name', () => {
    expect(all('AWS::SSO::Instance')).toEqual([]);
    expect(only('AWS::SSO::Application')[1].Properties['InstanceArn']).toBe(instanceArn);
    expect(only('AWS::SSO::TrustedTokenIssuer')[1].Properties['InstanceArn']).toBe(instanceArn);
  });

  it('is made where they name none, outlives its stack but in the sandbox, and S3 Access Grants knows it', () => {
    const own = { instanceArn: undefined, identityStoreId: undefined };
    const made = stackOf(own);
    const [id, { DeletionPolicy }] = only('AWS::SSO::Instance', made);
    expect(DeletionPolicy).toBe('Delete');
    expect(only('AWS::SSO::Instance', stackOf(own, 'production'))[1].DeletionPolicy).toBe(
      'RetainExceptOnCreate',
    );
    const store = { 'Fn::GetAtt': [id, 'IdentityStoreId'] };
    expect(only('AWS::IdentityStore::User', made)[1].Properties['IdentityStoreId']).toEqual(store);
    expect(only('AWS::SSO::Application', made)[1].Properties['InstanceArn']).toEqual({
      'Fn::GetAtt': [id, 'InstanceArn'],
    });
    const { accessGrants } = synthesizeDataAccess({
      accessGrants: accessGrantsWith(),
      identityCenter: identityCenterWith(own),
    });
    const [, instance] = only('AWS::S3::AccessGrantsInstance', accessGrants);
    expect(
      joined((instance.Properties['IdentityCenterArn'] as Record<string, unknown>)['Fn::ImportValue']),
    ).toMatch(/^IdentityCenter-Service:.*InstanceArn/);
  });
});

describe('the issuer', () => {
  it('tells the user by the claim and the attribute of the settings', () => {
    const issuer = {
      url: 'https://login.example.com/v2.0',
      claim: 'preferred_username',
      attribute: 'userName',
    };
    const { Properties } = only('AWS::SSO::TrustedTokenIssuer', stackOf({ issuer }))[1];
    expect(Properties).toEqual({
      InstanceArn: instanceArn,
      Name: 'IAMSessionBroker-Sandbox',
      TrustedTokenIssuerType: 'OIDC_JWT',
      TrustedTokenIssuerConfiguration: {
        OidcJwtConfiguration: {
          IssuerUrl: 'https://login.example.com/v2.0',
          ClaimAttributePath: 'preferred_username',
          IdentityStoreAttributePath: 'userName',
          JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
        },
      },
    });
  });
});
