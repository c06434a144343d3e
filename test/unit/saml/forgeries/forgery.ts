// The form of a forgery: what the identity provider is asked to write, what is done to it, and what it must be refused with.
import type { SignInErrorCode } from '../../../../service/sign-in/sign-in-error.ts';
import type { Answering } from '../../../support/saml/portal.ts';
import type { SigningCertificate } from '../../../support/saml/signing-certificate.ts';

/** What an attacker has at hand; and, for what no attacker could make, the identity provider's own key. */
export interface Kit {
  readonly genuine: SigningCertificate;
  /** Of nobody that the portal knows. */
  readonly stranger: SigningCertificate;
  readonly requestId: string;
  /** Of a sign-in that another browser has begun. */
  readonly otherRequestId: string;
  /** Where the clock stands. */
  readonly now: number;
}

export interface Forgery {
  /** Completes “refuses …”. */
  readonly name: string;
  readonly refused: SignInErrorCode;
  /** What the message must have in it, where several checks have one code. */
  readonly says?: string;
  readonly answering?: Answering | ((kit: Kit) => Answering);
  /** What is done to the answer after it was signed. */
  readonly after?: (xml: string, kit: Kit) => string | Buffer;
  /** How the answer is posted, where that is what is wrong. */
  readonly form?: (base64: string) => URLSearchParams;
  /** For how long the browser waits with it, in milliseconds. */
  readonly later?: number;
  /** The library by itself, with all its strict options, signs somebody in by it. */
  readonly libraryTakesIt?: true;
}

/** Whom an attacker wants to be. */
export const MALLORY = 'mallory-as-root@example.com';

/** Replaces a text that must be there: a forgery that changes nothing would be refused for nothing. */
export function replaced(xml: string, from: string | RegExp, to: string): string {
  const changed = xml.replace(from, () => to);
  if (changed === xml) throw new Error(`the forgery changes nothing: ${from}`);
  return changed;
}

/** The identity provider writes something else, and signs its assertion; or, as `signedWhole`, all of it. */
export const written = (from: string | RegExp, to: string) => ({
  before: (xml: string) => replaced(xml, from, to),
});
export const signedWhole = (from: string | RegExp, to: string) => ({
  ...written(from, to),
  sign: ['Response'] as const,
});
