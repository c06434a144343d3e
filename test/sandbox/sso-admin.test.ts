// IAM Identity Center's administration: instances, trusted token issuers and applications, within the bounds of the service model.
import {
  CreateApplicationAssignmentCommand,
  CreateApplicationCommand,
  type CreateApplicationCommandInput,
  CreateInstanceCommand,
  CreateTrustedTokenIssuerCommand,
  DeleteApplicationAccessScopeCommand,
  DeleteApplicationAssignmentCommand,
  DeleteApplicationAuthenticationMethodCommand,
  DeleteApplicationCommand,
  DeleteApplicationGrantCommand,
  DeleteInstanceCommand,
  DeleteTrustedTokenIssuerCommand,
  DescribeApplicationAssignmentCommand,
  DescribeApplicationCommand,
  DescribeInstanceCommand,
  DescribeTrustedTokenIssuerCommand,
  GetApplicationAccessScopeCommand,
  GetApplicationAssignmentConfigurationCommand,
  GetApplicationAuthenticationMethodCommand,
  GetApplicationGrantCommand,
  ListApplicationAccessScopesCommand,
  ListApplicationAssignmentsCommand,
  ListApplicationAssignmentsForPrincipalCommand,
  ListApplicationAuthenticationMethodsCommand,
  ListApplicationGrantsCommand,
  ListApplicationsCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ListTrustedTokenIssuersCommand,
  type OidcJwtConfiguration,
  PutApplicationAccessScopeCommand,
  PutApplicationAssignmentConfigurationCommand,
  PutApplicationAuthenticationMethodCommand,
  PutApplicationGrantCommand,
  SSOAdminClient,
  UpdateTrustedTokenIssuerCommand,
} from '@aws-sdk/client-sso-admin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IdentityCenter } from '../../sandbox/identity-center/identity-center.ts';
import { bareAccount } from './fixtures/bare-account.ts';
import {
  accountId,
  actorPolicy,
  elsewhere,
  GRANT_TYPE,
  instance,
  newGroup,
  newUser,
  other,
  served,
  trusted,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';

useIdentityCenter();

const PROVIDER = 'arn:aws:sso::aws:applicationProvider/custom';
let client: SSOAdminClient;
let there: SSOAdminClient;

beforeEach(() => {
  client = new SSOAdminClient(served.administrator);
  there = new SSOAdminClient({ ...served.administrator, credentials: other.identities.administrator });
});

const invalid = { name: 'ValidationException', $metadata: expect.objectContaining({ httpStatusCode: 400 }) };
const missing = {
  name: 'ResourceNotFoundException',
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
};

async function application(more: Partial<CreateApplicationCommandInput> = {}): Promise<string> {
  const input = { InstanceArn: instance.arn, Name: 'Shop', ApplicationProviderArn: PROVIDER, ...more };
  return (await client.send(new CreateApplicationCommand(input))).ApplicationArn ?? '';
}

describe('an instance', () => {
  it('is there in the first account, the same at every start, and in another once it is created', async () => {
    const shown = {
      InstanceArn: instance.arn,
      IdentityStoreId: instance.identityStoreId,
      OwnerAccountId: accountId,
      Status: 'ACTIVE',
    };
    expect((await client.send(new ListInstancesCommand({}))).Instances).toMatchObject([shown]);
    expect(await client.send(new DescribeInstanceCommand({ InstanceArn: instance.arn }))).toMatchObject(
      shown,
    );
    expect(new IdentityCenter(bareAccount()).instance?.arn).toBe(instance.arn);
    expect(instance.arn).toMatch(/^arn:aws:sso:::instance\/ssoins-[0-9a-f]{16}$/);
    expect(instance.identityStoreArn).toMatch(
      /^arn:aws:identitystore::123456789012:identitystore\/d-[0-9a-f]{10}$/,
    );

    expect((await there.send(new ListInstancesCommand({}))).Instances).toEqual([]);
    const { InstanceArn = '' } = await there.send(new CreateInstanceCommand({ Name: 'Own' }));
    expect(InstanceArn).not.toBe(instance.arn);
    expect((await there.send(new ListInstancesCommand({}))).Instances).toMatchObject([
      { InstanceArn, OwnerAccountId: elsewhere, Name: 'Own' },
    ]);
    await expect(there.send(new CreateInstanceCommand({}))).rejects.toMatchObject({
      name: 'ConflictException',
    });
    await expect(client.send(new DescribeInstanceCommand({ InstanceArn }))).rejects.toMatchObject(missing);
    await there.send(new DeleteInstanceCommand({ InstanceArn }));
    expect((await there.send(new ListInstancesCommand({}))).Instances).toEqual([]);
  });

  it('has no permission sets: they are refused by name', async () => {
    await expect(
      client.send(new ListPermissionSetsCommand({ InstanceArn: instance.arn })),
    ).rejects.toMatchObject({
      message: 'The sandbox does not have sso ListPermissionSets.',
    });
  });
});

describe('a trusted token issuer', () => {
  const made: string[] = [];
  const configuration = (more: Partial<OidcJwtConfiguration> = {}) => ({
    OidcJwtConfiguration: {
      IssuerUrl: 'https://idp.example.com/',
      ClaimAttributePath: 'email',
      IdentityStoreAttributePath: 'emails.value',
      JwksRetrievalOption: 'OPEN_ID_DISCOVERY' as const,
      ...more,
    },
  });
  const create = async (more: Partial<OidcJwtConfiguration> = {}, Name = 'Idp') => {
    const { TrustedTokenIssuerArn = '' } = await client.send(
      new CreateTrustedTokenIssuerCommand({
        InstanceArn: instance.arn,
        Name,
        TrustedTokenIssuerType: 'OIDC_JWT',
        TrustedTokenIssuerConfiguration: configuration(more),
      }),
    );
    made.push(TrustedTokenIssuerArn);
    return TrustedTokenIssuerArn;
  };
  const shown = (TrustedTokenIssuerArn: string) =>
    client.send(new DescribeTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }));
  afterEach(() => {
    for (const arn of made.splice(0)) if (instance.issuers.find(arn)) instance.issuers.delete(arn);
  });

  it('is described and listed as it was created, changed and deleted', async () => {
    const TrustedTokenIssuerArn = await create();
    expect(TrustedTokenIssuerArn).toMatch(
      new RegExp(`^arn:aws:sso::${accountId}:trustedTokenIssuer/${instance.instanceId}/tti-[0-9a-f-]{36}$`),
    );
    expect(await shown(TrustedTokenIssuerArn)).toMatchObject({
      Name: 'Idp',
      TrustedTokenIssuerType: 'OIDC_JWT',
      TrustedTokenIssuerConfiguration: configuration(),
    });
    const { TrustedTokenIssuers } = await client.send(
      new ListTrustedTokenIssuersCommand({ InstanceArn: instance.arn }),
    );
    expect(TrustedTokenIssuers?.map((one) => one.TrustedTokenIssuerArn)).toContain(TrustedTokenIssuerArn);
    await client.send(
      new UpdateTrustedTokenIssuerCommand({
        TrustedTokenIssuerArn,
        Name: 'Other',
        TrustedTokenIssuerConfiguration: { OidcJwtConfiguration: { ClaimAttributePath: 'sub' } },
      }),
    );
    expect(await shown(TrustedTokenIssuerArn)).toMatchObject({
      Name: 'Other',
      TrustedTokenIssuerConfiguration: configuration({ ClaimAttributePath: 'sub' }),
    });
    await client.send(new DeleteTrustedTokenIssuerCommand({ TrustedTokenIssuerArn }));
    await expect(shown(TrustedTokenIssuerArn)).rejects.toMatchObject(missing);
  });

  it.each<[string, Partial<OidcJwtConfiguration>]>([
    ['a URL without a scheme', { IssuerUrl: 'idp.example.com' }],
    ['a URL with a query', { IssuerUrl: 'https://idp.example.com/?a=b' }],
    ['a URL of 513 characters', { IssuerUrl: `https://${'a'.repeat(505)}` }],
    ['a claim with a colon', { ClaimAttributePath: 'custom:tenant_id' }],
    ['a claim with a digit', { ClaimAttributePath: 'email2' }],
    ['a claim of four parts', { ClaimAttributePath: 'a.b.c.d' }],
    ['a claim of 256 letters', { ClaimAttributePath: 'a'.repeat(256) }],
    ['an attribute with an underscore', { IdentityStoreAttributePath: 'user_name' }],
    ['no attribute', { IdentityStoreAttributePath: undefined }],
    ['another way to its keys', { JwksRetrievalOption: 'URL' as 'OPEN_ID_DISCOVERY' }],
  ])('with %s is refused', async (_, more) => {
    await expect(create(more)).rejects.toMatchObject(invalid);
  });

  it.each(['email', 'sub', 'preferred_username', 'a.b.c', 'größe'])(
    'may go by the claim %s',
    async (path) => {
      expect(await create({ ClaimAttributePath: path })).toMatch(/^arn:/);
    },
  );

  it('is one of ten at most', async () => {
    while (instance.issuers.all.length < 10) await create();
    await expect(create()).rejects.toMatchObject({ name: 'ServiceQuotaExceededException' });
  });

  it('keeps its URL', async () => {
    const arn = await create();
    expect(() =>
      instance.issuers.update(arn, {
        configuration: configuration({ IssuerUrl: 'https://other.example.com' }),
      }),
    ).toThrow('cannot be changed');
  });
});

describe('an application', () => {
  it('is described and listed as it was created, and deleted', async () => {
    const PortalOptions = { Visibility: 'DISABLED' as const };
    const ApplicationArn = await application({ Description: 'sells', PortalOptions });
    expect(ApplicationArn).toMatch(
      new RegExp(`^arn:aws:sso::${accountId}:application/${instance.instanceId}/apl-[0-9a-f]{16}$`),
    );
    const shown = {
      ApplicationArn,
      ApplicationProviderArn: PROVIDER,
      ApplicationAccount: accountId,
      Name: 'Shop',
      Description: 'sells',
      Status: 'ENABLED',
      PortalOptions,
      InstanceArn: instance.arn,
      IdentityStoreArn: instance.identityStoreArn,
      CreatedFrom: 'eu-west-1',
    };
    expect(await client.send(new DescribeApplicationCommand({ ApplicationArn }))).toMatchObject(shown);
    const list = new ListApplicationsCommand({ InstanceArn: instance.arn });
    expect((await client.send(list)).Applications).toContainEqual(expect.objectContaining(shown));
    await client.send(new DeleteApplicationCommand({ ApplicationArn }));
    await expect(client.send(new DescribeApplicationCommand({ ApplicationArn }))).rejects.toMatchObject(
      missing,
    );
  });

  it('of another provider is refused by name, and one of another instance is not made', async () => {
    const ApplicationProviderArn = 'arn:aws:sso::aws:applicationProvider/catalog-quicksight';
    await expect(application({ ApplicationProviderArn })).rejects.toMatchObject({
      message: `The sandbox does not have the provider ${ApplicationProviderArn}.`,
    });
    await expect(application({ InstanceArn: instance.arn.replace(/.$/, '-') })).rejects.toMatchObject(
      missing,
    );
    await expect(application({ Name: '' })).rejects.toMatchObject(invalid);
  });

  it('is its account’s: another does not find it', async () => {
    const ApplicationArn = await application();
    await expect(there.send(new DescribeApplicationCommand({ ApplicationArn }))).rejects.toMatchObject(
      missing,
    );
  });
});

describe('a grant', () => {
  const grantOf = (TrustedTokenIssuerArn: string, AuthorizedAudiences: string[] = ['shop']) => ({
    JwtBearer: { AuthorizedTokenIssuers: [{ TrustedTokenIssuerArn, AuthorizedAudiences }] },
  });

  it('is put, read, listed and deleted', async () => {
    const ApplicationArn = await application();
    const of = { ApplicationArn, GrantType: GRANT_TYPE };
    const Grant = grantOf(trusted.arn);
    await expect(client.send(new GetApplicationGrantCommand(of))).rejects.toMatchObject(missing);
    await client.send(new PutApplicationGrantCommand({ ...of, Grant }));
    expect(await client.send(new GetApplicationGrantCommand(of))).toMatchObject({ Grant });
    const Refresh = { ApplicationArn, GrantType: 'refresh_token' as const, Grant: { RefreshToken: {} } };
    await client.send(new PutApplicationGrantCommand(Refresh));
    expect((await client.send(new ListApplicationGrantsCommand({ ApplicationArn }))).Grants).toEqual([
      { GrantType: GRANT_TYPE, Grant },
      { GrantType: 'refresh_token', Grant: { RefreshToken: {} } },
    ]);
    await client.send(new DeleteApplicationGrantCommand(of));
    await expect(client.send(new DeleteApplicationGrantCommand(of))).rejects.toMatchObject(missing);
  });

  it.each<[string, () => Record<string, unknown>]>([
    ['of another type than it says', () => ({ RefreshToken: {} })],
    ['of two types', () => ({ ...grantOf(trusted.arn), RefreshToken: {} })],
    ['of no type', () => ({})],
    ['of no issuer', () => ({ JwtBearer: { AuthorizedTokenIssuers: [] } })],
    [
      'of eleven issuers',
      () => ({
        JwtBearer: {
          AuthorizedTokenIssuers: Array(11).fill(grantOf(trusted.arn).JwtBearer.AuthorizedTokenIssuers[0]),
        },
      }),
    ],
    ['of no audience', () => grantOf(trusted.arn, [])],
    ['of eleven audiences', () => grantOf(trusted.arn, Array(11).fill('a'))],
    ['of an audience of 513 characters', () => grantOf(trusted.arn, ['a'.repeat(513)])],
    ['of an issuer that is none', () => grantOf('arn:aws:sso::1:issuer')],
  ])('%s is refused', async (_, grant) => {
    const input = { ApplicationArn: await application(), GrantType: GRANT_TYPE, Grant: grant() as never };
    await expect(client.send(new PutApplicationGrantCommand(input))).rejects.toMatchObject(invalid);
  });

  it('of ten audiences is taken, and one of an issuer that is not there is not', async () => {
    const of = { ApplicationArn: await application(), GrantType: GRANT_TYPE };
    const Grant = grantOf(
      trusted.arn,
      Array.from({ length: 10 }, (__, at) => `audience${at}`),
    );
    await client.send(new PutApplicationGrantCommand({ ...of, Grant }));
    const gone = grantOf(trusted.arn.replace(/.{4}$/, '0000'));
    await expect(client.send(new PutApplicationGrantCommand({ ...of, Grant: gone }))).rejects.toMatchObject(
      missing,
    );
  });
});

describe('an authentication method', () => {
  const put = async (ActorPolicy: object, ApplicationArn: string) =>
    client.send(
      new PutApplicationAuthenticationMethodCommand({
        ApplicationArn,
        AuthenticationMethodType: 'IAM',
        AuthenticationMethod: { Iam: { ActorPolicy: ActorPolicy as never } },
      }),
    );

  it('is put, read, listed and deleted', async () => {
    const of = { ApplicationArn: await application(), AuthenticationMethodType: 'IAM' as const };
    const { ApplicationArn } = of;
    const list = new ListApplicationAuthenticationMethodsCommand({ ApplicationArn });
    expect((await client.send(list)).AuthenticationMethods).toEqual([]);
    await put(
      actorPolicy({ Resource: ApplicationArn, Principal: { AWS: `arn:aws:iam::${accountId}:root` } }),
      ApplicationArn,
    );
    const { AuthenticationMethod } = await client.send(new GetApplicationAuthenticationMethodCommand(of));
    expect(AuthenticationMethod).toMatchObject({
      Iam: {
        ActorPolicy: { Statement: [{ Action: 'sso-oauth:CreateTokenWithIAM', Resource: ApplicationArn }] },
      },
    });
    expect((await client.send(list)).AuthenticationMethods).toHaveLength(1);
    await client.send(new DeleteApplicationAuthenticationMethodCommand(of));
    await expect(client.send(new GetApplicationAuthenticationMethodCommand(of))).rejects.toMatchObject(
      missing,
    );
  });

  it.each<[string, object]>([
    [
      'without a principal',
      { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    ],
    [
      'of a role that is not there',
      actorPolicy({ Principal: { AWS: `arn:aws:iam::${accountId}:role/Nobody` } }),
    ],
    ['without a statement', { Version: '2012-10-17' }],
  ])('%s is refused', async (_, policy) => {
    await expect(put(policy, await application())).rejects.toMatchObject(invalid);
  });

  it('with a condition that the sandbox does not supply is refused by name', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
    await expect(put(actorPolicy({ Condition }), await application())).rejects.toMatchObject({
      message: 'The sandbox does not supply the condition key aws:PrincipalOrgID.',
    });
  });
});

describe('access scopes', () => {
  it('are put, read, listed and deleted', async () => {
    const of = { ApplicationArn: await application(), Scope: 's3:access_grants:read_write' };
    const AuthorizedTargets = [of.ApplicationArn];
    await client.send(new PutApplicationAccessScopeCommand({ ...of, AuthorizedTargets }));
    await client.send(new PutApplicationAccessScopeCommand({ ...of, Scope: 'redshift:connect' }));
    expect(await client.send(new GetApplicationAccessScopeCommand(of))).toMatchObject({
      Scope: of.Scope,
      AuthorizedTargets,
    });
    const list = new ListApplicationAccessScopesCommand({ ApplicationArn: of.ApplicationArn });
    expect((await client.send(list)).Scopes?.map(({ Scope }) => Scope)).toEqual([
      of.Scope,
      'redshift:connect',
    ]);
    await client.send(new DeleteApplicationAccessScopeCommand(of));
    await expect(client.send(new GetApplicationAccessScopeCommand(of))).rejects.toMatchObject(missing);
  });

  it.each(['', 'a:b:c:d', 'a-b', 'a'.repeat(51)])('are not “%s”', async (Scope) => {
    const put = new PutApplicationAccessScopeCommand({ ApplicationArn: await application(), Scope });
    await expect(client.send(put)).rejects.toMatchObject(invalid);
  });
});

describe('assignments', () => {
  it('are required at first, and of users and groups of the directory', async () => {
    const ApplicationArn = await application();
    const configured = new GetApplicationAssignmentConfigurationCommand({ ApplicationArn });
    expect(await client.send(configured)).toMatchObject({ AssignmentRequired: true });
    await client.send(
      new PutApplicationAssignmentConfigurationCommand({ ApplicationArn, AssignmentRequired: false }),
    );
    expect(await client.send(configured)).toMatchObject({ AssignmentRequired: false });
    await expect(
      client.send(
        new PutApplicationAssignmentConfigurationCommand({ ApplicationArn, AssignmentRequired: undefined }),
      ),
    ).rejects.toMatchObject(invalid);

    const user = { ApplicationArn, PrincipalType: 'USER' as const, PrincipalId: newUser().userId };
    const group = { ApplicationArn, PrincipalType: 'GROUP' as const, PrincipalId: newGroup().groupId };
    for (const assignment of [user, group]) {
      await client.send(new CreateApplicationAssignmentCommand(assignment));
      expect(await client.send(new DescribeApplicationAssignmentCommand(assignment))).toMatchObject(
        assignment,
      );
      const again = new CreateApplicationAssignmentCommand(assignment);
      await expect(client.send(again)).rejects.toMatchObject({ name: 'ConflictException' });
      const { PrincipalId, PrincipalType } = assignment;
      const { ApplicationAssignments } = await client.send(
        new ListApplicationAssignmentsForPrincipalCommand({
          InstanceArn: instance.arn,
          PrincipalId,
          PrincipalType,
        }),
      );
      expect(ApplicationAssignments).toEqual([assignment]);
    }
    const list = new ListApplicationAssignmentsCommand({ ApplicationArn });
    expect((await client.send(list)).ApplicationAssignments).toEqual([user, group]);
    await client.send(new DeleteApplicationAssignmentCommand(user));
    expect((await client.send(list)).ApplicationAssignments).toEqual([group]);
    await expect(
      client.send(new CreateApplicationAssignmentCommand({ ...group, PrincipalType: 'USER' })),
    ).rejects.toMatchObject(missing);
  });
});

describe('the permissions', () => {
  const by = (statement: Record<string, unknown>) => new SSOAdminClient(served.allowed(statement));
  const denied = { name: 'AccessDeniedException' };

  it('are on the application, and may go by its account', async () => {
    const ApplicationArn = await application();
    const describe = new DescribeApplicationCommand({ ApplicationArn });
    const Action = 'sso:DescribeApplication';
    const when = (account: string) => ({ StringEquals: { 'sso:ApplicationAccount': account } });
    expect(await by({ Action, Resource: ApplicationArn }).send(describe)).toMatchObject({ ApplicationArn });
    expect(await by({ Action, Resource: '*', Condition: when(accountId) }).send(describe)).toMatchObject({
      ApplicationArn,
    });
    await expect(by({ Action, Resource: await application() }).send(describe)).rejects.toMatchObject(denied);
    await expect(
      by({ Action, Resource: '*', Condition: when(elsewhere) }).send(describe),
    ).rejects.toMatchObject(denied);
    const put = new PutApplicationAssignmentConfigurationCommand({
      ApplicationArn,
      AssignmentRequired: false,
    });
    await expect(by({ Action, Resource: '*' }).send(put)).rejects.toMatchObject(denied);
  });

  it('to create an application are on the instance, its provider and the application to be', async () => {
    const create = new CreateApplicationCommand({
      InstanceArn: instance.arn,
      Name: 'Shop',
      ApplicationProviderArn: PROVIDER,
    });
    const all = [instance.arn, PROVIDER, `arn:aws:sso::${accountId}:application/${instance.instanceId}/*`];
    const Action = 'sso:CreateApplication';
    expect((await by({ Action, Resource: all }).send(create)).ApplicationArn).toBeDefined();
    for (const left of all) {
      const Resource = all.filter((one) => one !== left);
      await expect(by({ Action, Resource }).send(create), left).rejects.toMatchObject(denied);
    }
  });

  it('to list instances are on none', async () => {
    const list = new ListInstancesCommand({});
    expect((await by({ Action: 'sso:ListInstances', Resource: '*' }).send(list)).Instances).toHaveLength(1);
    await expect(
      by({ Action: 'sso:ListInstances', Resource: instance.arn }).send(list),
    ).rejects.toMatchObject(denied);
  });
});
