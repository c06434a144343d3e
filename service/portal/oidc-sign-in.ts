// Signing in by OpenID Connect, put together for the portal: its names, its table, its key, and its identity provider.
import { None } from 'openid-client';
import { DEFAULT_USER_CLAIMS } from '../oidc/claimed-user.ts';
import { type AssertionKey, privateKeyJwt } from '../oidc/client-assertion.ts';
import { identityProviderOf } from '../oidc/identity-provider.ts';
import { OidcSignIn } from '../oidc/oidc-sign-in.ts';
import { metadataAddress, providerMetadataOf } from '../oidc/provider-metadata.ts';
import { boundedFetch } from '../sign-in/bounded-fetch.ts';
import { PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { keptMetadata, metadataReader } from '../sign-in/published-metadata.ts';
import type { OidcEnvironment } from './environment.ts';
import type { SignInMethod, SignInSurroundings } from './sign-in-method.ts';

/** Bytes of an answer: more than all groups that a session of the portal has room for. */
const LONGEST = 256_000;

/** @param key that the portal publishes: it signs what proves the portal to the identity provider */
export function oidcSignIn(
  environment: OidcEnvironment,
  { portalUrl, table, now, timeoutMs, allowHttpOnLoopback }: SignInSurroundings,
  key: AssertionKey,
): SignInMethod {
  const { issuer, clientId, clientAuthentication, assertionAudience, scopes } = environment;
  const { userClaim, groupsClaim, tenantClaim } = environment;
  const bounds = { timeoutMs, allowHttpOnLoopback, longest: LONGEST };
  const parts = {
    clientId,
    clientAuthentication:
      clientAuthentication === 'none' ? None() : privateKeyJwt(key, now, assertionAudience),
    fetch: boundedFetch(bounds),
    allowHttpOnLoopback,
  };
  return new OidcSignIn({
    relyingParty: { clientId, redirectUri: `${portalUrl}oidc/callback`, scopes },
    claims: {
      user: userClaim ?? DEFAULT_USER_CLAIMS.user,
      groups: groupsClaim ?? DEFAULT_USER_CLAIMS.groups,
      ...(tenantClaim !== undefined && { tenant: tenantClaim }),
    },
    identityProvider: keptMetadata({
      read: metadataReader(metadataAddress(issuer), { ...bounds, accept: 'application/json' }),
      parse: (text) => identityProviderOf(providerMetadataOf(text, issuer, { allowHttpOnLoopback }), parts),
      now,
    }),
    pendingSignIns: new PendingSignIns(table, now),
    now,
  });
}
