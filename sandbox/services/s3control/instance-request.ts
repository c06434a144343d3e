// What requests of S3 Access Grants have in common: the account that they name, and what IAM is asked about.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

/** @throws AwsError NotImplemented for an instance of another account, which a resource policy would have to open */
export function requireOwnAccount({ account, input }: OperationCall): void {
  if (input['AccountId'] === account.accountId) return;
  throw new AwsError(
    'NotImplemented',
    `The sandbox does not have S3 Access Grants across accounts: the instance of ${input['AccountId']} asked from ${account.accountId}.`,
    501,
  );
}

/** An action on the account's instance, be it there or not. @param name of the operation, and of its action */
export function onInstance(name: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    requireOwnAccount(call);
    return {
      action: `s3:${name}`,
      resource: call.account.accessGrants.instanceArn,
      context: tagContext(call),
    };
  };
}

/**
 * An action on a location or a grant. While it is created it has no id yet, and the policy must allow all.
 * @param id of what is there
 */
export function onPart(
  call: OperationCall,
  name: string,
  part: 'location' | 'grant',
  { id = '*', scope }: { id?: string; scope: string | undefined },
): AuthorizationRequest {
  requireOwnAccount(call);
  const key = part === 'grant' ? 's3:AccessGrantScope' : 's3:AccessGrantsLocationScope';
  return {
    action: `s3:${name}`,
    resource: `${call.account.accessGrants.instanceArn}/${part}/${id}`,
    context: { ...(scope !== undefined && { [key]: scope }), ...tagContext(call) },
  };
}

/** Who registers a location hands its role to S3 Access Grants. */
export function passingRole(roleArn: string, service: string): AuthorizationRequest {
  return { action: 'iam:PassRole', resource: roleArn, context: { 'iam:PassedToService': service } };
}

/** The tags of the request; nothing of the sandbox shows them later. */
function tagContext({ input }: OperationCall): Record<string, string | string[]> {
  const { Tags } = input;
  if (Tags === undefined || Tags === '') return {};
  const tags = [(Tags as { Tag?: unknown }).Tag ?? []].flat() as { Key?: unknown; Value?: unknown }[];
  return {
    'aws:TagKeys': tags.map(({ Key }) => String(Key)),
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, String(Value)])),
  };
}
