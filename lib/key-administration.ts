// Who looks after a KMS key whose policy is all that lets anybody use it: the account's administrators, whom IAM names.
import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** To use the key they would have to change its policy first, which CloudTrail tells. */
export function keyAdministration({ rotates = false } = {}): PolicyStatement {
  return new PolicyStatement({
    sid: 'Administration',
    principals: [new AccountRootPrincipal()],
    actions: [
      'kms:CancelKeyDeletion',
      'kms:CreateAlias',
      'kms:DeleteAlias',
      'kms:DescribeKey',
      'kms:DisableKey',
      ...(rotates ? ['kms:DisableKeyRotation'] : []),
      'kms:EnableKey',
      ...(rotates ? ['kms:EnableKeyRotation'] : []),
      'kms:GetKeyPolicy',
      'kms:GetKeyRotationStatus',
      'kms:ListGrants',
      'kms:ListKeyPolicies',
      'kms:ListResourceTags',
      'kms:PutKeyPolicy',
      'kms:ScheduleKeyDeletion',
      'kms:TagResource',
      'kms:UntagResource',
      'kms:UpdateAlias',
      'kms:UpdateKeyDescription',
    ],
    resources: ['*'],
  });
}
