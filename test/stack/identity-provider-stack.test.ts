// What the identity provider's stack promises, in prose.
import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { synthesizeIdentityProvider } from './synthesis.ts';

const template = synthesizeIdentityProvider();

describe('the identity provider', () => {
  it('has the tenant and the role as custom attributes', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      Schema: [Match.objectLike({ Name: 'tenant_id' }), Match.objectLike({ Name: 'role' })],
    });
  });

  it('lets only administrators create users', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
  });

  it('lets no user write what a token shows: nothing of it could become the tenant', () => {
    const [client] = Object.values(template.findResources('AWS::Cognito::UserPoolClient'));
    const writable = client?.['Properties'].WriteAttributes as string[];
    const shown = client?.['Properties'].ReadAttributes as string[];
    expect(writable.filter((name) => shown.includes(name))).toEqual([]);
    // Cognito takes an empty list for none, and then lets users write whatever is standard.
    expect(writable).toEqual(['locale']);
  });

  it('shows in its tokens the tenant, the role, and the address with whether it is verified', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ReadAttributes: ['custom:role', 'custom:tenant_id', 'email', 'email_verified'],
    });
  });

  it('signs in with a password, and puts out pool, client and JWK set', () => {
    template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    expect(Object.keys(template.findOutputs('*')).sort()).toEqual([
      'CognitoUserPoolClientID',
      'CognitoUserPoolID',
      'JWKSetURL',
    ]);
  });
});
