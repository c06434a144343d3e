// DescribeStacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
import type { Stack } from '../../account/account.ts';
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import { findStack, stackArn } from './stack-names.ts';

export const describeStacks: Operation = {
  authorize: ({ account, input }) => ({
    action: 'cloudformation:DescribeStacks',
    resource: stackArn(account, input['StackName']),
  }),
  run({ account, input }) {
    const { StackName: nameOrId } = input;
    if (nameOrId === undefined) return { Stacks: [...account.stacks.values()].map(describe) };
    const stack = findStack(account, nameOrId);
    if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    return { Stacks: [describe(stack)] };
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
