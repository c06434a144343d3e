// AdminCreateUser: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
import { randomBytes, randomUUID } from 'node:crypto';
import type { Operation, OperationCall } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import type { User } from '../../user-pools/user-pool.ts';
import { authorizeOnUserPool, requiredString, userPoolOf } from './user-pool-request.ts';

/**
 * No message is ever sent. Without a `TemporaryPassword` the user gets one that nobody knows, until
 * AdminSetUserPassword sets another.
 */
export const adminCreateUser: Operation = {
  authorize: authorizeOnUserPool('AdminCreateUser'),
  run(call) {
    const { account, input } = call;
    const userPool = userPoolOf(call);
    const username = usernameOf(input);
    if (input['MessageAction'] === 'RESEND') {
      throw new AwsError('NotImplemented', 'The sandbox sends no messages: MessageAction RESEND', 501);
    }
    const attributes = attributesOf(input);
    userPool.schema.check(attributes);
    const temporaryPassword = input['TemporaryPassword'];
    if (typeof temporaryPassword === 'string') userPool.passwordPolicy.check(temporaryPassword);
    if (userPool.users.has(username)) {
      throw new AwsError('UsernameExistsException', 'User account already exists');
    }
    const user: User = {
      username,
      sub: randomUUID(),
      attributes,
      password:
        typeof temporaryPassword === 'string' ? temporaryPassword : randomBytes(32).toString('base64'),
      status: 'FORCE_CHANGE_PASSWORD',
      createdAt: account.now(),
    };
    userPool.users.set(username, user);
    return { User: describe(user) };
  },
};

function usernameOf(input: OperationCall['input']): string {
  const username = requiredString(input, 'Username');
  if (/^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u.test(username)) return username;
  throw new AwsError(
    'InvalidParameterException',
    "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+",
  );
}

function attributesOf({ UserAttributes = [] }: OperationCall['input']): Map<string, string> {
  const attributes = UserAttributes as readonly { readonly Name: string; readonly Value?: string }[];
  return new Map(attributes.map(({ Name, Value = '' }) => [Name, Value]));
}

function describe(user: User): Record<string, unknown> {
  return {
    Username: user.username,
    Attributes: [['sub', user.sub], ...user.attributes].map(([Name, Value]) => ({ Name, Value })),
    UserCreateDate: user.createdAt / 1_000,
    UserLastModifiedDate: user.createdAt / 1_000,
    Enabled: true,
    UserStatus: user.status,
  };
}
