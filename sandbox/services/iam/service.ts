// AWS IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/
import type { Service } from '../../account/service.ts';
import { addClientIdToOpenIdConnectProvider } from './add-client-id-to-open-id-connect-provider.ts';
import { createAccessKey } from './create-access-key.ts';
import { createOpenIdConnectProvider } from './create-open-id-connect-provider.ts';
import { createRole } from './create-role.ts';
import { createUser } from './create-user.ts';
import { deleteOpenIdConnectProvider } from './delete-open-id-connect-provider.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { getOpenIdConnectProvider } from './get-open-id-connect-provider.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { listOpenIdConnectProviders } from './list-open-id-connect-providers.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoles } from './list-roles.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { putUserPolicy } from './put-user-policy.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';

export const iam: Service = {
  name: 'iam',
  inEveryAccount: true,
  protocol: 'query',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: {
    AddClientIDToOpenIDConnectProvider: addClientIdToOpenIdConnectProvider,
    CreateAccessKey: createAccessKey,
    CreateOpenIDConnectProvider: createOpenIdConnectProvider,
    CreateRole: createRole,
    CreateUser: createUser,
    DeleteOpenIDConnectProvider: deleteOpenIdConnectProvider,
    DeleteRole: deleteRole,
    DeleteRolePermissionsBoundary: deleteRolePermissionsBoundary,
    DeleteRolePolicy: deleteRolePolicy,
    GetOpenIDConnectProvider: getOpenIdConnectProvider,
    GetRole: getRole,
    GetRolePolicy: getRolePolicy,
    ListOpenIDConnectProviders: listOpenIdConnectProviders,
    ListRolePolicies: listRolePolicies,
    ListRoles: listRoles,
    PutRolePermissionsBoundary: putRolePermissionsBoundary,
    PutRolePolicy: putRolePolicy,
    PutUserPolicy: putUserPolicy,
    UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  },
};
