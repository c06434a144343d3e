// PutRolePermissionsBoundary: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { permissionsBoundary } from '../../identities/managed-policies.ts';
import { onRole, requireRoleName } from './resource-arn.ts';

export const putRolePermissionsBoundary: Operation = {
  authorize: onRole('iam:PutRolePermissionsBoundary'),
  run(call) {
    const arn = requireText('permissionsBoundary', call.input['PermissionsBoundary'], {
      minLength: 20,
      maxLength: 2_048,
    });
    call.account.identities.role(requireRoleName(call)).permissionsBoundary = permissionsBoundary(arn);
  },
};
