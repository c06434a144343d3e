// What an answer is held against: the two parties, the request that this browser sent, and the time.
import { SignInError } from '../sign-in/sign-in-error.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { CLOCK_SKEW_MS, instantOf } from './instant.ts';
import { attributeOf, type XmlElement } from './plain-xml.ts';
import type { ServiceProvider } from './service-provider.ts';

export interface Expectation {
  readonly serviceProvider: ServiceProvider;
  readonly identityProvider: IdentityProvider;
  readonly request: {
    readonly id: string;
    /** Milliseconds since the epoch. */
    readonly begunAt: number;
    readonly forceAuthn: boolean;
  };
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** @throws SignInError ResponseMalformed where it is missing, or no instant in UTC */
export function requireInstant(element: XmlElement, name: string, of: string): number {
  const instant = instantOf(attributeOf(element, name) ?? '');
  if (instant === undefined) throw new SignInError('ResponseMalformed', `${name} of ${of} is no time in UTC`);
  return instant;
}

/** @throws SignInError RequestMismatch */
export function requireRequest(
  element: XmlElement,
  what: string,
  { request }: Pick<Expectation, 'request'>,
): void {
  if (attributeOf(element, 'InResponseTo') !== request.id) {
    throw new SignInError('RequestMismatch', `${what} is not to the request of this browser (InResponseTo)`);
  }
}

/** A response or an assertion was made after the request that it answers, and not in the future. */
export function requireIssuedNow(element: XmlElement, what: string, { request, now }: Expectation): void {
  if (attributeOf(element, 'Version') !== '2.0' || !attributeOf(element, 'ID')) {
    throw new SignInError('ResponseMalformed', `the ${what} has no ID, or is not of version 2.0`);
  }
  const issuedAt = requireInstant(element, 'IssueInstant', `the ${what}`);
  if (issuedAt > now + CLOCK_SKEW_MS) {
    throw new SignInError('ResponseNotYetValid', `the ${what} was issued in the future`);
  }
  if (issuedAt < request.begunAt - CLOCK_SKEW_MS) {
    throw new SignInError('ResponseExpired', `the ${what} was issued before it was asked for`);
  }
}
