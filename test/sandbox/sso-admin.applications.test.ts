// What an application of IAM Identity Center has: grants, an authentication method, access scopes, assignments.
import {
  CreateApplicationAssignmentCommand,
  DeleteApplicationAccessScopeCommand,
  DeleteApplicationAssignmentCommand,
  DeleteApplicationAuthenticationMethodCommand,
  DeleteApplicationGrantCommand,
  DescribeApplicationAssignmentCommand,
  GetApplicationAccessScopeCommand,
  GetApplicationAssignmentConfigurationCommand,
  GetApplicationAuthenticationMethodCommand,
  GetApplicationGrantCommand,
  ListApplicationAccessScopesCommand,
  ListApplicationAssignmentsCommand,
  ListApplicationAssignmentsForPrincipalCommand,
  ListApplicationAuthenticationMethodsCommand,
  ListApplicationGrantsCommand,
  PutApplicationAccessScopeCommand,
  PutApplicationAssignmentConfigurationCommand,
  PutApplicationAuthenticationMethodCommand,
  PutApplicationGrantCommand,
} from '@aws-sdk/client-sso-admin';
import { describe, expect, it } from 'vitest';
import {
  accountId,
  actorPolicy,
  GRANT_TYPE,
  instance,
  newGroup,
  newUser,
  trusted,
} from './fixtures/identity-center-account.ts';
import { application, client, invalid, missing, useSsoAdmin } from './fixtures/sso-admin-clients.ts';

useSsoAdmin();

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
