// The exchange of the code for an ID token: the library asks, verifies, and hands out what the token says.
import { authorizationCodeGrant, type IDToken } from 'openid-client';
import type { Clock } from '../clock.ts';
import { exchangeRefusal } from './exchange-refusal.ts';
import { requireIdToken } from './id-token.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { RelyingParty } from './relying-party.ts';

export interface Exchange {
  readonly code: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/**
 * Claims of the ID token, whose signature, issuer, audience, `nonce` and times hold. The access token that comes with it is
 * dropped: nothing is asked for in the user's name.
 *
 * @throws SignInError; PortalError SigningKeyUnavailable
 */
export async function exchangedClaims(
  provider: IdentityProvider,
  { clientId, redirectUri }: RelyingParty,
  { code, state, nonce, verifier }: Exchange,
  now: Clock,
): Promise<IDToken> {
  const { issuer: iss } = provider.serverMetadata();
  // The answer has been held against its request; the library is given it as it would be without extras.
  const answer = new URL(`${redirectUri}?${new URLSearchParams({ code, state, iss })}`);
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier };
  const tokens = await authorizationCodeGrant(provider, answer, { ...checks, idTokenExpected: true }).catch(
    (error: unknown) => {
      throw exchangeRefusal(error);
    },
  );
  const claims = tokens.claims();
  if (!claims) throw new Error('the library has taken an answer without an ID token');
  requireIdToken(claims, clientId, now());
  return claims;
}
