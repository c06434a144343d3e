// Whom a request for data comes from: the caller's role or user, and whom the session acts for.
import type { Asker } from '../../access-grants/matching.ts';
import type { OperationCall } from '../../account/operation.ts';

export function askerOf({ caller }: OperationCall): Asker {
  if (caller.kind !== 'session') return { principalArn: caller.arn, identityContext: undefined };
  return { principalArn: caller.role.arn, identityContext: caller.identityContext };
}
