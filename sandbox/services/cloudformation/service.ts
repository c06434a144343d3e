// AWS CloudFormation: what a deployed stack answers when asked for its outputs and its template.
import type { QueryService } from '../../account/service.ts';
import { describeStacks } from './describe-stacks.ts';
import { getTemplate } from './get-template.ts';

export const cloudFormation: QueryService = {
  name: 'cloudformation',
  protocol: 'query',
  xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  operations: { DescribeStacks: describeStacks, GetTemplate: getTemplate },
};
