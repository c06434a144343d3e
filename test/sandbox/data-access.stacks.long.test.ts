// The stacks of data access, both deployed: from a user's token to their data, each permission of IAM Identity Center's, and the way back.
import { PutApplicationAccessScopeCommand, SSOAdminClient } from '@aws-sdk/client-sso-admin';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { startTokenIssuer, type TokenIssuer } from './fixtures/token-issuer.ts';
import { ExchangedData, exchangingRole } from './support/exchanged-data.ts';
import { type Amend, GrantedData, read, succeeds } from './support/granted-data.ts';

let sandbox: Sandbox;
let issuer: TokenIssuer;
let data: GrantedData;
let tokens: ExchangedData;

beforeAll(async () => {
  issuer = await startTokenIssuer();
  sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: [],
  });
  data = new GrantedData(sandbox);
  tokens = new ExchangedData(sandbox, issuer);
  for (const name of ['IAMSessionBroker', 'Another']) exchangingRole(sandbox, name);
});
afterAll(async () => {
  await sandbox.stop();
  await issuer.close();
});

const ofRole = (name: string) => data.session(data.role(name));
const exchangedBy = async (role: string, email: string, audience?: string) => {
  const exchanged = tokens.exchange(ofRole(role), await tokens.token(email, audience));
  return exchanged.then(
    ({ awsAdditionalDetails }) => awsAdditionalDetails?.identityContext ?? 'no context',
    (error: { error?: string }) => error.error,
  );
};

describe('both stacks', () => {
  it('lead from a user’s token to their data, and go without a trace', async () => {
    await tokens.deploy();
    await data.deploy();
    const { account } = sandbox;
    const { store, applications, issuers } = account.identityCenter.requireInstance();
    const sales = store.groups.find(({ displayName }) => displayName === 'Sales');
    const ada = store.users.find(({ attributes }) => attributes['UserName'] === 'ada');
    data.grant({
      subPrefix: 'users/*',
      permission: 'READ',
      grantee: { granteeType: 'DIRECTORY_GROUP', granteeIdentifier: String(sales?.groupId) },
    });

    const { awsAdditionalDetails } = await tokens.exchange(
      ofRole('IAMSessionBroker'),
      await tokens.token('ada@example.com'),
    );
    const bearer = account.identities.createRole({
      roleName: 'Bearer',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: account.accountId },
            Action: ['sts:AssumeRole', 'sts:SetContext'],
          },
        ],
      },
      inlinePolicies: {
        Ask: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 's3:GetDataAccess',
              Resource: String(account.accessGrants.instance?.arn),
            },
          ],
        },
      },
    });
    account.identities.putRolePolicy('IAMSessionBroker', 'Bear', {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:SetContext'], Resource: bearer.arn }],
    });
    const by = ofRole('IAMSessionBroker');
    const { Credentials } = await new STSClient(by).send(
      new AssumeRoleCommand({
        RoleArn: bearer.arn,
        RoleSessionName: 'ada',
        ProvidedContexts: [
          {
            ProviderArn: 'arn:aws:iam::aws:contextProvider/IdentityCenter',
            ContextAssertion: awsAdditionalDetails?.identityContext,
          },
        ],
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const acting = {
      ...by,
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    };
    const answer = await data.ask(acting, 's3://shopfast-data/users/*', 'READ');
    expect(answer).toMatchObject({
      MatchedGrantTarget: 's3://shopfast-data/users/*',
      Grantee: { GranteeType: 'DIRECTORY_GROUP', GranteeIdentifier: sales?.groupId },
    });
    const { Body } = await read(data.s3(answer.vended));
    expect(await Body?.transformToString()).toBe('shopfast-data/users/user_list');
    expect(account.trail.events.at(-1)).toMatchObject({
      operation: 'GetObject',
      onBehalfOf: { userId: ada?.userId },
    });

    await data.delete();
    await tokens.delete();
    expect(account.accessGrants.instance).toBeUndefined();
    const left = [store.users, store.groups, store.memberships, applications.all, issuers.all];
    expect(left).toEqual([[], [], [], [], []]);
    const calls = account.trail.events.filter(
      ({ service, operation }) => service === 'sso' && /^(Put|Delete)/.test(operation),
    );
    expect(calls.map(({ operation, statusCode }) => `${operation} ${statusCode}`).slice(-4)).toEqual([
      'PutApplicationAuthenticationMethod 200',
      'DeleteApplicationAuthenticationMethod 200',
      'DeleteApplicationGrant 200',
      'DeleteApplicationAccessScope 200',
    ]);
  });
});

/** Changes the text of what the custom resources are given, or of the template's other resources. */
const rewritten =
  (type: string, from: string, to: string): Amend =>
  (template) => {
    const before = JSON.stringify(template.Resources);
    for (const resource of Object.values(template.Resources))
      if (resource.Type === type)
        resource.Properties = JSON.parse(JSON.stringify(resource.Properties).replaceAll(from, to));
    // What changes nothing shows nothing.
    expect(JSON.stringify(template.Resources)).not.toBe(before);
  };

describe('the application', () => {
  afterEach(() => tokens.delete());
  const context = /^AQoJ/;

  it('gives users to whom it is assigned a context, by the service role, for its audience, and nobody else', async () => {
    await tokens.deploy();
    expect([...tokens.application.scopes.keys()]).toEqual(['s3:access_grants:read_write']);
    expect(await exchangedBy('IAMSessionBroker', 'ada@example.com')).toMatch(context);
    expect(await exchangedBy('Another', 'ada@example.com')).toBe('access_denied');
    expect(await exchangedBy('IAMSessionBroker', 'grace@example.com', 'Other')).toBe('invalid_grant');
    const { store } = sandbox.account.identityCenter.requireInstance();
    const Name = { GivenName: 'Eve', FamilyName: 'Low' };
    const Emails = [{ Value: 'eve@example.com' }];
    const eve = store.createUser({ UserName: 'eve', DisplayName: 'Eve', Name, Emails }, 'test');
    expect(await exchangedBy('IAMSessionBroker', 'eve@example.com')).toBe('access_denied');
    store.deleteUser(eve.userId);
  });

  it('lets in any role of the account without the condition of its actor policy', async () => {
    const condition = ':role/IAMSessionBroker';
    await tokens.deploy(rewritten('Custom::AWS', condition, ':role/*'));
    expect(await exchangedBy('Another', 'ada@example.com')).toMatch(context);
  });

  it('lets in nobody for whom its actor policy is about another action', async () => {
    await tokens.deploy(
      rewritten('Custom::AWS', 'sso-oauth:CreateTokenWithIAM', 'sso-oauth:RevokeTokenWithIAM'),
    );
    expect(await exchangedBy('IAMSessionBroker', 'ada@example.com')).toBe('access_denied');
  });

  it('gives nobody a context to whom it is not assigned, unless everyone may come', async () => {
    const unassigned: Amend = (template) => {
      for (const [id, { Type }] of Object.entries(template.Resources))
        if (Type === 'AWS::SSO::ApplicationAssignment') delete template.Resources[id];
    };
    await tokens.deploy(unassigned);
    expect(await exchangedBy('IAMSessionBroker', 'ada@example.com')).toBe('access_denied');
    await tokens.delete();
    await tokens.deploy((template) => {
      unassigned(template);
      rewritten('Custom::AWS', '\\"AssignmentRequired\\":true', '\\"AssignmentRequired\\":false')(template);
    });
    expect(await exchangedBy('IAMSessionBroker', 'ada@example.com')).toMatch(context);
  });
});

describe('the role that configures it', () => {
  const puts = ['AccessScope', 'AssignmentConfiguration', 'AuthenticationMethod', 'Grant'];
  const configuring = () => {
    const { roles } = sandbox.account.identities;
    const name = [...roles.keys()].find((each) => each.includes('ConfigurationRole'));
    return data.role(String(name));
  };

  it.each(puts)('needs its permission to put the %s: the stack fails, and leaves nothing', async (what) => {
    const action = `sso:PutApplication${what}`;
    const failed = tokens.deploy(rewritten('AWS::IAM::Policy', action, 'sso:GetApplicationGrant'));
    await expect(failed).rejects.toThrow(new RegExp(`not authorized to perform: ${action} on resource`));
    expect(sandbox.account.identityCenter.requireInstance().applications.all).toEqual([]);
  });

  it.each(puts.filter((what) => what !== 'AssignmentConfiguration'))(
    'needs its permission to delete the %s',
    async (what) => {
      const action = `sso:DeleteApplication${what}`;
      await tokens.deploy(rewritten('AWS::IAM::Policy', action, 'sso:GetApplicationGrant'));
      const denied = new RegExp(`not authorized to perform: ${action} on resource`);
      await expect(tokens.delete()).rejects.toThrow(denied);

      const { roleName, inlinePolicies } = configuring();
      const policy = [...inlinePolicies.keys()].find((name) => name.includes(`Application${what}Custom`));
      sandbox.account.identities.putRolePolicy(roleName, String(policy), {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
      });
      await tokens.delete();
    },
  );

  it.each<[string, Amend, boolean]>([
    ['nothing as it is', () => {}, false],
    [
      'what it may to its own where no policy names that',
      rewritten(
        'AWS::IAM::Policy',
        '"Resource":{"Fn::GetAtt":["ApplicationC292608F","ApplicationArn"]}',
        '"Resource":"*"',
      ),
      true,
    ],
  ])('may do to another application %s', async (_, amend, isAllowed) => {
    await tokens.deploy(amend);
    const { applications } = sandbox.account.identityCenter.requireInstance();
    const other = applications.create({
      Name: 'Other',
      ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
    });
    const put = new SSOAdminClient(data.session(configuring())).send(
      new PutApplicationAccessScopeCommand({
        ApplicationArn: other.arn,
        Scope: 's3:access_grants:read_write',
      }),
    );
    expect(await succeeds(put)).toBe(isAllowed);
    applications.delete(other.arn);
    await tokens.delete();
  });
});
