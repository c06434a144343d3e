// The shape of a response: which elements stand where. Signatures are verified later; what stands in two places is not even looked at.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { ASSERTION, PROTOCOL } from './namespaces.ts';
import { attributeOf, childrenOf, elementsOf, readPlainXml, type XmlElement, XmlError } from './plain-xml.ts';

export interface ResponseShape {
  readonly response: XmlElement;
  readonly assertion: XmlElement;
}

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
const STATUS = 'urn:oasis:names:tc:SAML:2.0:status:';
/** Reasons that may be shown: SAML core, section 3.2.2.2. */
const reasons = [
  'AuthnFailed',
  'InvalidNameIDPolicy',
  'NoAuthnContext',
  'NoPassive',
  'RequestDenied',
  'UnknownPrincipal',
];
const encrypted = ['EncryptedAssertion', 'EncryptedID', 'EncryptedAttribute'];
const responseParts = ['Issuer', 'Signature', 'Status', 'Assertion', 'EncryptedAssertion'];

/**
 * Reads a response that has one assertion, in plain text, and in its one place.
 *
 * @throws SignInError ResponseNotPlain, ResponseMalformed, IdentityProviderRefused, AssertionEncrypted
 */
export function responseShapeOf(text: string): ResponseShape {
  const response = plain(text);
  if (response.uri !== PROTOCOL || response.local !== 'Response')
    throw malformed('it is no SAML 2.0 response');
  if (response.children.some(({ local }) => !responseParts.includes(local))) {
    throw malformed('the response has parts that are not expected');
  }
  requireSuccess(response);
  const all = [...elementsOf(response)];
  if (all.some(({ local }) => encrypted.includes(local))) {
    throw new SignInError('AssertionEncrypted', 'the assertion, or a part of it, is encrypted');
  }
  const [assertion] = childrenOf(response, ASSERTION, 'Assertion');
  if (!assertion) throw malformed('the response has no assertion');
  // By whatever namespace: who looks for it by its name alone must find the same.
  if (all.filter(({ local }) => local === 'Assertion').length > 1)
    throw malformed('it has more than one assertion');
  if (all.filter(({ local }) => local === 'Response').length > 1)
    throw malformed('it has more than one response');
  requireDistinctIds(all);
  return { response, assertion };
}

/** Reads text that an identity provider sent, or signed. */
export function plain(text: string): XmlElement {
  try {
    return readPlainXml(text);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const code = error.problem === 'ambiguous' ? 'ResponseNotPlain' : 'ResponseMalformed';
    throw new SignInError(code, `the response cannot be taken: ${error.message}`);
  }
}

function requireSuccess(response: XmlElement): void {
  const statuses = childrenOf(response, PROTOCOL, 'Status');
  const codes = statuses.flatMap((status) => childrenOf(status, PROTOCOL, 'StatusCode'));
  const [code] = codes;
  if (!code || codes.length > 1 || statuses.length > 1) throw malformed('the response has not one status');
  if (attributeOf(code, 'Value') === SUCCESS) return;
  const reason = childrenOf(code, PROTOCOL, 'StatusCode').map((nested) => attributeOf(nested, 'Value'))[0];
  const shown = reasons.find((name) => reason === `${STATUS}${name}`);
  throw new SignInError('IdentityProviderRefused', `the response is a refusal${shown ? `: ${shown}` : ''}`);
}

/** Ids are found by different names of the attribute, with and without namespace. */
function requireDistinctIds(elements: readonly XmlElement[]): void {
  const ids = elements.flatMap(({ attributes }) =>
    attributes.filter(({ local }) => local.toLowerCase() === 'id').map(({ value }) => value),
  );
  if (new Set(ids).size < ids.length) throw malformed('two elements have the same id');
}

function malformed(message: string): SignInError {
  return new SignInError('ResponseMalformed', message);
}
