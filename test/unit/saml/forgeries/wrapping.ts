// Signature wrapping: the signed element is moved to where nobody reads it, and another one stands in its place.
// XSW 1–8: Somorovsky et al., On Breaking SAML: Be Whoever You Want to Be, USENIX Security 2012.
import { assertionIn, signatureIn, USER, withoutSignature } from '../../../support/saml/response.ts';
import { type Forgery, MALLORY, replaced } from './forgery.ts';

/** The element as the attacker wants it: another id, another user, no signature of its own. */
const evil = (xml: string): string => {
  const unsigned = replaced(withoutSignature(xml), USER, MALLORY);
  return replaced(unsigned, / ID="[^"]+"/, ' ID="_evil"');
};
/** Puts a text before the end of an element. */
const into = (xml: string, name: string, text: string): string =>
  replaced(xml, new RegExp(`</${name}>(?![\\s\\S]*</${name}>)`), `${text}</${name}>`);
const afterIssuer = (xml: string, text: string): string =>
  replaced(xml, '</saml:Issuer>', `</saml:Issuer>${text}`);
const object = (text: string): string => `<ds:Object>${text}</ds:Object>`;
const withoutDeclaration = (xml: string): string => xml.replace(/^<\?xml[^>]*>/, '');

const ofResponse = { sign: ['Response'] } as const;

export const wrapping: readonly Forgery[] = [
  {
    name: 'XSW 1: the signed response inside the signature of a forged one',
    refused: 'ResponseMalformed',
    answering: ofResponse,
    after: (xml) => {
      const original = withoutSignature(withoutDeclaration(xml));
      return afterIssuer(evil(xml), into(signatureIn(xml), 'ds:Signature', original));
    },
  },
  {
    name: 'XSW 2: the signed response beside the signature of a forged one',
    refused: 'ResponseMalformed',
    answering: ofResponse,
    after: (xml) => afterIssuer(evil(xml), withoutSignature(withoutDeclaration(xml)) + signatureIn(xml)),
  },
  {
    name: 'XSW 3: a forged assertion before the signed one',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, assertionIn(xml), evil(assertionIn(xml)) + assertionIn(xml)),
  },
  {
    name: 'XSW 3b: a forged assertion after the signed one',
    refused: 'ResponseMalformed',
    after: (xml) => replaced(xml, assertionIn(xml), assertionIn(xml) + evil(assertionIn(xml))),
  },
  {
    name: 'XSW 4: the signed assertion inside a forged one',
    refused: 'ResponseMalformed',
    after: (xml) =>
      replaced(xml, assertionIn(xml), into(evil(assertionIn(xml)), 'saml:Assertion', assertionIn(xml))),
  },
  {
    name: 'XSW 5: a forged assertion with the signature, and the signed one at the end',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const signed = assertionIn(xml);
      return replaced(xml, signed, afterIssuer(evil(signed), signatureIn(signed)) + withoutSignature(signed));
    },
  },
  {
    name: 'XSW 6: a forged assertion with the signature, and the signed one inside of it',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const signed = assertionIn(xml);
      const signature = into(signatureIn(signed), 'ds:Signature', withoutSignature(signed));
      return replaced(xml, signed, afterIssuer(evil(signed), signature));
    },
  },
  {
    name: 'XSW 7: a forged assertion among extensions',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const extensions = `<samlp:Extensions>${evil(assertionIn(xml))}</samlp:Extensions>`;
      return replaced(xml, assertionIn(xml), extensions + assertionIn(xml));
    },
  },
  {
    name: 'XSW 8: the signed assertion in an object of the signature of a forged one',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const signed = assertionIn(xml);
      const signature = into(signatureIn(signed), 'ds:Signature', object(withoutSignature(signed)));
      return replaced(xml, signed, afterIssuer(evil(signed), signature));
    },
  },
  {
    name: 'a forged assertion with the id of the signed one, which stands in the status',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const signed = assertionIn(xml);
      const forged = replaced(withoutSignature(signed), USER, MALLORY);
      const detail = `<samlp:StatusDetail>${withoutSignature(signed)}</samlp:StatusDetail>`;
      return into(replaced(xml, signed, afterIssuer(forged, signatureIn(signed))), 'samlp:Status', detail);
    },
  },
  {
    name: 'a forged assertion of another namespace before the signed one',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const forged = replaced(evil(assertionIn(xml)), 'tc:SAML:2.0:assertion', 'tc:SAML:1.0:assertion');
      return replaced(xml, assertionIn(xml), forged + assertionIn(xml));
    },
  },
  {
    name: 'a signed assertion inside a statement of a forged one',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const value = `<saml:AttributeValue>${assertionIn(xml)}</saml:AttributeValue>`;
      const attribute = `<saml:Attribute Name="x">${value}</saml:Attribute>`;
      return replaced(
        xml,
        assertionIn(xml),
        into(evil(assertionIn(xml)), 'saml:AttributeStatement', attribute),
      );
    },
  },
  {
    name: 'a signature that stands beside the assertion that it is of',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(withoutSignature(xml), '<samlp:Status>', `${signatureIn(xml)}<samlp:Status>`),
  },
  {
    name: 'a signature that stands deeper in the assertion that it is of',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(withoutSignature(xml), '</saml:Subject>', `${signatureIn(xml)}</saml:Subject>`),
  },
  {
    name: 'two assertions, both signed',
    refused: 'ResponseMalformed',
    after: (xml) => {
      const second = replaced(assertionIn(xml), / ID="[^"]+"/, ' ID="_second"');
      return replaced(xml, assertionIn(xml), assertionIn(xml) + second);
    },
  },
  {
    name: 'two signatures of one assertion',
    refused: 'SignatureNotAllowed',
    after: (xml) => replaced(xml, signatureIn(xml), signatureIn(xml).repeat(2)),
  },
  {
    name: 'two elements with one id',
    refused: 'ResponseMalformed',
    after: (xml) =>
      replaced(xml, '<saml:Subject>', `<saml:Subject Id="${/ ID="(_assertion[^"]+)"/.exec(xml)?.[1]}">`),
  },
  {
    name: 'two elements with one id, by an attribute that has a namespace',
    refused: 'ResponseMalformed',
    after: (xml) =>
      replaced(xml, '<saml:Subject>', `<saml:Subject xml:id="${/ ID="(_response[^"]+)"/.exec(xml)?.[1]}">`),
  },
  {
    name: 'a signed assertion that was cut out of its response',
    refused: 'ResponseMalformed',
    after: (xml) => assertionIn(xml),
  },
];
