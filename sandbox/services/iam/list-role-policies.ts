// ListRolePolicies: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
import type { Operation } from '../../account/operation.ts';
import { pageOf } from './page.ts';
import { onRole, requireRoleName } from './resource-arn.ts';

/** The inline policies; a role here has no others. */
export const listRolePolicies: Operation = {
  authorize: onRole('iam:ListRolePolicies'),
  run(call) {
    const { inlinePolicies } = call.account.identities.role(requireRoleName(call));
    const { names, isTruncated, marker } = pageOf(call, [...inlinePolicies.keys()]);
    return { PolicyNames: names, IsTruncated: isTruncated, Marker: marker };
  },
};
