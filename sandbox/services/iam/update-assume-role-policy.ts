// UpdateAssumeRolePolicy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { onRole, requireRoleName } from './resource-arn.ts';

export const updateAssumeRolePolicy: Operation = {
  authorize: onRole('iam:UpdateAssumeRolePolicy'),
  run(call) {
    const document = requireText('policyDocument', call.input['PolicyDocument'], { maxLength: 131_072 });
    call.account.identities.updateTrustPolicy(requireRoleName(call), parsePolicy(document, 'trust'));
  },
};
