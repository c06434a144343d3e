// PutUserPolicy: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
import type { Operation } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';
import { parsePolicy } from '../../identities/policy-document.ts';
import { onUser, requirePolicyName, requireUserName } from './resource-arn.ts';

export const putUserPolicy: Operation = {
  authorize: onUser('iam:PutUserPolicy'),
  run(call) {
    const document = requireText('policyDocument', call.input['PolicyDocument'], { maxLength: 131_072 });
    call.account.identities.putUserPolicy(
      requireUserName(call),
      requirePolicyName(call),
      parsePolicy(document, 'identity'),
    );
  },
};
