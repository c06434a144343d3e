// The tokens of a sign-in, with the claims that Cognito gives them.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Account } from '../../account/account.ts';
import type { User, UserPool, UserPoolClient } from '../../user-pools/user-pool.ts';

export interface AuthenticationResult {
  readonly AccessToken: string;
  readonly IdToken: string;
  /** Opaque; nothing here takes it. */
  readonly RefreshToken: string;
  /** The access token's validity in seconds. */
  readonly ExpiresIn: number;
  readonly TokenType: 'Bearer';
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html */
export async function issueTokens(
  account: Account,
  userPool: UserPool,
  client: UserPoolClient,
  user: User,
): Promise<AuthenticationResult> {
  const authTime = Math.floor(account.now() / 1_000);
  const shared = {
    sub: user.sub,
    iss: userPool.issuer,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    auth_time: authTime,
    iat: authTime,
  };
  const idClaims = {
    ...shownAttributes(client, user),
    ...shared,
    'cognito:username': user.username,
    aud: client.clientId,
    token_use: 'id',
    exp: authTime + client.idTokenSeconds,
    jti: randomUUID(),
  };
  const accessClaims = {
    ...shared,
    client_id: client.clientId,
    token_use: 'access',
    scope: 'aws.cognito.signin.user.admin',
    exp: authTime + client.accessTokenSeconds,
    jti: randomUUID(),
    username: user.username,
  };
  return {
    AccessToken: await userPool.sign(accessClaims),
    IdToken: await userPool.sign(idClaims),
    RefreshToken: randomBytes(512).toString('base64url'),
    ExpiresIn: client.accessTokenSeconds,
    TokenType: 'Bearer',
  };
}

/** Every attribute is a string, except the two that say that an address is verified. */
function shownAttributes(client: UserPoolClient, user: User): Record<string, string | boolean> {
  const shown = [...user.attributes].filter(([name]) => client.readAttributes?.has(name) ?? true);
  return Object.fromEntries(
    shown.map(([name, value]) => [name, name.endsWith('_verified') ? value.toLowerCase() === 'true' : value]),
  );
}
