// InitiateAuth: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
import { randomBytes } from 'node:crypto';
import type { Account } from '../../account/account.ts';
import type { Operation } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';
import type { User, UserPool, UserPoolClient } from '../../user-pools/user-pool.ts';
import { issueTokens } from './tokens.ts';
import { requiredString } from './user-pool-request.ts';

/** Signs a user in with name and password; of all flows it knows `USER_PASSWORD_AUTH` alone. */
export const initiateAuth: Operation = {
  unsigned: true,
  async run({ account, input }) {
    const authFlow = requiredString(input, 'AuthFlow');
    const { userPool, client } = clientOf(account, requiredString(input, 'ClientId'));
    requireFlow(client, authFlow);
    const parameters = (input['AuthParameters'] ?? {}) as Record<string, unknown>;
    const username = authParameter(parameters, 'USERNAME');
    const user = authenticate(userPool, client, username, authParameter(parameters, 'PASSWORD'));
    if (user.status === 'FORCE_CHANGE_PASSWORD') return newPasswordRequired(user);
    return {
      ChallengeParameters: {},
      AuthenticationResult: await issueTokens(account, userPool, client, user),
    };
  },
};

function clientOf(account: Account, clientId: string): { userPool: UserPool; client: UserPoolClient } {
  for (const userPool of account.userPools.values()) {
    const client = userPool.clients.get(clientId);
    if (client) return { userPool, client };
  }
  throw new AwsError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`);
}

function requireFlow({ explicitAuthFlows }: UserPoolClient, authFlow: string): void {
  // The names with no prefix are those of clients made before 2019; a template may still give them.
  if (!explicitAuthFlows.includes(`ALLOW_${authFlow}`) && !explicitAuthFlows.includes(authFlow)) {
    throw new AwsError('InvalidParameterException', `${authFlow} flow not enabled for this client`);
  }
  if (authFlow !== 'USER_PASSWORD_AUTH') {
    throw new AwsError('NotImplemented', `The sandbox does not know the flow ${authFlow}`, 501);
  }
}

function authParameter(parameters: Readonly<Record<string, unknown>>, name: string): string {
  const value = parameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidParameterException', `Missing required parameter ${name}`);
}

function authenticate(userPool: UserPool, client: UserPoolClient, username: string, password: string): User {
  const user = userPool.users.get(username);
  if (!user && !client.preventUserExistenceErrors) {
    throw new AwsError('UserNotFoundException', 'User does not exist.');
  }
  if (user?.password !== password) {
    throw new AwsError('NotAuthorizedException', 'Incorrect username or password.');
  }
  return user;
}

/** The challenge that stands before a first sign-in; RespondToAuthChallenge, which would answer it, is not known here. */
function newPasswordRequired(user: User): Record<string, unknown> {
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: randomBytes(64).toString('base64url'),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: '[]',
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  };
}
