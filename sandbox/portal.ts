// What a deployed portal needs beside the account: AWS's sign-in and console, and identity providers. Loaded only where there is one.
import type { Account } from './account/account.ts';
import { type IdentityProviders, startIdentityProviders } from './identity-providers/endpoint.ts';
import type { DirectoryUser } from './identity-providers/users.ts';
import { type PortalSurroundings, portalVariable } from './lambda/portal-variables.ts';
import type { Surroundings } from './resources/resource-type.ts';
import type { Shutdown } from './shutdown.ts';
import { type SignInEndpoint, startSignInEndpoint } from './sign-in/endpoint.ts';
import { deployTargetRoles, type TargetRoles } from './target-roles.ts';

export interface PortalOptions {
  readonly account: Account;
  readonly awsEndpointUrl: string;
  /** Of the identity providers, beside those of identity-providers/users.ts. */
  readonly users?: readonly DirectoryUser[] | undefined;
  /** Of the identity providers, and of sign-in and console; 0 takes any free ones. */
  readonly ports: { readonly identityProviders: number; readonly signIn: number };
}

/** Of a sandbox with a portal. */
export class Portal implements PortalSurroundings {
  readonly identityProviders: IdentityProviders;
  readonly signIn: SignInEndpoint;
  #url: string | undefined;
  #targetRoles: TargetRoles = { services: [], leftOut: [] };

  private constructor(identityProviders: IdentityProviders, signIn: SignInEndpoint) {
    this.identityProviders = identityProviders;
    this.signIn = signIn;
  }

  static async start(
    { account, awsEndpointUrl, users, ports }: PortalOptions,
    shutdown: Shutdown,
  ): Promise<Portal> {
    const identityProviders = await startIdentityProviders({ port: ports.identityProviders, users });
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

  /** Deployed when it opened. */
  get targetRoles(): TargetRoles {
    return this.#targetRoles;
  }

  /**
   * Deploys the roles of its targets and lets users sign in, once the stacks are deployed; resolves to what clients of the portal
   * need.
   */
  async open(surroundings: Surroundings): Promise<Record<string, string>> {
    if (this.#url === undefined) return {};
    const { identityProviders, signIn } = this;
    const deployed = surroundings.functions.all.find(
      ({ configuration: { variables } }) => variables[portalVariable.url] === this.#url,
    );
    if (deployed) this.#targetRoles = await deployTargetRoles(deployed.configuration, surroundings);
    await identityProviders.serve(this.#url);
    return {
      ISB_PORTAL_URL: this.#url,
      ISB_PORTAL_USERS: identityProviders.userNames.join(','),
      ISB_PORTAL_PASSWORD: identityProviders.password,
      ISB_FEDERATION_URL: signIn.federationUrl,
    };
  }
}
