// The example identity provider, as its template has it: what its tokens show of a user.
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createUser, signIn } from '../../client/account/pool-user.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';

it('shows tenant, role and address of a user, and nothing that the user could have written', async () => {
  const sandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    stacks: ['IdentityProvider-Service-Sandbox'],
  });
  onTestFinished(() => sandbox.stop());
  const { environment } = sandbox;
  const cognito = new CognitoIdentityProviderClient({
    region: sandbox.account.region,
    endpoint: environment['AWS_ENDPOINT_URL'] as string,
    credentials: {
      accessKeyId: environment['AWS_ACCESS_KEY_ID'] as string,
      secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] as string,
    },
  });
  const [userPool] = [...sandbox.account.userPools.values()];
  const [clientId = ''] = [...(userPool?.clients.keys() ?? [])];
  const user = { userPoolId: userPool?.userPoolId ?? '', username: 'alice' };
  const { password } = await createUser(cognito, user, {
    'custom:tenant_id': 'Yellow',
    'custom:role': 'Admin',
    email: 'alice@example.com',
    email_verified: 'true',
    name: 'Blue',
    locale: 'Blue',
    nickname: 'Blue',
  });

  const claims = decodeJwt(await signIn(cognito, { clientId, username: user.username, password }));

  expect(claims).toMatchObject({
    'custom:tenant_id': 'Yellow',
    'custom:role': 'Admin',
    email: 'alice@example.com',
    email_verified: true,
    'cognito:username': 'alice',
  });
  expect(Object.values(claims)).not.toContain('Blue');
});
