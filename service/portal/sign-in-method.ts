// A way to sign in, as the portal uses it: SAML 2.0 or OpenID Connect.
import type { Clock } from '../clock.ts';
import type { ShortLivedTable } from '../sign-in/short-lived-table.ts';
import type { User } from '../sign-in/user.ts';
import type { WayBack } from '../sign-in/way-back.ts';

export interface BegunSignIn {
  /** Of the identity provider. */
  readonly location: string;
  /** The value of the cookie that binds the answer to this browser. */
  readonly binding: string;
}

/** What every method is put together with. */
export interface SignInSurroundings {
  /** `https://portal.example/aws/` */
  readonly portalUrl: string;
  readonly table: Pick<ShortLivedTable, 'add' | 'take'>;
  /** Of one request to the identity provider. */
  readonly timeoutMs: number;
  readonly allowHttpOnLoopback: boolean;
  readonly now: Clock;
}

export interface SignInMethod {
  /** `saml` or `oidc`: the first part of its paths. */
  readonly name: 'saml' | 'oidc';
  begin(wayBack: WayBack): Promise<BegunSignIn>;
  /**
   * @param answer parameters of the identity provider's answer
   * @param binding of the browser that brings it
   * @throws SignInError
   */
  finish(
    answer: URLSearchParams,
    binding: string | undefined,
  ): Promise<{ readonly user: User; readonly wayBack: WayBack }>;
  /** What the identity provider is given to know the portal by; absent where there is nothing. */
  metadata?(): string;
}
