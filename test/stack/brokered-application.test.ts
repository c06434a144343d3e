// The construct for applications: what it lets whom do, and what it refuses.
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { BrokeredApplication, type BrokeredApplicationProps } from '../../client/infrastructure/index.ts';

const broker = { endpoint: 'https://abc123.execute-api.eu-west-1.amazonaws.com/' };
const registration = {
  SessionTagKey: 'TenantID',
  JWTClaimName: 'tenant',
  JWKSetURL: 'https://login.example.com/jwks.json',
  SessionDurationSeconds: 900,
};
const lambda = new ServicePrincipal('lambda.amazonaws.com');

function stackWith(
  given: Partial<BrokeredApplicationProps> | ((stack: Stack) => Partial<BrokeredApplicationProps>),
  extend: (application: BrokeredApplication, stack: Stack) => void = () => {},
): Template {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const props = typeof given === 'function' ? given(stack) : given;
  const application = new BrokeredApplication(stack, 'Application', { broker, registration, ...props });
  extend(application, stack);
  return Template.fromStack(stack);
}
const made = { assumedBy: lambda, roleName: 'Shop' };
const routes = (...paths: string[]) => paths.map((path) => `:abc123/$default/${path}"`);

/** Without the code, which says nothing of who may do what. */
function textOf(template: Template): string {
  return JSON.stringify(template.toJSON(), (key, value) => (key === 'ZipFile' ? '' : value));
}

it('lets nobody invoke the function that registers: who may, an identity policy has to say', () => {
  const template = stackWith(made);
  for (const type of ['AWS::Lambda::Permission', 'AWS::Lambda::Url', 'AWS::Lambda::EventSourceMapping'])
    template.resourceCountIs(type, 0);
  template.resourceCountIs('AWS::Lambda::Function', 1);
});

describe('the access role', () => {
  it('lets the broker in for this application alone, and be tagged in a statement of its own', () => {
    stackWith(made).hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: 'sts:AssumeRole',
            Condition: {
              StringEquals: { 'sts:ExternalId': { Ref: Match.stringLikeRegexp('^ApplicationRole') } },
            },
          }),
          { Action: 'sts:TagSession', Effect: 'Allow', Principal: Match.anyValue() },
        ],
      },
    });
  });

  it('lets a source identity be set where one is registered', () => {
    const template = stackWith({ ...made, registration: { ...registration, SourceIdentityClaim: 'sub' } });
    expect(textOf(template)).toContain('["sts:TagSession","sts:SetSourceIdentity"]');
    expect(textOf(stackWith(made))).not.toContain('sts:SetSourceIdentity');
  });

  it('reaches a tenant’s objects and items', () => {
    const template = stackWith(made, ({ access }, stack) => {
      access.grantTenantPrefix(Bucket.fromBucketName(stack, 'Bucket', 'files'));
      access.grantTenantItems(TableV2.fromTableName(stack, 'Table', 'orders'), { write: true });
    });
    const [, policy] =
      Object.entries(template.findResources('AWS::IAM::Policy')).find(([id]) => id.includes('Access')) ?? [];
    const statements = policy?.['Properties'].PolicyDocument.Statement;
    expect(JSON.stringify(statements[0])).toContain(':s3:::files/${aws:PrincipalTag/TenantID}/*');
    expect(statements[0].Action).toBe('s3:GetObject');
    expect(statements[1].Condition).toEqual({
      StringLike: { 's3:prefix': '${aws:PrincipalTag/TenantID}/*' },
    });
    expect(statements[2].Action).not.toContain('dynamodb:Scan');
    expect(statements[2].Condition).toEqual({
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['${aws:PrincipalTag/TenantID}'] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  });

  it('reaches no prefix of tenants whose names may have slashes', () => {
    const any = { ...registration, SessionTagValues: 'Any' as const };
    expect(() =>
      stackWith({ ...made, registration: any }, ({ access }, stack) =>
        access.grantTenantPrefix(Bucket.fromBucketName(stack, 'Bucket', 'files')),
      ),
    ).toThrow('grantTenantPrefix: takes tenants of SessionTagValues Strict alone');
  });
});

describe('the application’s role', () => {
  it('may ask for credentials, and register in the function’s session alone', () => {
    const text = textOf(stackWith(made));
    for (const route of routes('GET/credentials', 'POST/credentials', '*/applications'))
      expect(text).toContain(route);
    const denied = text.match(/"Effect":"Deny"/g);
    expect(denied).toHaveLength(2);
    expect(text).toContain('"StringNotEquals":{"aws:PrincipalTag/IAMSessionBrokerRegistration":"Allowed"}');
    expect(text).toContain('"StringNotLike":{"aws:userid":"*:IAMSessionBrokerRegistration"}');
  });

  it('may be given: then its policies are beside it, made anew with its name', () => {
    const given = (roleName: string) => (stack: Stack) => ({
      role: new Role(stack, 'Own', { assumedBy: lambda, roleName }),
    });
    const policiesOf = (template: Template) =>
      Object.keys(template.findResources('AWS::IAM::Policy')).filter((id) => /Invoke|RegisterApp/.test(id));
    const [one, other] = ['Shop', 'Store'].map((name) => policiesOf(stackWith(given(name)))) as [
      string[],
      string[],
    ];
    expect(one).toHaveLength(2);
    expect(one.filter((id) => other.includes(id))).toEqual([]);
    expect(policiesOf(stackWith(given('Shop')))).toEqual(one);
  });

  it('may call /applications in no session where a registrar registers', () => {
    const template = stackWith((stack) => ({
      ...made,
      registrar: Role.fromRoleName(stack, 'Registrar', 'Deployer'),
    }));
    const text = textOf(template);
    expect(text).not.toContain('/applications');
    expect(text).not.toContain('sts:RoleSessionName');
    template.hasResourceProperties('Custom::BrokerRegistration', {
      ApplicationRoleId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^ApplicationRole'), 'RoleId'] },
    });
  });
});

describe('the function', () => {
  it('may assume the application’s role and write its log, and nothing else', () => {
    const template = stackWith(made).toJSON() as {
      Resources: Record<string, { Type: string; Properties: unknown }>;
    };
    const [id] = Object.keys(template.Resources).filter((key) => key.includes('RegistrationFunctionRole'));
    const ofFunction = Object.values(template.Resources).filter(
      ({ Type, Properties }) =>
        Type === 'AWS::IAM::Policy' && JSON.stringify(Properties).includes(`"Roles":[{"Ref":"${id}"}]`),
    );
    expect(
      ofFunction.map(
        ({ Properties }) =>
          (Properties as { PolicyDocument: { Statement: unknown } }).PolicyDocument.Statement,
      ),
    ).toEqual([
      [
        {
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [expect.stringMatching('^ApplicationRole'), 'Arn'] },
        },
      ],
    ]);
    const role = template.Resources[id as string]?.Properties as {
      Policies: unknown;
      ManagedPolicyArns?: unknown;
    };
    expect(role.ManagedPolicyArns).toBeUndefined();
    expect(JSON.stringify(role.Policies)).toMatch(/"Action":\["logs:CreateLogStream","logs:PutLogEvents"\]/);
  });

  it('is told the registration as text, for a custom resource’s numbers become text', () => {
    const [{ Properties }] = Object.values(stackWith(made).findResources('Custom::BrokerRegistration')) as [
      { Properties: { Registration: unknown } },
    ];
    expect(JSON.stringify(Properties.Registration)).toContain('\\"SessionDurationSeconds\\":900');
  });
});

describe('props', () => {
  const given = (stack: Stack): IRole => new Role(stack, 'Own', { assumedBy: lambda });
  const imported = (stack: Stack): IRole => Role.fromRoleName(stack, 'Own', 'Shop');
  it.each<[string, (stack: Stack) => Partial<BrokeredApplicationProps>, string]>([
    ['neither a role nor who assumes one', () => ({}), 'role, assumedBy: give one of the two'],
    [
      'both',
      (stack) => ({ role: given(stack), assumedBy: lambda }),
      'role: is given, so roleName and assumedBy say nothing',
    ],
    ['an imported role', (stack) => ({ role: imported(stack) }), 'role: is imported'],
    [
      'an imported role without its id, and a registrar',
      (stack) => ({ role: imported(stack), registrar: Role.fromRoleName(stack, 'Registrar', 'Deployer') }),
      'applicationRoleId: must be given',
    ],
    [
      'an id, and no registrar',
      () => ({ ...made, applicationRoleId: 'AROA' }),
      'applicationRoleId: is for a registrar',
    ],
    [
      'a domain, and no API’s id',
      () => ({ ...made, broker: { endpoint: 'https://broker.example.com/' } }),
      'broker.apiId: must be given',
    ],
    [
      'an endpoint that is only known later, and no API’s id',
      (stack) => ({ ...made, broker: { endpoint: new CfnParameter(stack, 'Endpoint').valueAsString } }),
      'broker.apiId: must be given',
    ],
  ])('%s are refused by name', (_, props, message) => {
    expect(() => stackWith(props)).toThrow(message);
  });
});
