// A user pool and its clients: their ids and defaults, and what of a template they are built from.
import { beforeAll, describe, expect, it } from 'vitest';
import { createUserPool, createUserPoolClient } from '../../sandbox/user-pools/templates.ts';
import type { UserPool } from '../../sandbox/user-pools/user-pool.ts';

const account = { region: 'eu-west-1', issuerBaseUrl: 'https://localhost:4568', userPools: new Map() };

let userPool: UserPool;

beforeAll(async () => {
  userPool = await createUserPool(account, { UserPoolName: 'Users' });
});

describe('a pool and its clients', () => {
  it("have ids as Cognito forms them, and an issuer that ends in the pool's", () => {
    expect(userPool).toMatchObject({
      name: 'Users',
      issuer: `https://localhost:4568/${userPool.userPoolId}`,
    });
    expect(userPool.userPoolId).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(account.userPools.get(userPool.userPoolId)).toBe(userPool);
    const client = createUserPoolClient(userPool, {});
    expect(client.clientId).toMatch(/^[a-z0-9]{26}$/);
    expect(userPool.clients.get(client.clientId)).toBe(client);
  });

  it("have Cognito's defaults: SRP alone, tokens for an hour, unknown users told", () => {
    expect(createUserPoolClient(userPool, {})).toMatchObject({
      explicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'],
      idTokenSeconds: 3_600,
      accessTokenSeconds: 3_600,
      preventUserExistenceErrors: false,
    });
  });

  it('take token validities in their units', () => {
    const TokenValidityUnits = { IdToken: 'days', AccessToken: 'seconds' };
    const properties = { IdTokenValidity: 1, AccessTokenValidity: 300, TokenValidityUnits };
    const { idTokenSeconds, accessTokenSeconds } = createUserPoolClient(userPool, properties);
    expect([idTokenSeconds, accessTokenSeconds]).toEqual([86_400, 300]);
  });

  it('take a password policy as it stands in the template', async () => {
    const { passwordPolicy } = await createUserPool(account, {
      Policies: { PasswordPolicy: { MinimumLength: 6, RequireNumbers: true } },
    });
    expect(() => passwordPolicy.check('abcde1')).not.toThrow();
    expect(() => passwordPolicy.check('abcdef')).toThrow('numeric');
    expect(() => passwordPolicy.check('abcd1')).toThrow('not long enough');
  });

  it.each([' abcdef1', 'abcdef1 ', '\tabcdef1', 'abcdef1\n'])(
    'refuse a password with a blank at an end, whatever the policy, and do not repeat it: %j',
    (password) => {
      const refusal = expect.objectContaining({
        code: 'InvalidParameterException',
        message: expect.not.stringContaining('abcdef1'),
      });
      expect(() => userPool.passwordPolicy.check(password)).toThrow(refusal);
    },
  );
});

describe('building a pool from its template', () => {
  it.each([
    ['LambdaConfig', { LambdaConfig: {} }],
    ['DeveloperOnlyAttribute', { Schema: [{ Name: 'a', DeveloperOnlyAttribute: true }] }],
    ['PasswordHistorySize', { Policies: { PasswordPolicy: { PasswordHistorySize: 3 } } }],
    ['multi-factor', { MfaConfiguration: 'ON' }],
    ['string attributes only', { Schema: [{ Name: 'age', AttributeDataType: 'Number' }] }],
  ])('fails by name for what the sandbox does not know: %s', async (name, properties) => {
    await expect(createUserPool(account, properties)).rejects.toThrow(name);
  });

  it.each([
    ['RefreshTokenRotation', { RefreshTokenRotation: {} }],
    ['secret', { GenerateSecret: true }],
    ['custom:nope', { ReadAttributes: ['custom:nope'] }],
    ['between 5 minutes and 1 day: 25 hours', { IdTokenValidity: 25 }],
  ])('fails by name for a client that the sandbox does not know: %s', (name, properties) => {
    expect(() => createUserPoolClient(userPool, properties)).toThrow(name);
  });
});
