// The bearer confirmation: that whoever brings the assertion, to this place, for this request and by then, is its subject.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { type Expectation, requireInstant, requireRequest } from './expectation.ts';
import { CLOCK_SKEW_MS } from './instant.ts';
import { ASSERTION } from './namespaces.ts';
import { attributeOf, childrenOf, type XmlElement } from './plain-xml.ts';

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

/**
 * Holds the subject's one confirmation against what is expected. One of a key's holder, or several of which one would do, are
 * refused. SAML profiles, section 4.1.4.2
 *
 * @returns when it ends, in milliseconds since the epoch
 * @throws SignInError
 */
export function requireOneBearer(subject: XmlElement, expected: Expectation): number {
  const [confirmation, ...others] = childrenOf(subject, ASSERTION, 'SubjectConfirmation');
  if (!confirmation || others.length > 0) throw notConfirmed('the subject has not exactly one confirmation');
  if (attributeOf(confirmation, 'Method') !== BEARER)
    throw notConfirmed('the confirmation is not of a bearer');
  const [data, ...rest] = confirmation.children;
  if (!data || rest.length > 0 || data.uri !== ASSERTION || data.local !== 'SubjectConfirmationData') {
    throw notConfirmed('the confirmation has not exactly one SubjectConfirmationData');
  }
  if (data.children.length > 0)
    throw notConfirmed('the confirmation asks for more than to bring the assertion');
  if (attributeOf(data, 'Recipient') !== expected.serviceProvider.assertionConsumerUrl) {
    throw new SignInError('DestinationMismatch', 'the Recipient of the assertion is not the portal');
  }
  requireRequest(data, 'the assertion', expected);
  const until = requireInstant(data, 'NotOnOrAfter', 'the SubjectConfirmationData');
  if (expected.now >= until + CLOCK_SKEW_MS)
    throw new SignInError('ResponseExpired', 'the confirmation has expired');
  if (attributeOf(data, 'NotBefore') !== undefined) {
    throw notConfirmed('the confirmation has a NotBefore, which a bearer’s must not have');
  }
  return until;
}

function notConfirmed(message: string): SignInError {
  return new SignInError('SubjectNotConfirmed', message);
}
