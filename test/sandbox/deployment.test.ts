// The deployment of a template: what becomes of its resources, and with which words it fails.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';

let local: DeployedAccount;

beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };

describe('a stack', () => {
  test('is deployed in the order of its references, whatever the order of the template', async () => {
    const stack = await local.deploy(gatewayTemplate(), 'Gateway');

    expect(stack).toMatchObject({
      stackName: 'Gateway',
      description: 'A function behind an HTTP API',
      status: 'CREATE_COMPLETE',
      outputs: [{ key: 'APIEndpoint', value: `${local.httpApi.url}/`, exportName: 'Endpoint' }],
    });
    expect(stack.stackId).toMatch(
      /^arn:aws:cloudformation:eu-west-1:123456789012:stack\/Gateway\/[0-9a-f-]{36}$/,
    );
    expect(local.account.stacks.get('Gateway')).toBe(stack);
  });

  test('names its resources as CloudFormation does, the same at every deployment', async () => {
    await local.deploy({ Resources: { MyRole: role } }, 'MyStack');
    const [name = ''] = local.account.identities.roles.keys();
    const other = await openAccount();
    await other.deploy({ Resources: { MyRole: role } }, 'MyStack');
    await other.close();

    expect(name).toMatch(/^MyStack-MyRole-[A-Z0-9]{12}$/);
    expect([...other.account.identities.roles.keys()]).toEqual([name]);
  });

  test('cuts long names to what their service takes', async () => {
    await local.deploy({ Resources: { [`Role${'y'.repeat(80)}`]: role } }, 'x'.repeat(80));

    const [name = ''] = local.account.identities.roles.keys();
    expect(name.length).toBeLessThanOrEqual(64);
    expect(name).toMatch(/^x+-Roley+-[A-Z0-9]{12}$/);
  });

  test('imports what another exports', async () => {
    await local.deploy({
      Resources: { Shared: role },
      Outputs: { RoleName: { Value: { Ref: 'Shared' }, Export: { Name: 'SharedRole' } } },
    });
    const { outputs } = await local.deploy(
      { Resources: {}, Outputs: { Imported: { Value: { 'Fn::ImportValue': 'SharedRole' } } } },
      'Importing',
    );

    expect(outputs).toEqual([{ key: 'Imported', value: [...local.account.identities.roles.keys()][0] }]);
  });

  test('leaves out the resources and outputs whose condition does not hold', async () => {
    const { outputs } = await local.deploy({
      Parameters: { Environment: { Type: 'String', Default: 'sandbox' } },
      Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'Environment' }, 'production'] } },
      Resources: { Role: { ...role, Condition: 'IsProduction' } },
      Outputs: { Role: { Value: { Ref: 'Role' }, Condition: 'IsProduction' } },
    });

    expect(outputs).toEqual([]);
    expect(local.account.identities.roles.size).toBe(0);
  });

  test('keeps saved queries, and refuses a property of them that it does not know', async () => {
    const Properties = { Name: 'Broker/Failures', QueryString: 'stats count(*)', LogGroupNames: ['/a'] };
    const Type = 'AWS::Logs::QueryDefinition';
    const stack = await local.deploy({ Resources: { Saved: { Type, Properties } } });

    const [{ physicalId = '' } = {}]: readonly { physicalId?: string }[] = stack.resources;
    expect(local.account.queryDefinitions).toMatchObject([
      {
        queryDefinitionId: physicalId,
        name: 'Broker/Failures',
        queryString: 'stats count(*)',
        logGroupNames: ['/a'],
      },
    ]);
    const unknown = { ...Properties, Parameters: [] };
    await expect(
      local.deploy({ Resources: { Saved: { Type, Properties: unknown } } }, 'Other'),
    ).rejects.toThrow(/Saved \(AWS::Logs::QueryDefinition\).*Parameters/s);
  });

  test('accepts what does nothing at run time', async () => {
    const resources = {
      Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2:…' } },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AnyProperty: { Ref: 'AWS::Region' } } },
    };

    await expect(local.deploy({ Resources: resources })).resolves.toHaveProperty('status', 'CREATE_COMPLETE');
  });
});

describe('a role', () => {
  test('has its inline policies, those of its stack, and the managed ones that are known', async () => {
    const document = (Action: string) => ({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
    });
    await local.deploy({
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: {
            RoleName: 'Named',
            Path: '/team/',
            AssumeRolePolicyDocument: trust,
            MaxSessionDuration: 7_200,
            Tags: [{ Key: 'Team', Value: 'blue' }],
            Policies: [{ PolicyName: 'Inline', PolicyDocument: document('s3:GetObject') }],
            ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'],
          },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'Attached',
            PolicyDocument: document('s3:PutObject'),
            Roles: [{ Ref: 'Role' }],
          },
        },
      },
    });

    const created = local.account.identities.roles.get('Named');
    expect(created).toMatchObject({
      arn: 'arn:aws:iam::123456789012:role/team/Named',
      maxSessionDurationSeconds: 7_200,
      tags: new Map([['Team', 'blue']]),
    });
    expect([...(created?.inlinePolicies.keys() ?? [])]).toEqual([
      'Inline',
      'AWSLambdaBasicExecutionRole',
      'Attached',
    ]);
  });
});

describe('the deployment fails', () => {
  function amended(logicalId: string, properties: Record<string, unknown>): Template {
    const template = gatewayTemplate();
    Object.assign(template.Resources[logicalId]?.Properties ?? {}, properties);
    return template;
  }

  function failsToInitialize(): Template {
    const template = amended('Function', { Environment: { Variables: { INIT: 'throw' } } });
    Object.assign(template.Resources['Alias']?.Properties ?? {}, {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
    });
    return template;
  }

  const cases: { what: string; template: Template; message: string | RegExp }[] = [
    {
      what: 'for a resource type that is not known',
      template: { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } },
      message: 'Stack: Queue (AWS::SQS::Queue): the sandbox does not know this resource type',
    },
    {
      what: 'for a property that is not known',
      template: amended('Function', { VpcConfig: {} }),
      message: /Function \(AWS::Lambda::Function\): .*Unrecognized key: "VpcConfig"/s,
    },
    {
      what: 'for a property within a property that is not known',
      template: amended('Stage', { DefaultRouteSettings: { LoggingLevel: 'INFO' } }),
      message: /Unrecognized key: "LoggingLevel"\s+→ at DefaultRouteSettings/,
    },
    {
      what: 'for a route whose method an HTTP API does not have',
      template: amended('GetOpen', { RouteKey: 'TRACE /open' }),
      message: 'a route key is $default, or a method and a path',
    },
    {
      what: 'for a runtime that is not Node.js',
      template: amended('Function', { Runtime: 'python3.13' }),
      message: 'the sandbox runs Node.js functions only',
    },
    {
      what: 'for code that is not in the assembly',
      template: amended('Function', { Code: { S3Bucket: 'b', S3Key: 'elsewhere.zip' } }),
      message: 'the cloud assembly has no asset for elsewhere.zip',
    },
    {
      what: 'for a variable that belongs to Lambda',
      template: amended('Function', { Environment: { Variables: { AWS_REGION: 'us-east-1' } } }),
      message: 'Reserved keys used in this request: AWS_REGION',
    },
    {
      what: 'for a role that Lambda may not assume',
      template: amended('ExecutionRole', {
        AssumeRolePolicyDocument: {
          Statement: [
            { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'ec2.amazonaws.com' } },
          ],
        },
      }),
      message: 'The role defined for the function cannot be assumed by Lambda',
    },
    {
      what: 'for a managed policy that is not known',
      template: amended('ExecutionRole', {
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
      }),
      message: 'does not know the managed policy arn:aws:iam::aws:policy/AdministratorAccess',
    },
    {
      what: 'for an access log variable that is not known',
      template: amended('Stage', {
        AccessLogSettings: {
          DestinationArn: { 'Fn::GetAtt': ['AccessLog', 'Arn'] },
          Format: '$context.authorizer.claims.sub',
        },
      }),
      message: 'does not know the access log variable $context.authorizer.claims.sub',
    },
    {
      what: 'when the function fails to initialize for its provisioned concurrency',
      template: failsToInitialize(),
      message: 'Alias (AWS::Lambda::Alias): Stack-Function-',
    },
    {
      what: 'for a rule that does not hold',
      template: {
        Parameters: {
          Bootstrap: {
            Type: 'AWS::SSM::Parameter::Value<String>',
            Default: '/cdk-bootstrap/hnb659fds/version',
          },
        },
        Rules: {
          Recent: {
            Assertions: [
              {
                Assert: { 'Fn::Not': [{ 'Fn::Contains': [['29', '30'], { Ref: 'Bootstrap' }] }] },
                AssertDescription: 'bootstrap again',
              },
            ],
          },
        },
        Resources: {},
      },
      message: 'Stack: rule Recent fails: bootstrap again',
    },
    {
      what: 'for an SSM parameter that does not exist',
      template: {
        Parameters: { Secret: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a/secret' } },
        Resources: {},
      },
      message: 'Parameters: the sandbox has no SSM parameter /a/secret (Secret)',
    },
    {
      what: 'for a parameter without a value',
      template: { Parameters: { Size: { Type: 'String' } }, Resources: {} },
      message: 'Parameters: [Size] must have values',
    },
    {
      what: 'for a section of the template that is not known',
      template: { Resources: {}, Transform: 'AWS::Serverless-2016-10-31' } as Template,
      message: 'Stack: the sandbox does not know the template section Transform',
    },
    {
      what: 'for names that are taken',
      template: {
        Resources: {
          One: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'same' } },
          Two: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: 'same' } },
        },
      },
      message: 'Two (AWS::Logs::LogGroup): The specified log group already exists (same)',
    },
  ];
  test.each(cases)('$what', async ({ template, message }) => {
    await expect(local.deploy(template)).rejects.toThrow(message);
    expect(local.account.stacks.size).toBe(0);
  });
});
