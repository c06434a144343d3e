// IAM Identity Center's administration: instances, trusted token issuers and applications, and who may reach them.
import {
  CreateApplicationCommand,
  CreateInstanceCommand,
  CreateTrustedTokenIssuerCommand,
  DeleteApplicationCommand,
  DeleteInstanceCommand,
  DeleteTrustedTokenIssuerCommand,
  DescribeApplicationCommand,
  DescribeInstanceCommand,
  DescribeTrustedTokenIssuerCommand,
  ListApplicationsCommand,
  ListInstancesCommand,
  ListPermissionSetsCommand,
  ListTrustedTokenIssuersCommand,
  type OidcJwtConfiguration,
  PutApplicationAssignmentConfigurationCommand,
  SSOAdminClient,
  UpdateTrustedTokenIssuerCommand,
} from '@aws-sdk/client-sso-admin';
import { afterEach, describe, expect, it } from 'vitest';
import { IdentityCenter } from '../../sandbox/identity-center/identity-center.ts';
import { bareAccount } from './fixtures/bare-account.ts';
import { accountId, elsewhere, instance, served } from './fixtures/identity-center-account.ts';
import {
  application,
  client,
  invalid,
  missing,
  PROVIDER,
  there,
  useSsoAdmin,
} from './fixtures/sso-admin-clients.ts';

useSsoAdmin();

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
