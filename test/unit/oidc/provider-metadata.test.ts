// The provider's metadata: of the one issuer that is set, over https alone, with what the portal's flow needs.
import { describe, expect, it } from 'vitest';
import { metadataAddress, providerMetadataOf } from '../../../service/oidc/provider-metadata.ts';

const ISSUER = 'https://idp.example.com/oidc';
const document = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize?tenant=1`,
  token_endpoint: 'https://tokens.example.com/',
  jwks_uri: 'https://keys.example.com/',
};
const read = (changes: object = {}, issuer = ISSUER, allowHttpOnLoopback = false) =>
  providerMetadataOf(JSON.stringify({ ...document, ...changes }), issuer, { allowHttpOnLoopback });

describe('the metadata', () => {
  it.each([
    ['https://idp.example.com', 'https://idp.example.com/.well-known/openid-configuration'],
    ['https://idp.example.com/', 'https://idp.example.com/.well-known/openid-configuration'],
    ['https://idp.example.com/a/v2.0', 'https://idp.example.com/a/v2.0/.well-known/openid-configuration'],
  ])('of %s is at %s', (issuer, address) => {
    expect(metadataAddress(issuer)).toBe(address);
  });

  it('may say no more than where everything is, on whichever hosts, and nothing of the rest is kept', () => {
    expect(read({ mtls_endpoint_aliases: { token_endpoint: 'https://evil.example.com' } })).toEqual({
      ...document,
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: false,
    });
  });

  it('counts the algorithms that the portal accepts, and no others', () => {
    const announced = ['none', 'HS256', 'RS256', 'PS384', 'ES512', 'EdDSA', 'ES256K', 'RS1', 7];
    expect(read({ id_token_signing_alg_values_supported: announced })).toMatchObject({
      id_token_signing_alg_values_supported: ['RS256', 'PS384', 'ES512', 'EdDSA'],
    });
  });

  it.each<[string, object, string]>([
    ['another issuer', { issuer: 'https://evil.example.com' }, 'its issuer is not'],
    ['the issuer with a slash more', { issuer: `${ISSUER}/` }, 'its issuer is not'],
    ['an issuer for many', { issuer: 'https://idp.example.com/{tenantid}' }, 'its issuer is not'],
    ['no issuer', { issuer: undefined }, 'its issuer is not'],
    ['no address to sign in at', { authorization_endpoint: undefined }, 'its authorization_endpoint is'],
    [
      'an address that runs script',
      { authorization_endpoint: 'javascript:alert(1)' },
      'its authorization_endpoint',
    ],
    ['a token endpoint in the clear', { token_endpoint: 'http://idp.example.com/' }, 'its token_endpoint is'],
    [
      'a token endpoint with a password',
      { token_endpoint: 'https://a:b@idp.example.com/' },
      'its token_endpoint',
    ],
    [
      'a token endpoint on the machine itself',
      { token_endpoint: 'http://127.0.0.1:9001/' },
      'its token_endpoint',
    ],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }, 'its jwks_uri is'],
    ['keys that are a list', { jwks_uri: ['https://keys.example.com/'] }, 'its jwks_uri is'],
    ['no code among its answers', { response_types_supported: ['id_token'] }, 'a code'],
    ['answers that are no list', { response_types_supported: 'code' }, 'is no list'],
    ['PKCE in the clear alone', { code_challenge_methods_supported: ['plain'] }, 'PKCE with S256'],
    ['no PKCE', { code_challenge_methods_supported: [] }, 'PKCE with S256'],
    ['no signature', { id_token_signing_alg_values_supported: ['none'] }, 'no way that is accepted'],
    ['shared secrets alone', { id_token_signing_alg_values_supported: ['HS256'] }, 'no way that is accepted'],
  ])('is refused with %s', (_, changes, message) => {
    expect(() => read(changes)).toThrow(
      expect.objectContaining({
        code: 'SigningKeysOutdated',
        statusCode: 503,
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each(['', 'canary', '[]', 'null', '"canary"'])('is refused where it is %j', (text) => {
    const options = { allowHttpOnLoopback: false };
    expect(() => providerMetadataOf(text, ISSUER, options)).toThrow(
      /^the identity provider’s metadata cannot be used: it is no JSON object$/,
    );
  });

  it('is on the machine itself in the sandbox alone', () => {
    const issuer = 'http://127.0.0.1:4570/oidc';
    const endpoints = { authorization_endpoint: issuer, token_endpoint: issuer, jwks_uri: issuer };
    expect(read({ issuer, ...endpoints }, issuer, true)).toMatchObject({ issuer, ...endpoints });
    expect(() => read({ issuer, ...endpoints }, issuer)).toThrow('is no https URL');
    expect(() => read({ token_endpoint: 'http://10.0.0.1/' }, ISSUER, true)).toThrow('is no https URL');
  });
});
