// What a production template has that does nothing here: it deploys, and can be referred to as on AWS.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';

let local: DeployedAccount;
let outputs: Record<string, string>;

/** Resources as the CDK synthesizes them outside the sandbox, with an output for every reference to them. */
function productionTemplate(): Template {
  const template = gatewayTemplate();
  const { Alias } = template.Resources;
  Object.assign(Alias ?? {}, {
    UpdatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: 'Application' },
        DeploymentGroupName: { Ref: 'DeploymentGroup' },
      },
    },
  });
  Object.assign(template.Resources, {
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { AlarmActions: [{ Ref: 'Topic' }], Threshold: 1 },
    },
    NamedAlarm: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmName: 'Broker-Unavailable' } },
    Application: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
    DeploymentRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'Deployment',
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'sts:AssumeRole',
              Principal: { Service: 'codedeploy.amazonaws.com' },
            },
          ],
        },
        ManagedPolicyArns: [
          {
            'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited',
          },
        ],
      },
    },
    DeploymentGroup: {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: { Ref: 'Application' },
        ServiceRoleArn: { 'Fn::GetAtt': ['DeploymentRole', 'Arn'] },
        AlarmConfiguration: { Alarms: [{ Name: { Ref: 'Alarm' } }], Enabled: true },
      },
    },
    ScalableTarget: {
      Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      Properties: {
        ResourceId: { 'Fn::Sub': 'function:${Function}:live' },
        ScalableDimension: 'lambda:function:ProvisionedConcurrency',
        ServiceNamespace: 'lambda',
      },
    },
    ScalingPolicy: {
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: { PolicyName: 'Utilization', ScalingTargetId: { Ref: 'ScalableTarget' } },
    },
  });
  const refs = [
    'Topic',
    'Alarm',
    'NamedAlarm',
    'Application',
    'DeploymentGroup',
    'ScalableTarget',
    'ScalingPolicy',
  ];
  const attributes = [
    ['Alarm', 'Arn'],
    ['NamedAlarm', 'Arn'],
    ['Topic', 'TopicName'],
  ];
  template.Outputs = Object.fromEntries([
    ...refs.map((id) => [id, { Value: { Ref: id } }]),
    ...attributes.map((path) => [path.join('.'), { Value: { 'Fn::GetAtt': path } }]),
  ]);
  return template;
}

beforeAll(async () => {
  local = await openAccount();
  const stack = await local.deploy(productionTemplate());
  outputs = Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value]));
});
afterAll(() => local.close());

describe('what does nothing at run time', () => {
  test.each<[string, RegExp]>([
    ['Topic', /^arn:aws:sns:eu-west-1:123456789012:Stack-Topic-\w{12}$/],
    ['Topic.TopicName', /^Stack-Topic-\w{12}$/],
    ['Alarm', /^Stack-Alarm-\w{12}$/],
    ['Alarm.Arn', /^arn:aws:cloudwatch:eu-west-1:123456789012:alarm:Stack-Alarm-\w{12}$/],
    ['NamedAlarm', /^Broker-Unavailable$/],
    ['NamedAlarm.Arn', /:alarm:Broker-Unavailable$/],
    ['Application', /^Stack-Application-\w{12}$/],
    ['DeploymentGroup', /^Stack-DeploymentGroup-\w{12}$/],
    [
      'ScalableTarget',
      /^function:Stack-Function-\w{12}:live\|lambda:function:ProvisionedConcurrency\|lambda$/,
    ],
    [
      'ScalingPolicy',
      /^arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:.*:policyName\/Utilization$/,
    ],
  ])('is referred to as on AWS: %s', (reference, form) => {
    expect(outputs[reference]).toMatch(form);
  });

  test('leaves CodeDeploy’s role with AWS’s own policy, and no right to call a function but its hooks', () => {
    const role = local.account.identities.role('Deployment');
    const policy = role.inlinePolicies.get('AWSCodeDeployRoleForLambdaLimited') as unknown as {
      Statement: { Action: string[]; Resource: string }[];
    };

    expect(
      policy.Statement.flatMap(({ Action, Resource }) => Action.map((action) => [action, Resource])),
    ).toContainEqual(['lambda:UpdateAlias', '*']);
    expect(policy.Statement.find(({ Action }) => Action.includes('lambda:InvokeFunction'))?.Resource).toBe(
      'arn:aws:lambda:*:*:function:CodeDeployHook_*',
    );
  });
});
