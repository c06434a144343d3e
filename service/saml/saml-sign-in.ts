// Signing in by SAML 2.0: how it begins, how it is finished, and what the identity provider is given.
import type { PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import type { WayBack } from '../sign-in/way-back.ts';
import { AssertionConsumer, type AssertionConsumerParts, type SignedIn } from './assertion-consumer.ts';
import { authenticationRequest } from './authentication-request.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { serviceProviderMetadata } from './service-provider-metadata.ts';

export interface SamlSignInParts extends AssertionConsumerParts {
  /** As it is now: one that reads it anew is up to date when certificates change. */
  readonly identityProvider: () => IdentityProvider | Promise<IdentityProvider>;
  readonly pendingSignIns: Pick<PendingSignIns, 'begin' | 'take'>;
  /** Whether users who are signed in at the identity provider must sign in there anew. Default: no. */
  readonly forceAuthn?: boolean;
}

export class SamlSignIn {
  readonly name = 'saml';
  readonly #consumer: AssertionConsumer;

  constructor(private readonly parts: SamlSignInParts) {
    this.#consumer = new AssertionConsumer(parts);
  }

  /**
   * @returns where the browser goes, and the value of the cookie that binds the answer to it
   * @throws SignInError
   */
  async begin(wayBack: WayBack): Promise<{ readonly location: string; readonly binding: string }> {
    const { serviceProvider, identityProvider, pendingSignIns, forceAuthn = false } = this.parts;
    const request = await authenticationRequest(serviceProvider, await identityProvider(), { forceAuthn });
    const binding = await pendingSignIns.begin({
      method: 'saml',
      request: { id: request.id, forceAuthn: String(forceAuthn) },
      wayBack,
    });
    return { location: request.location, binding };
  }

  /**
   * @param answer the form that the browser posted to the assertion consumer
   * @param binding the cookie's value
   * @throws SignInError
   */
  async finish(answer: URLSearchParams, binding: string | undefined): Promise<SignedIn> {
    return this.#consumer.consume(answer, binding, await this.parts.identityProvider());
  }

  metadata(): string {
    return serviceProviderMetadata(this.parts.serviceProvider);
  }
}
