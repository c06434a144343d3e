// What requests about an Identity Center instance have in common: its ARN, and what else must be allowed.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { requireText } from '../../constraints.ts';

/** @throws AwsError ValidationError */
export function readIdentityCenterArn({ input }: OperationCall): string {
  return requireText('identityCenterArn', input['IdentityCenterArn'], {
    minLength: 10,
    maxLength: 1_224,
    pattern: /^arn:[^:]+:sso::(\d{12}){0,1}:instance\/.*$/,
  });
}

/** S3 Access Grants makes an application of its own in the instance, as the caller. */
export function associating(call: OperationCall): AuthorizationRequest[] {
  const instanceArn = readIdentityCenterArn(call);
  const instanceId = instanceArn.split('/').at(-1);
  const application = `arn:aws:sso::${call.account.accountId}:application/${instanceId}/*`;
  return [
    { action: 'sso:CreateApplication', resource: instanceArn },
    { action: 'sso:PutApplicationGrant', resource: application },
    { action: 'sso:PutApplicationAuthenticationMethod', resource: application },
  ];
}
