// The form of a signature that is verified at all: one a signed element, enveloped, over the whole of it, by the algorithms of a list.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { SIGNATURE } from './namespaces.ts';
import { attributeOf, childrenOf, elementsOf, type XmlElement } from './plain-xml.ts';
import type { ResponseShape } from './response-shape.ts';

/** Which of the two carries a signature: each that does must verify. */
export interface SignedParts {
  readonly response: boolean;
  readonly assertion: boolean;
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = `${SIGNATURE}enveloped-signature`;
const signatureMethods = ['sha256', 'sha512'].map(
  (hash) => `http://www.w3.org/2001/04/xmldsig-more#rsa-${hash}`,
);
const digestMethods = ['sha256', 'sha512'].map((hash) => `http://www.w3.org/2001/04/xmlenc#${hash}`);
/** What may stand in KeyInfo, of which nothing is read: keys are the metadata's. */
const keyInfoParts = [
  ...['KeyInfo', 'KeyName', 'KeyValue', 'RSAKeyValue', 'Modulus', 'Exponent', 'X509Data', 'X509Certificate'],
  ...['X509IssuerSerial', 'X509IssuerName', 'X509SerialNumber', 'X509SKI', 'X509SubjectName'],
];
const id = /^[A-Za-z_][\w.-]*$/;

/**
 * Holds every signature of a response against the one form; what else XML Signature can express is refused before anything is
 * computed: other transforms and canonicalizations, HMAC, SHA-1, several references, objects, keys by address.
 * SAML core, section 5.4
 *
 * @throws SignInError ResponseNotSigned, SignatureNotAllowed
 */
export function signedPartsOf({ response, assertion }: ResponseShape): SignedParts {
  const all = [...elementsOf(response)].filter(({ local }) => local === 'Signature');
  const ofResponse = childrenOf(response, SIGNATURE, 'Signature');
  const ofAssertion = childrenOf(assertion, SIGNATURE, 'Signature');
  if (all.length === 0)
    throw new SignInError('ResponseNotSigned', 'neither the response nor the assertion is signed');
  if (ofResponse.length > 1 || ofAssertion.length > 1)
    throw notAllowed('an element has more than one signature');
  if (all.length > ofResponse.length + ofAssertion.length)
    throw notAllowed('a signature stands in the wrong place');
  for (const signature of ofResponse) requireForm(signature, response);
  for (const signature of ofAssertion) requireForm(signature, assertion);
  return { response: ofResponse.length > 0, assertion: ofAssertion.length > 0 };
}

function requireForm(signature: XmlElement, signed: XmlElement): void {
  const keyInfos = signature.children.slice(2);
  const [signedInfo] = partsOf(signature.children.slice(0, 2), 'SignedInfo', 'SignatureValue');
  if (keyInfos.length > 0) partsOf(keyInfos, 'KeyInfo');
  for (const part of keyInfos.flatMap((keyInfo) => [...elementsOf(keyInfo)])) {
    if (part.uri !== SIGNATURE || !keyInfoParts.includes(part.local))
      throw notAllowed('its KeyInfo has other parts');
  }
  const [canonicalization, method, reference] = partsOf(
    signedInfo.children,
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  );
  requireAlgorithm(canonicalization, [EXCLUSIVE], 'canonicalization');
  requirePrefixesOnly(canonicalization);
  requireAlgorithm(method, signatureMethods, 'signature');
  if (method.children.length > 0) throw notAllowed('its signature method has parameters');

  const [transforms, digest] = partsOf(reference.children, 'Transforms', 'DigestMethod', 'DigestValue');
  const [enveloped, exclusive] = partsOf(transforms.children, 'Transform', 'Transform');
  requireAlgorithm(enveloped, [ENVELOPED], 'first transform');
  if (enveloped.children.length > 0) throw notAllowed('its first transform has parameters');
  requireAlgorithm(exclusive, [EXCLUSIVE], 'second transform');
  requirePrefixesOnly(exclusive);
  requireAlgorithm(digest, digestMethods, 'digest');
  if (digest.children.length > 0) throw notAllowed('its digest method has parameters');

  const signedId = attributeOf(signed, 'ID') ?? '';
  if (!id.test(signedId) || attributeOf(reference, 'URI') !== `#${signedId}`) {
    throw notAllowed('it does not refer to the element that it stands in');
  }
}

/** The elements, if they are these and no others, in this order. */
function partsOf<const Names extends readonly string[]>(
  elements: readonly XmlElement[],
  ...names: Names
): { [Index in keyof Names]: XmlElement } {
  const isExpected =
    elements.length === names.length &&
    elements.every(({ uri, local }, index) => uri === SIGNATURE && local === names[index]);
  if (!isExpected) throw notAllowed(`it must have ${names.join(', ')} here, and nothing else`);
  return [...elements] as { [Index in keyof Names]: XmlElement };
}

function requireAlgorithm(element: XmlElement, allowed: readonly string[], what: string): void {
  // By whatever namespace: who looks for the attribute by its name alone must find the same.
  const algorithms = element.attributes.filter(({ local }) => local === 'Algorithm');
  if (algorithms.length !== 1 || !allowed.includes(attributeOf(element, 'Algorithm') ?? '')) {
    throw notAllowed(`the algorithm of its ${what} is not allowed`);
  }
}

/** Exclusive canonicalization may name prefixes that it keeps; they add declarations, and take nothing away. */
function requirePrefixesOnly({ children }: XmlElement): void {
  const isPrefixes = ({ uri, local }: XmlElement) => uri === EXCLUSIVE && local === 'InclusiveNamespaces';
  if (children.length > 1 || !children.every(isPrefixes))
    throw notAllowed('a transform has other parameters');
}

function notAllowed(message: string): SignInError {
  return new SignInError('SignatureNotAllowed', `the signature is not accepted: ${message}`);
}
