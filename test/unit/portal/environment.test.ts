// The portal's variables: what each way to sign in reads, and what is said where one is missing or wrong.
import { describe, expect, it } from 'vitest';
import { readPortalEnvironment } from '../../../service/portal/environment.ts';

const least = {
  PORTAL_URL: 'https://portal.example/',
  AWS_REGION: 'eu-west-1',
  PORTAL_SESSIONS_TABLE_NAME: 'Sessions',
  PORTAL_USERS_TABLE_NAME: 'Users',
  PORTAL_SIGN_INS_TABLE_NAME: 'SignIns',
  PORTAL_SIGNING_KEY_ARN: 'arn:aws:kms:eu-west-1:111122223333:key/a',
};
const oidc = { SIGN_IN_METHOD: 'oidc', OIDC_ISSUER: 'https://idp.example', OIDC_CLIENT_ID: 'portal' };
const signInOf = (variables: Record<string, string>) =>
  readPortalEnvironment({ ...least, ...variables }).signIn;

describe('signing in', () => {
  it('is by SAML, unless it is said to be by OpenID Connect', () => {
    expect(signInOf({ SAML_GROUPS_ATTRIBUTE: 'memberOf', ...oidc, SIGN_IN_METHOD: 'saml' })).toEqual({
      method: 'saml',
      metadataUrl: undefined,
      groupsAttribute: 'memberOf',
      tenantAttribute: undefined,
    });
    expect(signInOf({}).method).toBe('saml');
  });

  it('by OpenID Connect proves the portal by its key, unless it is said to be a public client', () => {
    expect(signInOf({ ...oidc, OIDC_SCOPES: 'profile email', OIDC_USER_CLAIM: 'email' })).toEqual({
      method: 'oidc',
      issuer: 'https://idp.example',
      clientId: 'portal',
      clientAuthentication: 'private_key_jwt',
      assertionAudience: 'issuer',
      scopes: ['profile', 'email'],
      userClaim: 'email',
      groupsClaim: undefined,
      tenantClaim: undefined,
    });
    expect(signInOf({ ...oidc, OIDC_CLIENT_AUTHENTICATION: 'none', OIDC_SCOPES: '' })).toMatchObject({
      clientAuthentication: 'none',
      scopes: [],
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ SIGN_IN_METHOD: 'ldap' }, 'SIGN_IN_METHOD must be one of saml, oidc'],
    [{ ...oidc, OIDC_ISSUER: '' }, 'OIDC_ISSUER is not set'],
    [{ ...oidc, OIDC_CLIENT_ID: '' }, 'OIDC_CLIENT_ID is not set'],
    [{ ...oidc, OIDC_CLIENT_AUTHENTICATION: 'canary' }, 'OIDC_CLIENT_AUTHENTICATION must be one of'],
    [{ ...oidc, OIDC_ASSERTION_AUDIENCE: 'canary' }, 'OIDC_ASSERTION_AUDIENCE must be one of'],
  ])('by %j is refused at the start', (variables, message) => {
    expect(() => signInOf(variables)).toThrow(`the environment variable ${message}`);
  });
});
