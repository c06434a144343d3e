// The stack that a request names, by name or id: its ARN for IAM, and the stack itself.
import type { Account, Stack } from '../../account/account.ts';
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

/** Asks for the action on the stack that the request names, whether or not it exists; on all where it names none. */
export function authorizeOnStack(action: string): (call: OperationCall) => AuthorizationRequest {
  return ({ account, input }) => ({
    action: `cloudformation:${action}`,
    resource: stackArn(account, input['StackName']),
  });
}

/** @throws AwsError ValidationError */
export function namedStack({ account, input }: OperationCall): Stack {
  const { StackName: nameOrId } = input;
  const stack = findStack(account, nameOrId);
  if (!stack) throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
  return stack;
}

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
