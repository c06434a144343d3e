// The ID token, once the library has verified it: what the portal asks of it besides.
import type { IDToken } from 'openid-client';
import { SignInError } from '../sign-in/sign-in-error.ts';

/** How far the identity provider's clock may be from the portal's. */
export const CLOCK_SKEW_SECONDS = 60;

/**
 * A token for another client that names the portal among its audiences is none, and neither is one of the future. When it was
 * issued at the earliest is not looked at: Entra ID dates its tokens back by minutes, and `nonce` ties it to this sign-in.
 * OpenID Connect Core, section 3.1.3.7
 *
 * @param now milliseconds since the epoch
 * @throws SignInError AudienceMismatch, ResponseNotYetValid
 */
export function requireIdToken(claims: IDToken, clientId: string, now: number): void {
  if (claims.azp !== undefined && claims.azp !== clientId)
    throw new SignInError('AudienceMismatch', 'the ID token was issued to another client (azp)');
  if (claims.iat > now / 1000 + CLOCK_SKEW_SECONDS)
    throw new SignInError('ResponseNotYetValid', 'the ID token was issued in the future (iat)');
}
