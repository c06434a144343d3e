// What a deployed portal needs beside the account: AWS's sign-in and console, and identity providers. Loaded only where there is one.
import type { Account } from './account/account.ts';
import { type IdentityProviders, startIdentityProviders } from './identity-providers/endpoint.ts';
import type { PortalSurroundings } from './lambda/portal-variables.ts';
import type { Shutdown } from './shutdown.ts';
import { type SignInEndpoint, startSignInEndpoint } from './sign-in/endpoint.ts';

export interface PortalOptions {
  readonly account: Account;
  readonly awsEndpointUrl: string;
  /** Of the identity providers, and of sign-in and console; 0 takes any free ones. */
  readonly ports: { readonly identityProviders: number; readonly signIn: number };
}

/** Of a sandbox with a portal. */
export class Portal implements PortalSurroundings {
  readonly identityProviders: IdentityProviders;
  readonly signIn: SignInEndpoint;
  #url: string | undefined;

  private constructor(identityProviders: IdentityProviders, signIn: SignInEndpoint) {
    this.identityProviders = identityProviders;
    this.signIn = signIn;
  }

  static async start({ account, awsEndpointUrl, ports }: PortalOptions, shutdown: Shutdown): Promise<Portal> {
    const identityProviders = await startIdentityProviders({ port: ports.identityProviders });
    shutdown.add(() => identityProviders.close());
    const signIn = await startSignInEndpoint({ account, awsEndpointUrl, port: ports.signIn });
    shutdown.add(() => signIn.close());
    return new Portal(identityProviders, signIn);
  }

  get federationEndpoint(): string {
    return this.signIn.federationUrl;
  }

  get samlMetadataUrl(): string {
    return this.identityProviders.samlMetadataUrl;
  }

  get oidcIssuer(): string {
    return this.identityProviders.oidcIssuer;
  }

  found(portalUrl: string): void {
    this.#url = portalUrl;
  }

  /** Lets users sign in, once the stacks are deployed; resolves to what clients of the portal need. */
  async open(): Promise<Record<string, string>> {
    if (this.#url === undefined) return {};
    const { identityProviders, signIn } = this;
    await identityProviders.serve(this.#url);
    return {
      ISB_PORTAL_URL: this.#url,
      ISB_PORTAL_USERS: identityProviders.userNames.join(','),
      ISB_PORTAL_PASSWORD: identityProviders.password,
      ISB_FEDERATION_URL: signIn.federationUrl,
    };
  }
}
