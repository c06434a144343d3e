// DescribeStackResource: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
import type { Operation } from '../../account/operation.ts';
import { authorizeOnStack, namedStack } from './named-stack.ts';
import { namedResource, shownResource, shownStack } from './stack-resource.ts';

export const describeStackResource: Operation = {
  authorize: authorizeOnStack('DescribeStackResource'),
  run(call) {
    const stack = namedStack(call);
    const resource = namedResource(stack, call);
    return {
      StackResourceDetail: {
        ...shownStack(stack),
        ...shownResource(resource),
        LastUpdatedTimestamp: new Date(resource.changedAt).toISOString(),
      },
    };
  },
};
