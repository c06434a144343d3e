// An application's stack when something goes wrong: rollbacks, renames, what was registered before, each policy taken away.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Template } from '../../sandbox/templates/template.ts';
import { type Amend, ApplicationStack, issuerOf, propertiesOf } from './support/application-stack.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

interface Statement {
  Action: string | string[];
  Principal?: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}
interface RoleProperties {
  AssumeRolePolicyDocument: { Statement: Statement[] };
  Policies: { PolicyName: string; PolicyDocument: { Statement: Statement[] } }[];
}

const applicationRole = (template: Template) =>
  propertiesOf<RoleProperties>(template, 'AWS::IAM::Role', 'ApplicationRole');
const accessRole = (template: Template) =>
  propertiesOf<RoleProperties>(template, 'AWS::IAM::Role', 'AccessRole');
const withoutTrust = (role: RoleProperties, isLeftOut: (statement: Statement) => boolean): void => {
  const { AssumeRolePolicyDocument: trust } = role;
  trust.Statement = trust.Statement.filter((statement) => !isLeftOut(statement));
};
const of = (action: string) => (statement: Statement) =>
  [statement.Action].flat().includes(action) &&
  JSON.stringify(statement).includes('RegistrationFunctionRole');

/** A resource that no deployment gets past, created after all others. */
const failing: Amend = (template) => {
  const DependsOn = Object.keys(template.Resources);
  template.Resources['Failing'] = {
    Type: 'AWS::Logs::LogGroup',
    Properties: { LogGroupName: 'taken' },
    DependsOn,
  };
};
beforeAll(() => sandbox.logGroups.ensure('taken'));

/** The stack before anything was registered with it. */
const unregistered: Amend = (template) => {
  delete template.Outputs;
  for (const [id, { Type }] of Object.entries(template.Resources)) {
    if (Type.startsWith('Custom::')) delete template.Resources[id];
  }
};

/** Registers as whoever deployed did it before there was a resource for it. */
async function registerByHand(stack: ApplicationStack, fields: object): Promise<void> {
  const { identities } = sandbox.account;
  const credentials = identities.issueSession(identities.role(stack.name), {
    sessionName: 'IAMSessionBrokerRegistration',
    durationSeconds: 3_600,
    tags: { IAMSessionBrokerRegistration: 'Allowed' },
  });
  const application = stack.running();
  const registration = { ...application.registration(), ...fields };
  const answer = await application.call('POST', 'applications', registration, { credentials });
  expect(answer).toMatchObject({ status: 201 });
}

describe('without', () => {
  it.each<[string, Amend, RegExp]>([
    [
      'the permission to register',
      (template) => {
        const role = applicationRole(template);
        role.Policies = role.Policies.filter(({ PolicyName }) => PolicyName !== 'RegisterApplication');
      },
      /GatewayRefused: 403/,
    ],
    [
      'the trust in the function',
      (template) => withoutTrust(applicationRole(template), of('sts:AssumeRole')),
      /AccessDenied: .*is not authorized to perform: sts:AssumeRole/,
    ],
    [
      'the trust in its tag',
      (template) => withoutTrust(applicationRole(template), of('sts:TagSession')),
      /AccessDenied: .*sts:TagSession/,
    ],
    [
      'the access role’s trust in session tags',
      (template) => withoutTrust(accessRole(template), ({ Action }) => Action === 'sts:TagSession'),
      /AccessRoleNotAssumable/,
    ],
    [
      'the access role’s trust for this application',
      (template) => {
        const [assume] = accessRole(template).AssumeRolePolicyDocument.Statement;
        Object.assign(assume as Statement, { Condition: { StringEquals: { 'sts:ExternalId': 'Another' } } });
      },
      /AccessRoleNotAssumable/,
    ],
  ])('%s the deployment fails with the reason, and leaves nothing', async (what, amend, reason) => {
    const stack = new ApplicationStack(broker, `Without${what.length}`);
    await expect(stack.create({ amend })).rejects.toThrow(reason);
    expect(await stack.registered()).toBeUndefined();
    const { roles } = sandbox.account.identities;
    expect([...roles.keys()].filter((name) => name.startsWith(stack.name))).toEqual([]);
  });

  it('the permission to ask for credentials the application gets none', async () => {
    const stack = new ApplicationStack(broker, 'Uninvited');
    await stack.create({
      amend: (template) => {
        const role = applicationRole(template);
        role.Policies = role.Policies.filter(({ PolicyName }) => PolicyName !== 'InvokeCredentials');
      },
    });
    expect(await stack.running().credentials('Yellow')).toMatchObject({
      status: 403,
      body: { message: 'Forbidden' },
    });
  });
});

describe('a creation that is rolled back', () => {
  it('deregisters what it had registered', async () => {
    const stack = new ApplicationStack(broker, 'RolledBack');
    await expect(stack.create({ amend: failing })).rejects.toThrow(/already exists/);
    expect(await stack.registered()).toBeUndefined();
  });

  it.each([
    ['identical', {}],
    ['different', { JWTClaimName: 'custom:role' }],
  ])('leaves a registration that was there before, %s', async (what, fields) => {
    const stack = new ApplicationStack(broker, `Before-${what}`);
    await stack.create({ amend: unregistered });
    const pinned = { Issuer: issuerOf(broker), Audience: broker.outputs.userPoolClientId };
    await registerByHand(stack, { ...pinned, ...fields });
    await expect(stack.update({ amend: failing })).rejects.toThrow(/already exists/);
    expect(await stack.registered()).toMatchObject({ JWTClaimName: 'custom:tenant_id' });

    // Nor does the stack delete it that goes on with it.
    await stack.update({});
    expect(await stack.running().credentials('Yellow')).toMatchObject({ status: 200 });
    await stack.delete();
    expect(await stack.registered()).toBeDefined();
  });
});

describe('a change', () => {
  it('that fails is taken back, the registration with it', async () => {
    const stack = new ApplicationStack(broker, 'TakenBack');
    await stack.create();
    const parameters = { JWTClaimName: 'custom:role' };
    await expect(stack.update({ parameters, amend: failing })).rejects.toThrow(/already exists/);
    expect(await stack.registered()).toMatchObject({ JWTClaimName: 'custom:tenant_id' });
    expect(await stack.running().credentials('Yellow')).toMatchObject({ status: 200 });
    const refused = { JWKSetURL: 'http://plain.example.com/jwks.json' };
    await expect(stack.update({ parameters: refused })).rejects.toThrow(/InvalidRequest: .*JWKSetURL/);
    expect(await stack.registered()).toMatchObject({ JWKSetURL: broker.outputs.jwksUrl });
  });

  it('of the name is another application: the earlier one is deregistered', async () => {
    const stack = new ApplicationStack(broker, 'Earlier');
    await stack.create();
    await stack.update({ parameters: { ApplicationRoleName: 'Later', AccessRoleName: 'EarlierAccess' } });
    expect(await stack.registered()).toBeUndefined();
    expect(await stack.registered('Later')).toMatchObject({ AccessRoleName: 'EarlierAccess' });
    expect(sandbox.account.identities.roles.has('Earlier')).toBe(false);
    expect(await stack.running('Later').credentials('Yellow')).toMatchObject({ status: 200 });

    const renamed = {
      parameters: { ApplicationRoleName: 'Latest', AccessRoleName: 'EarlierAccess' },
      amend: failing,
    };
    await expect(stack.update(renamed)).rejects.toThrow(/already exists/);
    expect(await stack.registered('Latest')).toBeUndefined();
    expect(await stack.running('Later').credentials('Yellow')).toMatchObject({ status: 200 });
    await stack.delete();
    expect(await stack.registered('Later')).toBeUndefined();
  });
});
