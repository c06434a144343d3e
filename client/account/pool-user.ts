// The user of the story: a member of one tenant in the identity provider's user pool.
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';

export interface PoolUser {
  readonly userPoolId: string;
  readonly username: string;
}

/** Creates a user whose tokens carry the attributes, with a password made up for this run alone. */
export async function createUser(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, username }: PoolUser,
  attributes: Readonly<Record<string, string>>,
): Promise<{ password: string }> {
  const user = { UserPoolId: userPoolId, Username: username };
  const password = `Aa1!${crypto.randomUUID()}`;
  await cognito.send(
    new AdminCreateUserCommand({
      ...user,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
  return { password };
}

/** Deletes the user, where there is one. */
export async function deleteUser(
  cognito: CognitoIdentityProviderClient,
  { userPoolId, username }: PoolUser,
): Promise<void> {
  try {
    await cognito.send(new AdminDeleteUserCommand({ UserPoolId: userPoolId, Username: username }));
  } catch (error) {
    if ((error as Error).name !== 'UserNotFoundException') throw error;
  }
}

/** Signs in with a password; returns the ID token. */
export async function signIn(
  cognito: CognitoIdentityProviderClient,
  user: { clientId: string; username: string; password: string },
): Promise<string> {
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: user.clientId,
      AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
    }),
  );
  if (!AuthenticationResult?.IdToken) throw new Error('cognito-idp InitiateAuth gave no ID token');
  return AuthenticationResult.IdToken;
}

/** The token for another tenant, under the signature of the first. */
export function tamperWith(token: string, claims: Readonly<Record<string, string>>): string {
  const [header, payload = '', signature] = token.split('.');
  const altered = { ...JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), ...claims };
  return [header, Buffer.from(JSON.stringify(altered)).toString('base64url'), signature].join('.');
}
