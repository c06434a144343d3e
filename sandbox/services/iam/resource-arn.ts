// The ARN that a permission on a role or user is asked for, and the names that requests give them.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { type RequestContext, tagContext } from '../../authorization/request-context.ts';
import { requireText } from '../../constraints.ts';

const NAME = /^[\w+=,.@-]+$/;

/** @throws AwsError ValidationError */
export function requireRoleName({ input }: OperationCall): string {
  return requireText('roleName', input['RoleName'], { maxLength: 64, pattern: NAME });
}

/** @throws AwsError ValidationError */
export function requireUserName({ input }: OperationCall): string {
  return requireText('userName', input['UserName'], { maxLength: 64, pattern: NAME });
}

/** @throws AwsError ValidationError */
export function requirePolicyName({ input }: OperationCall): string {
  return requireText('policyName', input['PolicyName'], { maxLength: 128, pattern: NAME });
}

/** The action on the role that the request names; one that does not exist has the path `/`. */
export function onRole(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const roleName = requireRoleName(call);
    const { accountId, identities } = call.account;
    const role = identities.roles.get(roleName);
    return {
      action,
      resource: role?.arn ?? `arn:aws:iam::${accountId}:role/${roleName}`,
      context: resourceTagContext(role?.tags),
    };
  };
}

/** The action on the user that the request names; one that does not exist has the path `/`. */
export function onUser(action: string): (call: OperationCall) => AuthorizationRequest {
  return (call) => {
    const userName = requireUserName(call);
    const { accountId, identities } = call.account;
    const user = identities.users.get(userName);
    return {
      action,
      resource: user?.arn ?? `arn:aws:iam::${accountId}:user/${userName}`,
      context: resourceTagContext(user?.tags),
    };
  };
}

/** Of a resource that is not there: none. */
export function resourceTagContext(tags: ReadonlyMap<string, string> = new Map()): RequestContext {
  return { ...tagContext('aws:ResourceTag', tags), ...tagContext('iam:ResourceTag', tags) };
}
