// Stacks as requests name them: by name or by id.
import type { Account, Stack } from '../../account/account.ts';

export function findStack(account: Account, nameOrId: unknown): Stack | undefined {
  return [...account.stacks.values()].find(
    ({ stackName, stackId }) => stackName === nameOrId || stackId === nameOrId,
  );
}

/** `*` stands for the id that a stack which does not exist lacks. */
export function stackArn(account: Account, nameOrId: unknown): string {
  if (nameOrId === undefined) return '*';
  const name = String(nameOrId);
  if (name.startsWith('arn:')) return name;
  return (
    findStack(account, name)?.stackId ??
    `arn:${account.partition}:cloudformation:${account.region}:${account.accountId}:stack/${name}/*`
  );
}
