// DescribeStackResources: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { authorizeOnStack, namedStack } from './named-stack.ts';
import { namedResource, shownResource, shownStack } from './stack-resource.ts';

/** So many of one stack at most; ListStackResources has the rest. */
const LONGEST = 100;

export const describeStackResources: Operation = {
  authorize: authorizeOnStack('DescribeStackResources'),
  run(call) {
    const { input } = call;
    if (input['StackName'] === undefined || input['PhysicalResourceId'] !== undefined) {
      throw new AwsError('NotImplemented', 'The sandbox finds stack resources by StackName alone.', 501);
    }
    const stack = namedStack(call);
    const resources =
      input['LogicalResourceId'] === undefined
        ? stack.resources.slice(0, LONGEST)
        : [namedResource(stack, call)];
    return {
      StackResources: resources.map((resource) => ({
        ...shownStack(stack),
        ...shownResource(resource),
        Timestamp: new Date(resource.changedAt).toISOString(),
      })),
    };
  },
};
