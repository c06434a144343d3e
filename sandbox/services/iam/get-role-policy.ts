// GetRolePolicy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
import type { Operation } from '../../account/operation.ts';
import { onRole, requirePolicyName, requireRoleName } from './resource-arn.ts';
import { shownPolicy } from './shown-role.ts';

export const getRolePolicy: Operation = {
  authorize: onRole('iam:GetRolePolicy'),
  run(call) {
    const roleName = requireRoleName(call);
    const policyName = requirePolicyName(call);
    const document = call.account.identities.rolePolicy(roleName, policyName);
    return { RoleName: roleName, PolicyName: policyName, PolicyDocument: shownPolicy(document) };
  },
};
