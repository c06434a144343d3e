// GetCallerIdentity: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
import type { Operation } from '../../account/operation.ts';

/** Needs no permission, and no policy can deny it. */
export const getCallerIdentity: Operation = {
  run: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.accountId }),
};
