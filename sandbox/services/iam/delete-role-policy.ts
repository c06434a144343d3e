// DeleteRolePolicy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
import type { Operation } from '../../account/operation.ts';
import { onRole, requirePolicyName, requireRoleName } from './resource-arn.ts';

export const deleteRolePolicy: Operation = {
  authorize: onRole('iam:DeleteRolePolicy'),
  run: (call) => call.account.identities.deleteRolePolicy(requireRoleName(call), requirePolicyName(call)),
};
