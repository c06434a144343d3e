// How a new version takes over, in prose.
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { describe, expect, it } from 'vitest';
import type { CredentialsManager } from '../../lib/broker/credentials-manager.ts';
import { Deployment } from '../../lib/broker/deployment.ts';
import { ServiceStack } from '../../lib/broker/service-stack.ts';
import { settingsOf, synthesizeService } from './synthesis.ts';

const template = synthesizeService({}, 'production');
const idOf = (type: string, properties: object = {}): string => {
  const ids = Object.keys(template.findResources(type, { Properties: properties }));
  expect(ids).toHaveLength(1);
  return ids[0] as string;
};
const groupId = idOf('AWS::CodeDeploy::DeploymentGroup');

/** The deployment of a stack that has an alarm, added to one that deploys all at once. */
function withAlarm(): Template {
  const [settings] = settingsOf({ sandbox: {} });
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new ServiceStack(app, 'IAMSessionBroker-Service', settings as NonNullable<typeof settings>);
  const credentialsManager = stack.node.findChild('CredentialsManager') as CredentialsManager;
  const alarm = new Alarm(stack, 'Alarm', {
    metric: credentialsManager.alias.metricErrors(),
    threshold: 1,
    evaluationPeriods: 1,
  });
  new Deployment(stack, 'Deployment', { credentialsManager, rollbackAlarms: [alarm] });
  return Template.fromStack(stack);
}

describe('a new version', () => {
  it('gets a tenth of the requests for five minutes, then all of them', () => {
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      ApplicationName: { Ref: idOf('AWS::CodeDeploy::Application', { ComputePlatform: 'Lambda' }) },
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
    });
    template.hasResource('AWS::Lambda::Alias', {
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: Match.objectLike({ DeploymentGroupName: { Ref: groupId } }),
      },
    });
  });

  it('is taken back when its deployment fails or is stopped', () => {
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: Match.arrayWith(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST']),
      },
    });
  });

  it('is taken back when an alarm goes off, and the alarm on the alias waits for nothing that waits for it', () => {
    const alarmed = withAlarm();
    const [alarmId] = Object.entries(alarmed.findResources('AWS::CloudWatch::Alarm')).flatMap(
      ([id, alarm]) => (alarm['Properties']?.AlarmName === undefined ? [id] : []),
    );
    alarmed.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: alarmId } }] },
      AutoRollbackConfiguration: { Enabled: true, Events: Match.arrayWith(['DEPLOYMENT_STOP_ON_ALARM']) },
    });
  });

  it('takes over at once in the sandbox', () => {
    const sandbox = synthesizeService();
    sandbox.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0);
    sandbox.hasResource('AWS::Lambda::Alias', { UpdatePolicy: Match.absent() });
  });
});

describe('CodeDeploy', () => {
  it('may shift the traffic of this function, look at alarms, and nothing else', () => {
    const functionArn = { 'Fn::GetAtt': [idOf('AWS::Lambda::Function'), 'Arn'] };
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: Match.objectLike({
        Statement: [Match.objectLike({ Principal: { Service: 'codedeploy.amazonaws.com' } })],
      }),
      ManagedPolicyArns: Match.absent(),
      Policies: [
        {
          PolicyName: 'ShiftTraffic',
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
                Resource: [functionArn, { 'Fn::Join': ['', [functionArn, ':*']] }],
              },
              { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms', Resource: '*' },
            ],
          },
        },
      ],
    });
  });
});

describe('provisioned concurrency', () => {
  it('scales on its utilization between floor and ceiling', () => {
    const scaled = synthesizeService({
      provisionedConcurrency: 2,
      maxProvisionedConcurrency: 20,
      provisionedConcurrencyUtilization: 0.6,
    });
    scaled.hasResourceProperties('AWS::Lambda::Alias', {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 2 },
    });
    scaled.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
      MinCapacity: 2,
      MaxCapacity: 20,
      ServiceNamespace: 'lambda',
      ScalableDimension: 'lambda:function:ProvisionedConcurrency',
    });
    scaled.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 0.6,
        PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
  });

  it('stays as it is set where floor and ceiling are the same', () => {
    template.hasResourceProperties('AWS::Lambda::Alias', {
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 },
    });
    template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  });

  it.each([
    ['the sandbox, which must deploy to a new account that has none to give', 'sandbox', {}],
    ['an environment that does without', 'production', { provisionedConcurrency: 0 }],
  ])('is not there in %s: no configuration, and nothing to scale', (_, environment, settings) => {
    const without = synthesizeService(settings, environment);
    without.resourceCountIs('AWS::Lambda::Alias', 1);
    without.hasResourceProperties('AWS::Lambda::Alias', { ProvisionedConcurrencyConfig: Match.absent() });
    without.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  });
});
