// Resource types that do nothing at run time: accepted with any properties, and with the reason why.
import { z } from 'zod';
import { type ResourceType, resourceType } from './resource-type.ts';

const reasons = {
  'AWS::ApplicationAutoScaling::ScalableTarget': 'provisioned concurrency stays as the alias sets it',
  'AWS::ApplicationAutoScaling::ScalingPolicy': 'provisioned concurrency stays as the alias sets it',
  'AWS::CDK::Metadata': 'only counts constructs',
  'AWS::CloudWatch::Alarm': 'no metric is kept',
  'AWS::CloudWatch::Dashboard': 'no metric is kept',
  'AWS::Logs::MetricFilter': 'no metric is kept',
  'AWS::Logs::QueryDefinition': 'logs are read as they are',
};

const inert = resourceType(z.unknown(), (_, { physicalName }) => ({ ref: physicalName(), attributes: {} }));

export const inertTypes: Readonly<Record<string, ResourceType>> = Object.fromEntries(
  Object.keys(reasons).map((type) => [type, inert]),
);
