// The form of a forgery: what the provider publishes and issues, what the browser brings, and what it must be refused with.
import type { SignInErrorCode } from '../../../../service/sign-in/sign-in-error.ts';
import type { OidcPortal } from '../../../support/oidc/portal.ts';
import type { Issuing, OidcProvider, ProviderKey } from '../../../support/oidc/provider.ts';

/** What an attacker has at hand; and, for what no attacker could make, the provider's own key. */
export interface Kit {
  readonly provider: OidcProvider;
  readonly portal: OidcPortal;
  readonly genuine: ProviderKey;
  /** Of nobody that the portal knows. */
  readonly stranger: ProviderKey;
}

export interface Forgery {
  /** Completes “refuses …”. */
  readonly name: string;
  readonly refused: SignInErrorCode;
  /** What the message must have in it, where several checks have one code. */
  readonly says?: string;
  /** What is changed before the sign-in is begun. */
  readonly before?: (kit: Kit) => void;
  readonly issuing?: Issuing | ((kit: Kit) => Issuing | Promise<Issuing>);
  /** What the browser brings in the place of the answer. */
  readonly brings?: (answer: URLSearchParams, kit: Kit) => URLSearchParams | Promise<URLSearchParams>;
  /** For how long it waits with it, in milliseconds. */
  readonly later?: number;
}

/** Whom an attacker wants to be. */
export const MALLORY = 'mallory-as-root@example.com';
/** What no message may repeat. */
export const CANARY = 'canary';
