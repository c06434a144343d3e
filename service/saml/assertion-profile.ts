// The portal's profile of a response: what must be true of the signed assertion before anybody is signed in.
// SAML profiles, section 4.1.4; SAML core, section 2.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { requireOneBearer } from './bearer-confirmation.ts';
import { type Expectation, requireInstant, requireIssuedNow, requireRequest } from './expectation.ts';
import { CLOCK_SKEW_MS } from './instant.ts';
import { ASSERTION } from './namespaces.ts';
import { attributeOf, childrenOf, type XmlElement } from './plain-xml.ts';

const ENTITY = 'urn:oasis:names:tc:SAML:2.0:nameid-format:entity';
const assertionParts = [
  'Issuer',
  'Signature',
  'Subject',
  'Conditions',
  'AuthnStatement',
  'AttributeStatement',
];
/** Beside the audience: the assertion is taken once anyway, and not passed on. */
const harmlessConditions = ['OneTimeUse', 'ProxyRestriction'];

export interface AssertionTerms {
  /** When the assertion is not accepted any more, clock skew included, in milliseconds since the epoch. */
  readonly until: number;
  /** Its subject, of which the confirmation has been checked. */
  readonly subject: XmlElement;
  /** When the identity provider wants the user's session to end. */
  readonly sessionEnd: number | undefined;
}

/**
 * Checks what the response says beside its assertion.
 *
 * @param isSigned whether these are verified bytes; then it must say where it goes
 * @throws SignInError
 */
export function requireResponse(response: XmlElement, isSigned: boolean, expected: Expectation): void {
  const issuers = childrenOf(response, ASSERTION, 'Issuer');
  if (issuers.length > 0) requireIssuer(issuers, 'response', expected);
  const destination = attributeOf(response, 'Destination');
  const isMissing = destination === undefined && !isSigned;
  if (!isMissing && destination !== expected.serviceProvider.assertionConsumerUrl) {
    throw new SignInError('DestinationMismatch', 'the Destination of the response is not the portal’s');
  }
  requireRequest(response, 'the response', expected);
  requireIssuedNow(response, 'response', expected);
}

/** @throws SignInError */
export function requireAssertion(assertion: XmlElement, expected: Expectation): AssertionTerms {
  if (assertion.children.some(({ uri, local }) => uri === ASSERTION && !assertionParts.includes(local))) {
    throw new SignInError('ResponseMalformed', 'the assertion has parts that are not expected');
  }
  requireIssuer(childrenOf(assertion, ASSERTION, 'Issuer'), 'assertion', expected);
  requireIssuedNow(assertion, 'assertion', expected);
  const subject = onlyOne(assertion, 'Subject');
  const confirmedUntil = requireOneBearer(subject, expected);
  const conditionsUntil = requireConditions(onlyOne(assertion, 'Conditions'), expected);
  const sessionEnd = requireAuthentication(onlyOne(assertion, 'AuthnStatement'), expected);
  return { until: Math.min(confirmedUntil, conditionsUntil) + CLOCK_SKEW_MS, subject, sessionEnd };
}

function onlyOne(assertion: XmlElement, name: string): XmlElement {
  const [element, ...others] = childrenOf(assertion, ASSERTION, name);
  if (!element || others.length > 0) {
    const code = name === 'Conditions' ? 'ConditionNotAllowed' : 'ResponseMalformed';
    throw new SignInError(code, `the assertion has not exactly one ${name}`);
  }
  return element;
}

function requireIssuer(
  issuers: readonly XmlElement[],
  what: string,
  { identityProvider }: Expectation,
): void {
  const [issuer] = issuers;
  const isExpected =
    issuers.length === 1 &&
    issuer?.children.length === 0 &&
    issuer.text === identityProvider.entityId &&
    (attributeOf(issuer, 'Format') ?? ENTITY) === ENTITY;
  if (!isExpected)
    throw new SignInError('IssuerMismatch', `the Issuer of the ${what} is not the identity provider`);
}

function requireConditions(conditions: XmlElement, expected: Expectation): number {
  const until = requireInstant(conditions, 'NotOnOrAfter', 'the Conditions');
  if (expected.now >= until + CLOCK_SKEW_MS)
    throw new SignInError('ResponseExpired', 'the assertion has expired');
  if (attributeOf(conditions, 'NotBefore') !== undefined) {
    const from = requireInstant(conditions, 'NotBefore', 'the Conditions');
    if (expected.now + CLOCK_SKEW_MS < from) {
      throw new SignInError('ResponseNotYetValid', 'the assertion is not valid yet');
    }
  }
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction');
  const others = conditions.children.filter((condition) => !restrictions.includes(condition));
  if (others.some(({ uri, local }) => uri !== ASSERTION || !harmlessConditions.includes(local))) {
    throw new SignInError(
      'ConditionNotAllowed',
      'the assertion has a condition that the portal does not know',
    );
  }
  // Each restricts further: SAML core, section 2.5.1.4.
  const isMeantForUs = restrictions.every((restriction) =>
    childrenOf(restriction, ASSERTION, 'Audience').some(
      ({ text, children }) => children.length === 0 && text === expected.serviceProvider.entityId,
    ),
  );
  if (restrictions.length === 0 || !isMeantForUs) {
    throw new SignInError('AudienceMismatch', 'the Audience of the assertion is not the portal');
  }
  return until;
}

function requireAuthentication(statement: XmlElement, expected: Expectation): number | undefined {
  const { now, request } = expected;
  const authenticatedAt = requireInstant(statement, 'AuthnInstant', 'the AuthnStatement');
  if (authenticatedAt > now + CLOCK_SKEW_MS) {
    throw new SignInError('ResponseNotYetValid', 'the AuthnInstant lies in the future');
  }
  if (request.forceAuthn && authenticatedAt < request.begunAt - CLOCK_SKEW_MS) {
    throw new SignInError('SignInTooOld', 'the user was asked to sign in anew, and has not');
  }
  if (attributeOf(statement, 'SessionNotOnOrAfter') === undefined) return undefined;
  const end = requireInstant(statement, 'SessionNotOnOrAfter', 'the AuthnStatement');
  if (end <= now) throw new SignInError('SignInTooOld', 'the session at the identity provider has ended');
  return end;
}
