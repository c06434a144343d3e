// Cognito: signing in, and administering users.
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  AuthFlowType,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cognitoIdp } from '../../sandbox/services/cognito-idp/service.ts';
import { createUserPool, createUserPoolClient } from '../../sandbox/user-pools/templates.ts';
import type { UserPool, UserPoolClient } from '../../sandbox/user-pools/user-pool.ts';
import { type ServedAccount, serveAccount } from './fixtures/served-account.ts';

const password = 'Correct-horse-7';

let served: ServedAccount;
let administrator: CognitoIdentityProviderClient;
let anonymous: CognitoIdentityProviderClient;
let userPool: UserPool;
let client: UserPoolClient;

beforeAll(async () => {
  served = await serveAccount([cognitoIdp]);
  administrator = new CognitoIdentityProviderClient(served.administrator);
  const { endpoint, region } = served.administrator;
  anonymous = new CognitoIdentityProviderClient({
    endpoint,
    region,
    maxAttempts: 1,
    credentials: () => Promise.reject(new Error('signing in takes no credentials')),
  });
});

afterAll(() => served.close());

beforeEach(async () => {
  const StringAttributeConstraints = { MinLength: '1', MaxLength: '256' };
  userPool = await createUserPool(served.account, {
    Schema: [
      { Name: 'tenant_id', AttributeDataType: 'String', Mutable: true, StringAttributeConstraints },
      { Name: 'email', AttributeDataType: 'String', Required: true },
    ],
  });
  client = createUserPoolClient(userPool, {
    UserPoolId: userPool.userPoolId,
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
    WriteAttributes: ['email', 'name'],
    AccessTokenValidity: 30,
    TokenValidityUnits: { AccessToken: 'minutes' },
  });
});

const user = () => ({ UserPoolId: userPool.userPoolId, Username: 'alice' });

function createUser(attributes: Record<string, string> = {}, temporaryPassword?: string) {
  return administrator.send(
    new AdminCreateUserCommand({
      ...user(),
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      MessageAction: 'SUPPRESS',
      ...(temporaryPassword !== undefined && { TemporaryPassword: temporaryPassword }),
    }),
  );
}

function setPassword(Password: string, Permanent = true) {
  return administrator.send(new AdminSetUserPasswordCommand({ ...user(), Password, Permanent }));
}

function signIn(PASSWORD: string, USERNAME = 'alice', ClientId = client.clientId) {
  const AuthParameters = { USERNAME, PASSWORD };
  return anonymous.send(
    new InitiateAuthCommand({ AuthFlow: AuthFlowType.USER_PASSWORD_AUTH, ClientId, AuthParameters }),
  );
}

describe('signing in', () => {
  it('gives tokens shaped as Cognito shapes them, which the published keys verify', async () => {
    const created = await createUser({
      email: 'alice@example.com',
      email_verified: 'true',
      'custom:tenant_id': 'Yellow',
    });
    await setPassword(password);
    const { AuthenticationResult: tokens, ChallengeName } = await signIn(password);
    expect(ChallengeName).toBeUndefined();
    expect(tokens).toMatchObject({ ExpiresIn: 1_800, TokenType: 'Bearer' });
    expect(tokens?.RefreshToken).toMatch(/^[\w-]{600,}$/);

    const keys = createLocalJWKSet(userPool.jwks as unknown as JSONWebKeySet);
    const { payload: id } = await jwtVerify(tokens?.IdToken ?? '', keys);
    const { payload: access } = await jwtVerify(tokens?.AccessToken ?? '', keys);
    const sub = created.User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);
    const shared = {
      sub,
      iss: `https://localhost:4568/${userPool.userPoolId}`,
      origin_jti: uuid,
      event_id: uuid,
      auth_time: id.iat,
      iat: id.iat,
      jti: uuid,
    };
    expect(id).toEqual({
      ...shared,
      aud: client.clientId,
      token_use: 'id',
      'cognito:username': 'alice',
      email: 'alice@example.com',
      email_verified: true,
      'custom:tenant_id': 'Yellow',
      exp: Number(id.iat) + 3_600,
    });
    expect(access).toEqual({
      ...shared,
      client_id: client.clientId,
      token_use: 'access',
      scope: 'aws.cognito.signin.user.admin',
      username: 'alice',
      exp: Number(id.iat) + 1_800,
    });
    expect(access.jti).not.toBe(id.jti);
    expect(access['event_id']).toBe(id['event_id']);
  });

  it('refuses a wrong password and an unknown user in the same words', async () => {
    await createUser();
    await setPassword(password);
    for (const attempt of [signIn('Wrong-password-1'), signIn(password, 'bob')]) {
      await expect(attempt).rejects.toMatchObject({
        name: 'NotAuthorizedException',
        message: 'Incorrect username or password.',
      });
    }
  });

  it('tells that a user does not exist where the client does not prevent it', async () => {
    const legacy = createUserPoolClient(userPool, { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] });
    await expect(signIn(password, 'bob', legacy.clientId)).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
  });

  it('challenges a user whose password is temporary, and gives no token', async () => {
    await createUser({ email: 'alice@example.com' }, 'Temporary-1');
    const answer = await signIn('Temporary-1');
    expect(answer.ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
    expect(answer.AuthenticationResult).toBeUndefined();
    expect(answer.ChallengeParameters).toMatchObject({
      USER_ID_FOR_SRP: 'alice',
      userAttributes: '{"email":"alice@example.com"}',
    });
    const challenge = { ClientId: client.clientId, ChallengeName: answer.ChallengeName } as const;
    await expect(anonymous.send(new RespondToAuthChallengeCommand(challenge))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await setPassword('Temporary-2', false);
    expect((await signIn('Temporary-2')).ChallengeName).toBe('NEW_PASSWORD_REQUIRED');
  });

  it('refuses an unknown client, a flow that the client does not enable, and missing parameters', async () => {
    await expect(signIn(password, 'alice', 'nobody')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'User pool client nobody does not exist.',
    });
    const noFlows = createUserPoolClient(userPool, {});
    await expect(signIn(password, 'alice', noFlows.clientId)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'USER_PASSWORD_AUTH flow not enabled for this client',
    });
    const nameless = new InitiateAuthCommand({
      AuthFlow: AuthFlowType.USER_PASSWORD_AUTH,
      ClientId: client.clientId,
      AuthParameters: { PASSWORD: password },
    });
    await expect(anonymous.send(nameless)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Missing required parameter USERNAME',
    });
  });

  it('shows only the attributes that the client may read', async () => {
    const reader = createUserPoolClient(userPool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      ReadAttributes: ['email'],
    });
    await createUser({ email: 'alice@example.com', 'custom:tenant_id': 'Yellow' });
    await setPassword(password);
    const { AuthenticationResult } = await signIn(password, 'alice', reader.clientId);
    const claims = decodeJwt(AuthenticationResult?.IdToken ?? '');
    expect(claims['email']).toBe('alice@example.com');
    expect(claims).not.toHaveProperty('custom:tenant_id');
  });

  it('leaves no password and no token in the trail', async () => {
    await createUser();
    await setPassword(password);
    const { AuthenticationResult } = await signIn(password);
    await signIn('Wrong-password-1').catch(() => undefined);
    const trail = JSON.stringify(served.account.trail.events);
    expect(trail).toContain('InitiateAuth');
    for (const secret of [password, 'Wrong-password-1', AuthenticationResult?.IdToken]) {
      expect(trail).not.toContain(secret);
    }
  });
});

describe('administering users', () => {
  it('creates a user who must change the password', async () => {
    const { User } = await createUser({ 'custom:tenant_id': 'Yellow' });
    expect(User).toMatchObject({ Username: 'alice', Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    expect(User?.UserCreateDate).toBeInstanceOf(Date);
    expect(User?.Attributes).toContainEqual({ Name: 'custom:tenant_id', Value: 'Yellow' });
    await expect(createUser()).rejects.toMatchObject({
      name: 'UsernameExistsException',
      message: 'User account already exists',
    });
  });

  it('refuses attributes outside the schema, and names each', async () => {
    await expect(createUser({ 'custom:nope': 'x', tenant_id: 'y' })).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        'Attributes did not conform to the schema: custom:nope: Attribute does not exist in the schema.\n' +
        'tenant_id: Attribute does not exist in the schema.\n',
    });
    await expect(createUser({ 'custom:tenant_id': 'x'.repeat(257) })).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(userPool.users.size).toBe(0);
  });

  it.each([
    ['Aa-4567', 'Password not long enough'],
    ['AA-45678', 'Password must have lowercase characters'],
    ['aa-45678', 'Password must have uppercase characters'],
    ['Aa-bcdef', 'Password must have numeric characters'],
    ['Aa345678', 'Password must have symbol characters'],
  ])('refuses the password %s: %s', async (weak, reason) => {
    const refusal = {
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${reason}`,
    };
    await expect(createUser({}, weak)).rejects.toMatchObject(refusal);
    await createUser();
    await expect(setPassword(weak)).rejects.toMatchObject(refusal);
  });

  it('deletes a user, who can no longer sign in', async () => {
    await createUser();
    await setPassword(password);
    await administrator.send(new AdminDeleteUserCommand(user()));
    await expect(signIn(password)).rejects.toMatchObject({ name: 'NotAuthorizedException' });
    await expect(administrator.send(new AdminDeleteUserCommand(user()))).rejects.toMatchObject({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
  });

  it('refuses a pool that does not exist', async () => {
    const elsewhere = { ...user(), UserPoolId: 'eu-west-1_nobody' };
    await expect(administrator.send(new AdminDeleteUserCommand(elsewhere))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'User pool eu-west-1_nobody does not exist.',
    });
  });

  it('asks IAM for the pool by its ARN', async () => {
    const Resource = `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${userPool.userPoolId}`;
    const deleter = new CognitoIdentityProviderClient(
      served.allowed({ Action: 'cognito-idp:AdminDeleteUser', Resource }),
    );
    await createUser();
    await deleter.send(new AdminDeleteUserCommand(user()));
    await expect(deleter.send(new AdminCreateUserCommand(user()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        /is not authorized to perform: cognito-idp:AdminCreateUser on resource: arn:/,
      ),
    });
    const elsewhere = { ...user(), UserPoolId: 'eu-west-1_nobody' };
    await expect(deleter.send(new AdminDeleteUserCommand(elsewhere))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});
