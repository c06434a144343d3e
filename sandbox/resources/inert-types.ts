// Resource types that do nothing at run time: accepted with any properties, and with the reason why.
import { z } from 'zod';
import type { CreatedResource } from '../templates/intrinsic-functions.ts';
import { type ResourceContext, type ResourceType, resourceType } from './resource-type.ts';

interface InertType {
  /** Why nothing is missed. */
  readonly because: string;
  /** The property that names it; CloudFormation makes up a name where it is absent. */
  readonly named?: string;
  /** What `Ref` and `Fn::GetAtt` give; by default the name, and nothing. */
  readonly gives?: (
    name: string,
    context: ResourceContext,
    properties: Properties,
  ) => Partial<CreatedResource>;
}

type Properties = Readonly<Record<string, unknown>>;

const noMetrics = 'no metric is kept';
const noScaling = 'provisioned concurrency stays as the alias sets it';
const noMessages = 'nothing sends a message';
const noUpdates = 'traffic shifts when a stack is updated, and no stack is';

const types: Readonly<Record<string, InertType>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    because: noScaling,
    gives: (_, __, { ResourceId, ScalableDimension, ServiceNamespace }) => {
      const id = [ResourceId, ScalableDimension, ServiceNamespace].join('|');
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    because: noScaling,
    named: 'PolicyName',
    gives: (name, context) => {
      const arn = arnOf(context, 'autoscaling', `scalingPolicy:${context.uuid()}:policyName/${name}`);
      return { ref: arn, attributes: { Arn: arn } };
    },
  },
  'AWS::CDK::Metadata': { because: 'only counts constructs' },
  'AWS::CloudWatch::Alarm': { because: noMetrics, named: 'AlarmName', gives: alarm },
  'AWS::CloudWatch::CompositeAlarm': { because: noMetrics, named: 'AlarmName', gives: alarm },
  'AWS::CloudWatch::Dashboard': { because: noMetrics, named: 'DashboardName' },
  'AWS::CodeDeploy::Application': { because: noUpdates, named: 'ApplicationName' },
  'AWS::CodeDeploy::DeploymentConfig': { because: noUpdates, named: 'DeploymentConfigName' },
  'AWS::CodeDeploy::DeploymentGroup': { because: noUpdates, named: 'DeploymentGroupName' },
  'AWS::Logs::MetricFilter': { because: noMetrics },
  'AWS::Route53::HostedZone': {
    because: 'an alias record answers in any zone',
    gives: (_, { shortId }) => {
      const id = `Z${shortId().toUpperCase()}`;
      return { ref: id, attributes: { Id: id } };
    },
  },
  'AWS::SNS::Subscription': { because: noMessages },
  'AWS::SNS::Topic': {
    because: noMessages,
    named: 'TopicName',
    gives: (name, context) => {
      const arn = arnOf(context, 'sns', name);
      return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
  },
  'AWS::SNS::TopicPolicy': { because: noMessages },
};

function alarm(name: string, context: ResourceContext): Partial<CreatedResource> {
  return { attributes: { Arn: arnOf(context, 'cloudwatch', `alarm:${name}`) } };
}

function arnOf({ account }: ResourceContext, service: string, resource: string): string {
  return `arn:${account.partition}:${service}:${account.region}:${account.accountId}:${resource}`;
}

function inert({ named, gives }: InertType): ResourceType {
  const create = (given: Properties, context: ResourceContext): CreatedResource => {
    const name = String((named && given[named]) ?? context.physicalName());
    return { ref: name, attributes: {}, ...gives?.(name, context, given) };
  };
  return resourceType(z.record(z.string(), z.unknown()), create, {
    update: (given, _, context) => create(given, context),
    delete: () => {},
  });
}

export const inertTypes: Readonly<Record<string, ResourceType>> = Object.fromEntries(
  Object.entries(types).map(([type, described]) => [type, inert(described)]),
);
