// AWS CloudFormation: what a deployed stack answers when asked for its outputs.
import type { QueryService } from '../../account/service.ts';
import { describeStacks } from './describe-stacks.ts';

export const cloudFormation: QueryService = {
  name: 'cloudformation',
  protocol: 'query',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: { DescribeStacks: describeStacks },
};
