// DeleteRole: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html
import type { Operation } from '../../account/operation.ts';
import { onRole, requireRoleName } from './resource-arn.ts';

export const deleteRole: Operation = {
  authorize: onRole('iam:DeleteRole'),
  run: (call) => call.account.identities.deleteRole(requireRoleName(call)),
};
