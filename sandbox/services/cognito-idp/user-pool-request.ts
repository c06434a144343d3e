// What the administrator's operations have in common: the pool and the user that a request names.
import type { AuthorizationRequest, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import type { User, UserPool } from '../../user-pools/user-pool.ts';

/** Throws `InvalidParameterException`, as Cognito words it, where the parameter is absent. */
export function requiredString(input: Readonly<Record<string, unknown>>, name: string): string {
  const value = input[name];
  if (typeof value === 'string') return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw new AwsError(
    'InvalidParameterException',
    `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The pool of `UserPoolId`; throws `ResourceNotFoundException`. */
export function userPoolOf({ account, input }: OperationCall): UserPool {
  const userPoolId = requiredString(input, 'UserPoolId');
  const userPool = account.userPools.get(userPoolId);
  if (userPool) return userPool;
  throw new AwsError('ResourceNotFoundException', `User pool ${userPoolId} does not exist.`);
}

/** The user of `Username`; throws `UserNotFoundException`. */
export function userOf(userPool: UserPool, { input }: OperationCall): User {
  const user = userPool.users.get(requiredString(input, 'Username'));
  if (user) return user;
  throw new AwsError('UserNotFoundException', 'User does not exist.');
}

/** Asks for the action on the pool that the request names, whether or not it exists. */
export function authorizeOnUserPool(action: string): (call: OperationCall) => AuthorizationRequest {
  return ({ account, input }) => ({
    action: `cognito-idp:${action}`,
    resource: `arn:${account.partition}:cognito-idp:${account.region}:${account.accountId}:userpool/${requiredString(input, 'UserPoolId')}`,
  });
}
