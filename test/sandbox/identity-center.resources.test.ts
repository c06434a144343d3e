// The resource types of IAM Identity Center: what they create, what they give, how they are changed and deleted.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

const instance = () => local.account.identityCenter.requireInstance();
const issuerProperties = (more: object = {}, configuration: object = {}) => ({
  InstanceArn: instance().arn,
  Name: 'Idp',
  TrustedTokenIssuerType: 'OIDC_JWT',
  TrustedTokenIssuerConfiguration: {
    OidcJwtConfiguration: {
      IssuerUrl: 'https://idp.example.com',
      ClaimAttributePath: 'email',
      IdentityStoreAttributePath: 'emails.value',
      JwksRetrievalOption: 'OPEN_ID_DISCOVERY',
      ...configuration,
    },
  },
  ...more,
});

function templateOf(issuer: object = issuerProperties(), user: object = {}): Template {
  const IdentityStoreId = instance().identityStoreId;
  const at = (logicalId: string, attribute: string) => ({ 'Fn::GetAtt': [logicalId, attribute] });
  const UserName = 'ada';
  return {
    Resources: {
      User: {
        Type: 'AWS::IdentityStore::User',
        Properties: {
          ...{
            IdentityStoreId,
            UserName,
            DisplayName: 'Ada',
            Name: { GivenName: 'Ada', FamilyName: 'King' },
          },
          Emails: [{ Value: 'ada@example.com', Primary: 'true' }],
          ...user,
        },
      },
      Group: { Type: 'AWS::IdentityStore::Group', Properties: { IdentityStoreId, DisplayName: 'Sales' } },
      Membership: {
        Type: 'AWS::IdentityStore::GroupMembership',
        Properties: {
          IdentityStoreId,
          GroupId: at('Group', 'GroupId'),
          MemberId: { UserId: at('User', 'UserId') },
        },
      },
      Issuer: { Type: 'AWS::SSO::TrustedTokenIssuer', Properties: issuer },
      Application: {
        Type: 'AWS::SSO::Application',
        Properties: {
          InstanceArn: instance().arn,
          Name: 'Shop',
          ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
        },
      },
      Assignment: {
        Type: 'AWS::SSO::ApplicationAssignment',
        Properties: {
          ApplicationArn: { Ref: 'Application' },
          PrincipalType: 'GROUP',
          PrincipalId: at('Group', 'GroupId'),
        },
      },
    },
    Outputs: {
      Issuer: { Value: { Ref: 'Issuer' } },
      Application: { Value: at('Application', 'ApplicationArn') },
      Store: { Value: at('Application', 'IdentityStoreArn') },
      User: { Value: at('User', 'UserId') },
    },
  } as unknown as Template;
}
const create = (template = templateOf()) => local.stacks.create({ stackName: 'Stack', template });

describe('a stack with a directory and an application', () => {
  it('has them, with the same ids at every start', async () => {
    const { outputs, resources } = await create();
    const { store, applications, issuers, identityStoreArn, identityStoreId } = instance();
    const [user] = store.users;
    expect(user?.attributes['Emails']).toEqual([{ Value: 'ada@example.com', Primary: true }]);
    expect(store.groupIdsOf(user?.userId ?? '')).toEqual(store.groups.map(({ groupId }) => groupId));
    expect(applications.all[0]?.assignments).toEqual([
      { principalType: 'GROUP', principalId: store.groups[0]?.groupId },
    ]);
    expect(outputs.map(({ value }) => value)).toEqual([
      issuers.all[0]?.arn,
      applications.all[0]?.arn,
      identityStoreArn,
      user?.userId,
    ]);
    expect(resources.find(({ logicalId }) => logicalId === 'User')?.physicalId).toBe(
      `${user?.userId}|${identityStoreId}`,
    );
    await local.close();
    local = await openAccount();
    expect((await create()).outputs).toEqual(outputs);
  });

  it('changes an issuer in its place, but for its URL', async () => {
    await create();
    const arn = instance().issuers.all[0]?.arn;
    const update = (issuer: object) =>
      local.stacks.update({ stackName: 'Stack', template: templateOf(issuer) });
    await update(issuerProperties({ Name: 'Other' }, { ClaimAttributePath: 'sub' }));
    expect(instance().issuers.all).toMatchObject([{ arn, name: 'Other', claimPath: 'sub' }]);
    await expect(update(issuerProperties({}, { IssuerUrl: 'https://other.example.com' }))).rejects.toThrow(
      /Issuer \(AWS::SSO::TrustedTokenIssuer\): The URL of a trusted token issuer cannot be changed/,
    );
    expect(instance().issuers.all).toMatchObject([
      { arn, issuerUrl: 'https://idp.example.com', claimPath: 'sub' },
    ]);
  });

  it('leaves nothing when it is deleted', async () => {
    await create();
    await local.stacks.delete('Stack');
    const { store, applications, issuers } = instance();
    expect([store.users, store.groups, store.memberships, applications.all, issuers.all]).toEqual(
      Array(5).fill([]),
    );
  });

  it.each<[string, () => Template, RegExp]>([
    [
      'an issuer’s property that nobody knows',
      () => templateOf(issuerProperties({ Odd: true })),
      /Issuer \(AWS::SSO::TrustedTokenIssuer\): .*Odd/s,
    ],
    [
      'a claim that the API would refuse',
      () => templateOf(issuerProperties({}, { ClaimAttributePath: 'custom:tenant_id' })),
      /at 'claimAttributePath' failed to satisfy constraint/,
    ],
    [
      'another instance',
      () => templateOf(issuerProperties({ InstanceArn: 'arn:aws:sso:::instance/ssoins-0' })),
      /Instance arn:aws:sso:::instance\/ssoins-0 does not exist/,
    ],
    [
      'a user’s attribute that nobody knows',
      () => templateOf(undefined, { Odd: 'x' }),
      /does not have a user's odd/,
    ],
    [
      'another store',
      () => templateOf(undefined, { IdentityStoreId: 'd-0000000000' }),
      /the account has no identity store d-0000000000/,
    ],
  ])('fails with %s, and leaves nothing', async (_, template, message) => {
    await expect(create(template())).rejects.toThrow(message);
    const { store, applications, issuers } = instance();
    expect([store.users, store.groups, applications.all, issuers.all]).toEqual(Array(4).fill([]));
  });

  it('creates no second instance in the first account', async () => {
    const template = { Resources: { Instance: { Type: 'AWS::SSO::Instance', Properties: {} } } };
    await expect(create(template)).rejects.toThrow(/has an instance already/);
    const first = instance();
    local.account.identityCenter.deleteInstance(first.arn);
    await create(template);
    expect(instance().arn).not.toBe(first.arn);
    await local.stacks.delete('Stack');
    expect(local.account.identityCenter.instance).toBeUndefined();
  });
});
