// The authentication request: where the browser is sent to sign in.
import { randomBytes } from 'node:crypto';
import { SAML } from '@node-saml/node-saml';
import type { IdentityProvider } from './identity-provider.ts';
import type { ServiceProvider } from './service-provider.ts';

export interface AuthenticationRequest {
  /** What the answer must be to: 160 random bits. */
  readonly id: string;
  /** The identity provider's address with the request: HTTP redirect binding, SAML bindings section 3.4. */
  readonly location: string;
}

/**
 * A request, which is not signed: the answer goes to the address that the identity provider has of the portal's metadata,
 * and counts only in the browser that asked. Which way the user authenticates is the identity provider's to decide.
 *
 * @param forceAuthn whether a user who is signed in there already must do it anew
 */
export async function authenticationRequest(
  serviceProvider: ServiceProvider,
  { signOnUrl, certificates }: IdentityProvider,
  { forceAuthn }: { readonly forceAuthn: boolean },
): Promise<AuthenticationRequest> {
  const id = `_${randomBytes(20).toString('hex')}`;
  const saml = new SAML({
    issuer: serviceProvider.entityId,
    callbackUrl: serviceProvider.assertionConsumerUrl,
    identifierFormat: serviceProvider.nameIdFormat ?? null,
    entryPoint: signOnUrl,
    idpCert: certificates.map(({ pem }) => pem),
    // Otherwise it asks for a password, and whoever signs in with a key or a second factor is refused.
    disableRequestedAuthnContext: true,
    forceAuthn,
    generateUniqueId: () => id,
  });
  return { id, location: await saml.getAuthorizeUrlAsync('', undefined, {}) };
}
