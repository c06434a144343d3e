// Signs SAML as an identity provider would, or as none should: over the same library that verifies.
import { createHmac, sign as signBytes } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { ExclusiveCanonicalization, SignedXml } from 'xml-crypto';
import { bareCertificate, type SigningCertificate } from './signing-certificate.ts';

export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
export const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
export const RSA_SHA1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const SHA1 = 'http://www.w3.org/2000/09/xmldsig#sha1';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

export type Signed = 'Response' | 'Assertion';

export interface SigningOptions {
  readonly signatureAlgorithm?: string;
  readonly digestAlgorithm?: string;
  readonly canonicalization?: string;
  readonly transforms?: readonly string[];
  readonly prefixes?: readonly string[];
}

/** Signs the response or its assertion: an enveloped signature after its issuer. */
export function signed(
  xml: string,
  element: Signed,
  certificate: SigningCertificate,
  options: SigningOptions = {},
): string {
  const {
    signatureAlgorithm = RSA_SHA256,
    digestAlgorithm = SHA256,
    canonicalization = EXCLUSIVE,
    transforms = [ENVELOPED, EXCLUSIVE],
    prefixes = [],
  } = options;
  const path = `//*[local-name(.)='${element}']`;
  const signing = new SignedXml({
    privateKey: certificate.keyPem,
    publicCert: certificate.certificatePem,
    signatureAlgorithm,
    canonicalizationAlgorithm: canonicalization,
    getKeyInfoContent: () =>
      `<ds:X509Data><ds:X509Certificate>${bareCertificate(certificate)}</ds:X509Certificate></ds:X509Data>`,
  });
  signing.addReference({
    xpath: path,
    digestAlgorithm,
    transforms: [...transforms],
    inclusiveNamespacesPrefixList: [...prefixes],
  });
  signing.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' },
  });
  const text = signing.getSignedXml();
  if (prefixes.length === 0) return text;
  // The library writes the prefixes into both transforms, and identity providers into the one that has them.
  const misplaced = /<InclusiveNamespaces [^>]*enveloped-signature"\/>/;
  return resigned(text, certificate.keyPem, (signedInfo) => signedInfo.replace(misplaced, ''));
}

/**
 * Changes the SignedInfo of the first signature, and signs it anew: what a genuine signer could have written, although no
 * library would.
 *
 * @param key in PEM; or a secret, for an HMAC
 */
export function resigned(
  xml: string,
  key: string,
  change: (signedInfo: string) => string,
  hmac?: string,
): string {
  const changed = xml.replace(/<ds:SignedInfo>[\s\S]*?<\/ds:SignedInfo>/, change);
  const document = new DOMParser().parseFromString(changed, 'text/xml');
  const signedInfo = document.getElementsByTagName('ds:SignedInfo')[0];
  if (!signedInfo) throw new Error('there is no signature to sign anew');
  const bytes = Buffer.from(
    String(new ExclusiveCanonicalization().process(signedInfo as never, {} as never)),
  );
  const value = hmac ? createHmac(hmac, key).update(bytes).digest() : signBytes('sha256', bytes, key);
  return changed.replace(
    /<ds:SignatureValue>[\s\S]*?<\/ds:SignatureValue>/,
    `<ds:SignatureValue>${value.toString('base64')}</ds:SignatureValue>`,
  );
}
