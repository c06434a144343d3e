// AWS CloudFormation: what a deployed stack answers when asked for its outputs, its resources and its template.
import type { QueryService } from '../../account/service.ts';
import { describeStackResource } from './describe-stack-resource.ts';
import { describeStackResources } from './describe-stack-resources.ts';
import { describeStacks } from './describe-stacks.ts';
import { getTemplate } from './get-template.ts';
import { listStackResources } from './list-stack-resources.ts';

export const cloudFormation: QueryService = {
  name: 'cloudformation',
  protocol: 'query',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: {
    DescribeStackResource: describeStackResource,
    DescribeStackResources: describeStackResources,
    DescribeStacks: describeStacks,
    GetTemplate: getTemplate,
    ListStackResources: listStackResources,
  },
};
