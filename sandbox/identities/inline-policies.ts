// The inline policies of a role or user, within IAM's limits on their size.
import { AwsError } from '../aws-error.ts';
import { requireText } from '../constraints.ts';
import type { Role, User } from './identity.ts';
import { checkPolicy, type PolicyDocument, policySize } from './policy-document.ts';

/** Characters of all inline policies together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_ROLE_POLICIES_SIZE = 10_240;
const MAX_USER_POLICIES_SIZE = 2_048;

/** @throws AwsError MalformedPolicyDocument, LimitExceeded, ValidationError */
export function putInlinePolicy(owner: Role | User, policyName: string, document: PolicyDocument): void {
  requireText('policyName', policyName, { maxLength: 128, pattern: /^[\w+=,.@-]+$/ });
  const policy = checkPolicy(document, 'identity');
  const [maxSize, ownerName] =
    'roleName' in owner
      ? [MAX_ROLE_POLICIES_SIZE, `role ${owner.roleName}`]
      : [MAX_USER_POLICIES_SIZE, `user ${owner.userName}`];
  let size = policySize(policy);
  for (const [name, other] of owner.inlinePolicies) if (name !== policyName) size += policySize(other);
  if (size > maxSize) {
    throw new AwsError(
      'LimitExceeded',
      `Maximum policy size of ${maxSize} bytes exceeded for ${ownerName}`,
      409,
    );
  }
  owner.inlinePolicies.set(policyName, policy);
}
