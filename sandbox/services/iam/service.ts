// AWS IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/
import type { Service } from '../../account/service.ts';
import { createAccessKey } from './create-access-key.ts';
import { createRole } from './create-role.ts';
import { createUser } from './create-user.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoles } from './list-roles.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { putUserPolicy } from './put-user-policy.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';

export const iam: Service = {
  name: 'iam',
  protocol: 'query',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    CreateAccessKey: createAccessKey,
    CreateRole: createRole,
    CreateUser: createUser,
    DeleteRole: deleteRole,
    DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
    DeleteRolePolicy: deleteRolePolicy,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    ListRolePolicies: listRolePolicies,
    ListRoles: listRoles,
    PutRolePermissionsBoundary: putRolePermissionsBoundary,
    PutRolePolicy: putRolePolicy,
    PutUserPolicy: putUserPolicy,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  },
};
