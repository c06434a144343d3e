// DeleteRolePermissionsBoundary: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePermissionsBoundary.html
import type { Operation } from '../../account/operation.ts';
import { onRole, requireRoleName } from './resource-arn.ts';

export const deleteRolePermissionsBoundary: Operation = {
  authorize: onRole('iam:DeleteRolePermissionsBoundary'),
  run(call) {
    call.account.identities.role(requireRoleName(call)).permissionsBoundary = undefined;
  },
};
