// Signatures of other kinds than the one that is accepted: algorithms, transforms, keys, and none at all.

import { assertionIn, signatureIn, USER, withoutSignature } from '../../../support/saml/response.ts';
import { ENVELOPED, EXCLUSIVE, INCLUSIVE, RSA_SHA1, resigned, SHA1 } from '../../../support/saml/signing.ts';
import { bareCertificate } from '../../../support/saml/signing-certificate.ts';
import { type Forgery, type Kit, MALLORY, replaced } from './forgery.ts';

/** The identity provider itself signs by other rules. */
const signedAnew = (from: string | RegExp, to: string) => (xml: string, kit: Kit) =>
  resigned(xml, kit.genuine.keyPem, (signedInfo) => replaced(signedInfo, from, to));
const transforms = /<ds:Transforms>[\s\S]*<\/ds:Transforms>/;
const transform = (algorithm: string, inside = '') =>
  `<ds:Transform Algorithm="${algorithm}">${inside}</ds:Transform>`;
const usual = transform(ENVELOPED) + transform(EXCLUSIVE);
const xslt = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"/></xsl:stylesheet>`;
const xpath = '<ds:XPath>not(ancestor-or-self::*[local-name()="NameID"])</ds:XPath>';

const otherTransforms: readonly (readonly [name: string, transforms: string])[] = [
  ['no transforms', ''],
  ['the enveloped transform alone', transform(ENVELOPED)],
  ['exclusive canonicalization alone', transform(EXCLUSIVE)],
  ['exclusive canonicalization twice', transform(EXCLUSIVE).repeat(2)],
  ['its transforms the other way round', transform(EXCLUSIVE) + transform(ENVELOPED)],
  ['an XPath transform', transform('http://www.w3.org/TR/1999/REC-xpath-19991116', xpath) + usual],
  [
    'an XPath filter in the second’s place',
    transform(ENVELOPED) + transform('http://www.w3.org/2002/06/xmldsig-filter2', xpath),
  ],
  ['an XSLT transform', transform('http://www.w3.org/TR/1999/REC-xslt-19991116', xslt) + usual],
  ['a base64 transform', transform(ENVELOPED) + transform('http://www.w3.org/2000/09/xmldsig#base64')],
  ['inclusive canonicalization', transform(ENVELOPED) + transform(INCLUSIVE)],
  ['canonicalization with comments', transform(ENVELOPED) + transform(`${EXCLUSIVE}WithComments`)],
  ['a third transform', usual + transform(EXCLUSIVE)],
  ['parameters of the enveloped transform', transform(ENVELOPED, xpath) + transform(EXCLUSIVE)],
  ['an unknown transform', transform(ENVELOPED) + transform('urn:example:transform')],
];

export const signatures: readonly Forgery[] = [
  { name: 'an answer that nobody signed', refused: 'ResponseNotSigned', answering: { sign: [] } },
  {
    name: 'an assertion whose signature was taken out',
    refused: 'ResponseNotSigned',
    after: (xml) => replaced(withoutSignature(xml), USER, MALLORY),
  },
  {
    name: 'another user in the place of the signed one',
    refused: 'SignatureInvalid',
    after: (xml) => replaced(xml, USER, MALLORY),
  },
  {
    name: 'a further group in a signed assertion',
    refused: 'SignatureInvalid',
    after: (xml) =>
      replaced(
        xml,
        '<saml:AttributeValue>dba',
        '<saml:AttributeValue>root</saml:AttributeValue><saml:AttributeValue>dba',
      ),
  },
  {
    name: 'another user in an assertion of a signed response',
    refused: 'SignatureInvalid',
    answering: { sign: ['Response'] },
    after: (xml) => replaced(xml, USER, MALLORY),
  },
  {
    name: 'a response whose own signature does not hold, although its assertion’s does',
    refused: 'SignatureInvalid',
    answering: { sign: ['Response', 'Assertion'] },
    after: (xml) => replaced(xml, /<samlp:Status>/, '<samlp:Status >\n'),
  },
  {
    name: 'an assertion whose own signature does not hold, although its response’s does',
    refused: 'SignatureInvalid',
    answering: ({ stranger }) => ({
      sign: ['Response'],
      before: (xml) =>
        replaced(
          xml,
          '</saml:Issuer><saml:Subject>',
          `</saml:Issuer>${foreignSignature(xml, stranger)}<saml:Subject>`,
        ),
    }),
  },
  {
    name: 'a signature by a key that the metadata does not have',
    refused: 'SignatureInvalid',
    answering: ({ stranger }) => ({ certificate: stranger, before: (xml) => replaced(xml, USER, MALLORY) }),
  },
  {
    name: 'a stranger’s signature whose KeyInfo has the genuine certificate',
    refused: 'SignatureInvalid',
    answering: ({ stranger }) => ({ certificate: stranger }),
    after: (xml, { genuine, stranger }) => replaced(xml, bareCertificate(stranger), bareCertificate(genuine)),
  },
  {
    name: 'a KeyInfo that says where to fetch the key',
    refused: 'SignatureNotAllowed',
    after: (xml) =>
      replaced(
        xml,
        /<ds:X509Data>[\s\S]*<\/ds:X509Data>/,
        '<ds:RetrievalMethod URI="https://evil.example.com/key"/>',
      ),
  },
  {
    name: 'a second SignedInfo in KeyInfo',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(xml, '</ds:KeyInfo>', '<ds:SignedInfo/></ds:KeyInfo>'),
  },
  {
    name: 'two SignedInfo',
    refused: 'SignatureNotAllowed',
    after: (xml) => {
      const signedInfo = /<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/.exec(xml)?.[0] ?? '';
      return replaced(xml, signedInfo, signedInfo.repeat(2));
    },
  },
  {
    name: 'two references',
    refused: 'SignatureNotAllowed',
    after: (xml, kit) =>
      resigned(xml, kit.genuine.keyPem, (signedInfo) => {
        const reference = /<ds:Reference[\s\S]*<\/ds:Reference>/.exec(signedInfo)?.[0] ?? '';
        return replaced(signedInfo, reference, reference.repeat(2));
      }),
  },
  {
    name: 'an object in the signature',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(xml, '</ds:Signature>', '<ds:Object/></ds:Signature>'),
  },
  {
    name: 'a reference to the whole document',
    refused: 'SignatureNotAllowed',
    after: signedAnew(/URI="[^"]*"/, 'URI=""'),
  },
  {
    name: 'a reference without a place',
    refused: 'SignatureNotAllowed',
    after: signedAnew(/ URI="[^"]*"/, ''),
  },
  {
    name: 'a reference by XPointer',
    refused: 'SignatureNotAllowed',
    after: signedAnew(/URI="[^"]*"/, `URI="#xpointer(id('_assertion-1'))"`),
  },
  {
    name: 'a reference to another file',
    refused: 'SignatureNotAllowed',
    after: signedAnew(/URI="[^"]*"/, 'URI="file:///etc/passwd"'),
  },
  {
    name: 'a signature of SHA-1',
    refused: 'SignatureNotAllowed',
    answering: { signing: { signatureAlgorithm: RSA_SHA1 } },
    libraryTakesIt: true,
  },
  {
    name: 'a digest of SHA-1',
    refused: 'SignatureNotAllowed',
    answering: { signing: { digestAlgorithm: SHA1 } },
    libraryTakesIt: true,
  },
  {
    name: 'a signature of SHA-1 over the response',
    refused: 'SignatureNotAllowed',
    answering: {
      sign: ['Response', 'Assertion'],
      signing: { signatureAlgorithm: RSA_SHA1, digestAlgorithm: SHA1 },
    },
    libraryTakesIt: true,
  },
  {
    name: 'an HMAC whose secret is the certificate',
    refused: 'SignatureNotAllowed',
    after: (xml, { genuine }) =>
      resigned(
        xml,
        genuine.certificatePem,
        (signedInfo) =>
          replaced(signedInfo, /http:[^"]*rsa-sha256/, 'http://www.w3.org/2000/09/xmldsig#hmac-sha1'),
        'sha1',
      ),
  },
  {
    name: 'an HMAC of which one bit counts',
    refused: 'SignatureNotAllowed',
    after: signedAnew(
      /<ds:SignatureMethod[^>]*\/>/,
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
  },
  {
    name: 'inclusive canonicalization of SignedInfo',
    refused: 'SignatureNotAllowed',
    answering: { signing: { canonicalization: INCLUSIVE } },
    libraryTakesIt: true,
  },
  {
    name: 'canonicalization of SignedInfo with comments',
    refused: 'SignatureNotAllowed',
    answering: { signing: { canonicalization: `${EXCLUSIVE}WithComments` } },
    libraryTakesIt: true,
  },
  {
    name: 'canonicalization that is none',
    refused: 'SignatureNotAllowed',
    after: signedAnew(
      /<ds:CanonicalizationMethod[^>]*\/>/,
      '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2000/09/xmldsig#void"/>',
    ),
  },
  {
    name: 'void canonicalization: a relative namespace, on which canonicalizers give up',
    refused: 'ResponseNotPlain',
    says: 'relative namespace',
    after: (xml) => replaced(xml, '<saml:Subject>', '<saml:Subject xmlns:void="1">'),
  },
  {
    name: 'a second algorithm by an attribute that has a namespace',
    refused: 'SignatureNotAllowed',
    after: signedAnew(
      '<ds:DigestMethod ',
      '<ds:DigestMethod ds:Algorithm="http://www.w3.org/2000/09/xmldsig#sha1" ',
    ),
  },
  {
    name: 'a comment in the digest',
    refused: 'ResponseNotPlain',
    after: (xml) => replaced(xml, '<ds:DigestValue>', '<ds:DigestValue><!-- AAAA -->'),
  },
  {
    name: 'a second digest beside the first',
    refused: 'SignatureNotAllowed',
    after: (xml) =>
      replaced(xml, '</ds:DigestValue>', '</ds:DigestValue><ds:DigestValue>AAAA</ds:DigestValue>'),
  },
  {
    name: 'an empty signature',
    refused: 'SignatureInvalid',
    after: (xml) => replaced(xml, /<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>'),
  },
  {
    name: 'a signature element of another namespace',
    refused: 'SignatureNotAllowed',
    after: (xml) =>
      replaced(
        xml,
        'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"',
        'xmlns:ds="http://www.w3.org/2009/xmldsig11#"',
      ),
  },
  {
    name: 'an assertion without an id',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(xml, / ID="_assertion-\d+"/, ''),
  },
  ...otherTransforms.map(
    ([what, text]): Forgery => ({
      name: `a signature with ${what}`,
      refused: 'SignatureNotAllowed',
      after: signedAnew(transforms, text && `<ds:Transforms>${text}</ds:Transforms>`),
    }),
  ),
];

/** A signature of the right form over the assertion, by another key. */
function foreignSignature(xml: string, stranger: Kit['stranger']): string {
  const template = `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="${EXCLUSIVE}"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#${/ ID="(_assertion[^"]+)"/.exec(xml)?.[1]}"><ds:Transforms>${usual}</ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature>`;
  return signatureIn(
    resigned(replaced(xml, assertionIn(xml), template), stranger.keyPem, (signedInfo) => signedInfo),
  );
}
