// DescribeStacks: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
import type { Account, Stack } from '../../account/account.ts';
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

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

function findStack(account: Account, nameOrId: unknown): Stack | undefined {
  return [...account.stacks.values()].find(
    ({ stackName, stackId }) => stackName === nameOrId || stackId === nameOrId,
  );
}

/** `*` stands for the id that a stack which does not exist lacks. */
function stackArn(account: Account, nameOrId: unknown): string {
  if (nameOrId === undefined) return '*';
  const name = String(nameOrId);
  if (name.startsWith('arn:')) return name;
  return (
    findStack(account, name)?.stackId ??
    `arn:${account.partition}:cloudformation:${account.region}:${account.accountId}:stack/${name}/*`
  );
}

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
