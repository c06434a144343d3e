// PutRolePolicy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { onRole, requirePolicyName, requireRoleName } from './resource-arn.ts';

export const putRolePolicy: Operation = {
  authorize: onRole('iam:PutRolePolicy'),
  run(call) {
    const document = requireText('policyDocument', call.input['PolicyDocument'], { maxLength: 131_072 });
    call.account.identities.putRolePolicy(
      requireRoleName(call),
      requirePolicyName(call),
      parsePolicy(document, 'identity'),
    );
  },
};
