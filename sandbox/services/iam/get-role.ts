// GetRole: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
import type { Operation } from '../../account/operation.ts';
import { onRole, requireRoleName } from './resource-arn.ts';
import { shownRole } from './shown-role.ts';

export const getRole: Operation = {
  authorize: onRole('iam:GetRole'),
  run: (call) => ({ Role: shownRole(call.account, call.account.identities.role(requireRoleName(call))) }),
};
