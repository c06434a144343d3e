// The authorization request: where the browser is sent to sign in.
import {
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { IdentityProvider } from './identity-provider.ts';
import type { RelyingParty } from './relying-party.ts';

export interface AuthorizationRequest {
  /** The identity provider's address with the request: OpenID Connect Core, section 3.1.2.1. */
  readonly location: string;
  /** What the answer is held against: 256 random bits each. */
  readonly expected: { readonly state: string; readonly nonce: string; readonly verifier: string };
}

/** PKCE is always by S256: RFC 7636, section 4.2. */
export async function authorizationRequest(
  provider: IdentityProvider,
  { redirectUri, scopes }: RelyingParty,
): Promise<AuthorizationRequest> {
  const expected = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const location = buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri,
    scope: [...new Set(['openid', ...scopes])].join(' '),
    state: expected.state,
    nonce: expected.nonce,
    code_challenge: await calculatePKCECodeChallenge(expected.verifier),
    code_challenge_method: 'S256',
  });
  return { location: location.href, expected };
}
