// CreateTokenWithIAM: who may ask for which application and user, by which words, and what the answer has.
import { CreateTokenWithIAMCommand, SSOOIDCClient } from '@aws-sdk/client-sso-oidc';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { putScope } from '../../sandbox/identity-center/applications.ts';
import { assign } from '../../sandbox/identity-center/assignments.ts';
import {
  accountId,
  actorPolicy,
  claims,
  clock,
  contextOf,
  elsewhere,
  exchange,
  GRANT_TYPE,
  instance,
  issuer,
  lastEvent,
  newApplication,
  newGroup,
  newUser,
  served,
  sessionElsewhere,
  settingsOf,
  useIdentityCenter,
} from './fixtures/identity-center-account.ts';

useIdentityCenter();

const may = { Action: 'sso-oauth:CreateTokenWithIAM', Resource: '*' };
const denied = {
  name: 'AccessDeniedException',
  error: 'access_denied',
  error_description: undefined,
  $metadata: expect.objectContaining({ httpStatusCode: 400 }),
};

/** A token of somebody new. */
async function anybody() {
  const user = newUser();
  const email = user.attributes['DisplayName'];
  return { user, token: await issuer.sign(claims({ email })) };
}

describe('the answer', () => {
  it('has the tokens, the scopes, and the identity context twice', async () => {
    const application = newApplication();
    putScope(application, 's3:access_grants:read_write', undefined);
    const { user, token } = await anybody();
    const answer = await exchange(application, token);
    expect(answer).toMatchObject({
      accessToken: expect.stringMatching(/^aoa/),
      tokenType: 'Bearer',
      expiresIn: 3_600,
      issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      scope: ['openid', 'aws', 'sts:identity_context', 's3:access_grants:read_write'],
    });
    const { idToken = '', awsAdditionalDetails } = answer;
    expect(decodeJwt(idToken)).toMatchObject({
      iss: `https://identitycenter.amazonaws.com/${instance.instanceId}`,
      sub: user.userId,
      aud: application.arn,
      exp: Math.floor(clock / 1_000) + 3_600,
      'aws:identity_store_arn': instance.identityStoreArn,
      'sts:identity_context': awsAdditionalDetails?.identityContext,
    });
    expect(decodeProtectedHeader(idToken).alg).toBe('HS384');
    expect(awsAdditionalDetails?.identityContext).toMatch(/^AQoJ/);
    expect(answer.refreshToken).toBeUndefined();
  });

  it('has no more than the scopes that were asked for', async () => {
    const { token } = await anybody();
    const answer = await exchange(newApplication(), token, { scope: ['aws'] });
    expect(answer).toMatchObject({ scope: ['aws'], accessToken: expect.any(String) });
    expect(answer.idToken).toBeUndefined();
    expect(answer.awsAdditionalDetails).toBeUndefined();
  });

  it('shows nothing of whom the context is about, and none is another', async () => {
    const user = newUser();
    const contexts = [await contextOf(user), await contextOf(user)];
    expect(new Set(contexts).size).toBe(2);
    for (const context of contexts) {
      expect(context.length).toBeLessThan(2_048);
      expect(Buffer.from(context, 'base64').toString('latin1')).not.toContain(user.userId);
    }
  });
});

describe('the request', () => {
  const ask = (input: Record<string, unknown>) =>
    new SSOOIDCClient(settingsOf(served.administrator)).send(new CreateTokenWithIAMCommand(input as never));

  it.each<[string, (application: string) => Record<string, unknown>, string, string, number]>([
    [
      'names no application',
      () => ({ clientId: undefined }),
      'InvalidRequestException',
      'invalid_request',
      400,
    ],
    [
      'names no application of AWS’s',
      () => ({ clientId: 'x' }),
      'InvalidClientException',
      'invalid_client',
      401,
    ],
    [
      'names an application that is not there',
      (arn) => ({ clientId: arn.replace(/.$/, '-') }),
      'InvalidClientException',
      'invalid_client',
      401,
    ],
    ['names no grant', () => ({ grantType: undefined }), 'InvalidRequestException', 'invalid_request', 400],
    [
      'names a grant that there is not',
      () => ({ grantType: 'password' }),
      'UnsupportedGrantTypeException',
      'unsupported_grant_type',
      400,
    ],
    ['has no token', () => ({ assertion: undefined }), 'InvalidRequestException', 'invalid_request', 400],
    [
      'asks for a scope that the application has not',
      () => ({ scope: ['openid', 's3:everything'] }),
      'InvalidScopeException',
      'invalid_scope',
      400,
    ],
  ])('that %s is refused', async (_, changed, name, error, httpStatusCode) => {
    const { arn: clientId } = newApplication();
    const input = { clientId, grantType: GRANT_TYPE, assertion: 'token', ...changed(clientId) };
    await expect(ask(input)).rejects.toMatchObject({
      name,
      error,
      $metadata: expect.objectContaining({ httpStatusCode }),
    });
  });

  it.each(['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:token-exchange'])(
    'for the grant %s is refused by name',
    async (grantType) => {
      await expect(exchange(newApplication(), 'token', { grantType })).rejects.toMatchObject({
        message: `The sandbox does not have the grant ${grantType}.`,
        $metadata: expect.objectContaining({ httpStatusCode: 501 }),
      });
    },
  );

  it('for an application without the grant is refused', async () => {
    const application = newApplication();
    application.grants.clear();
    await expect(exchange(application, 'token')).rejects.toMatchObject({ error: 'unauthorized_client' });
  });

  it('without aws_iam is none that the sandbox has', async () => {
    const client = new SSOOIDCClient(settingsOf(served.administrator));
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, { query: {} });
        return next(args);
      },
      { step: 'build' },
    );
    const command = new CreateTokenWithIAMCommand({ clientId: 'x', grantType: GRANT_TYPE });
    await expect(client.send(command)).rejects.toMatchObject({
      message: 'The sandbox does not have sso-oauth POST /token.',
      $metadata: expect.objectContaining({ httpStatusCode: 501 }),
    });
  });
});

describe('the caller', () => {
  const actor = (Condition: object) => actorPolicy({ Condition });

  it.each<[string, Record<string, unknown>[], object | undefined, boolean]>([
    ['whose policy and whose actor policy allow it', [may], actorPolicy({}), true],
    ['whose own policy does not allow it', [], actorPolicy({}), false],
    ['whose own policy denies it', [may, { ...may, Effect: 'Deny' }], actorPolicy({}), false],
    [
      'whose own policy is about another application',
      [{ ...may, Resource: 'arn:aws:sso::1:application/x/y' }],
      actorPolicy({}),
      false,
    ],
    ['of an application without an authentication method', [may], undefined, false],
    ['whom the actor policy does not name', [may], actorPolicy({ Principal: { AWS: elsewhere } }), false],
    ['whom the actor policy denies', [may], actorPolicy({}, { Effect: 'Deny', Sid: 'No' }), false],
    [
      'of an actor policy for another action',
      [may],
      actorPolicy({ Action: 'sso-oauth:RevokeTokenWithIAM' }),
      false,
    ],
    [
      'of an actor policy for another application',
      [may],
      actorPolicy({ Resource: 'arn:aws:sso::1:application/x/y' }),
      false,
    ],
    [
      'whom the actor policy’s condition leaves out',
      [may],
      actor({ ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:role/Another` } }),
      false,
    ],
    [
      'whom the actor policy’s condition means',
      [may],
      actor({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:role/Role*` } }),
      true,
    ],
  ])('%s', async (_, statements, policy, isAllowed) => {
    const application = newApplication();
    application.actorPolicy = undefined;
    if (policy) instance.applications.putActorPolicy(application, policy);
    const caller = served.allowed({ Action: 'sts:GetCallerIdentity', Resource: '*' }, ...statements);
    const { token } = await anybody();
    const exchanged = exchange(application, token, {}, caller);
    if (isAllowed) expect((await exchanged).tokenType).toBe('Bearer');
    else await expect(exchanged).rejects.toMatchObject(denied);
  });

  it('whom an actor policy names by role needs a policy of its own too, though it is of the same account', async () => {
    const application = newApplication();
    const caller = served.allowed({ Action: 'sts:GetCallerIdentity', Resource: '*' });
    const role = [...served.account.identities.roles.keys()].at(-1);
    const Principal = { AWS: `arn:aws:iam::${accountId}:role/${role}` };
    instance.applications.putActorPolicy(application, actorPolicy({ Principal }));
    await expect(exchange(application, (await anybody()).token, {}, caller)).rejects.toMatchObject(denied);
    expect(lastEvent()?.reason).toMatch(/because no identity-based policy allows/);
  });

  it('may be of another account, where both accounts say so', async () => {
    const application = newApplication();
    const { token } = await anybody();
    await expect(
      exchange(application, token, {}, sessionElsewhere({ Action: 's3:GetObject', Resource: '*' })),
    ).rejects.toMatchObject(denied);
    const caller = sessionElsewhere({ ...may, Resource: application.arn });
    instance.applications.putActorPolicy(application, actorPolicy({ Principal: { AWS: accountId } }));
    await expect(exchange(application, token, {}, caller)).rejects.toMatchObject(denied);
    instance.applications.putActorPolicy(application, actorPolicy({ Principal: { AWS: elsewhere } }));
    expect((await exchange(application, token, {}, caller)).tokenType).toBe('Bearer');
    expect(lastEvent()).toMatchObject({ service: 'sso-oauth', operation: 'CreateTokenWithIAM' });
    expect(lastEvent()?.callerArn).toMatch(new RegExp(`^arn:aws:sts::${elsewhere}:`));
  });

  it('asks nothing of an application that is disabled', async () => {
    const { applications } = instance;
    const application = applications.create({
      Name: 'Off',
      Status: 'DISABLED',
      ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
    });
    await expect(exchange(application, 'token')).rejects.toMatchObject(denied);
  });
});

describe('the user', () => {
  it('must have the application assigned, unless it is told otherwise', async () => {
    const application = newApplication();
    application.assignmentRequired = true;
    const { user, token } = await anybody();
    await expect(exchange(application, token)).rejects.toMatchObject(denied);
    expect(lastEvent()?.reason).toBe(`the application is not assigned to the user ${user.userId}`);
    assign(application, { principalType: 'USER', principalId: user.userId }, instance.store);
    expect((await exchange(application, token)).tokenType).toBe('Bearer');
  });

  it('may have it by a group', async () => {
    const application = newApplication();
    application.assignmentRequired = true;
    const { groupId } = newGroup();
    assign(application, { principalType: 'GROUP', principalId: groupId }, instance.store);
    const { user, token } = await anybody();
    await expect(exchange(application, token)).rejects.toMatchObject(denied);
    instance.store.createMembership(groupId, user.userId, 'test');
    expect((await exchange(application, token)).tokenType).toBe('Bearer');
  });

  it('must be assigned at first', () => {
    const { assignmentRequired } = instance.applications.create({
      Name: 'New',
      ApplicationProviderArn: 'arn:aws:sso::aws:applicationProvider/custom',
    });
    expect(assignmentRequired).toBe(true);
  });
});
