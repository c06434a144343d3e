// DescribeStacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
import type { Stack } from '../../account/account.ts';
import type { Operation } from '../../account/operation.ts';
import { authorizeOnStack, namedStack } from './named-stack.ts';

export const describeStacks: Operation = {
  authorize: authorizeOnStack('DescribeStacks'),
  run(call) {
    const { account, input } = call;
    const stacks = input['StackName'] === undefined ? [...account.stacks.values()] : [namedStack(call)];
    return { Stacks: stacks.map(describe) };
  },
};

function describe(stack: Stack): Record<string, unknown> {
  return {
    StackId: stack.stackId,
    StackName: stack.stackName,
    Description: stack.description,
    CreationTime: new Date(stack.createdAt).toISOString(),
    StackStatus: stack.status,
    DisableRollback: false,
    Outputs: stack.outputs.map(({ key, value, description, exportName }) => ({
      OutputKey: key,
      OutputValue: value,
      Description: description,
      ExportName: exportName,
    })),
  };
}
