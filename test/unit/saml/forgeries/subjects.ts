// Answers that the identity provider signed, and that do not say in the one way who the user is, and under which conditions.
import { BEARER, instant, USER } from '../../../support/saml/response.ts';
import { type Forgery, MALLORY, replaced, written } from './forgery.ts';

const confirmation = /<saml:SubjectConfirmation [\s\S]*<\/saml:SubjectConfirmation>/;

const names: readonly Forgery[] = [
  {
    name: 'a confirmation by holding a key',
    refused: 'SubjectNotConfirmed',
    answering: written(BEARER, 'urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'),
    libraryTakesIt: true,
  },
  {
    name: 'a confirmation by the sender',
    refused: 'SubjectNotConfirmed',
    answering: written(BEARER, 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches'),
    libraryTakesIt: true,
  },
  {
    name: 'a subject without confirmation',
    refused: 'SubjectNotConfirmed',
    answering: written(confirmation, ''),
    libraryTakesIt: true,
  },
  {
    name: 'a subject with two confirmations',
    refused: 'SubjectNotConfirmed',
    answering: {
      before: (xml) => replaced(xml, confirmation, (confirmation.exec(xml)?.[0] ?? '').repeat(2)),
    },
    libraryTakesIt: true,
  },
  {
    name: 'a confirmation without data',
    refused: 'SubjectNotConfirmed',
    answering: written(/<saml:SubjectConfirmationData[^>]*\/>/, ''),
  },
  {
    name: 'a confirmation of somebody else',
    refused: 'SubjectNotConfirmed',
    answering: written(/(?=<saml:SubjectConfirmationData)/, `<saml:NameID>${MALLORY}</saml:NameID>`),
    libraryTakesIt: true,
  },
  {
    name: 'a confirmation that asks for a key too',
    refused: 'SubjectNotConfirmed',
    answering: {
      before: (xml) =>
        xml.replace(
          /(<saml:SubjectConfirmationData[^>]*)\/>/,
          '$1><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></saml:SubjectConfirmationData>',
        ),
    },
    libraryTakesIt: true,
  },
  {
    name: 'a bearer’s confirmation with a beginning',
    refused: 'SubjectNotConfirmed',
    answering: ({ now }) =>
      written('<saml:SubjectConfirmationData', `<saml:SubjectConfirmationData NotBefore="${instant(now)}"`),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion without subject',
    refused: 'ResponseMalformed',
    says: 'Subject',
    answering: written(/<saml:Subject>[\s\S]*<\/saml:Subject>/, ''),
  },
  {
    name: 'an assertion with two subjects',
    refused: 'ResponseMalformed',
    says: 'Subject',
    answering: {
      before: (xml) =>
        replaced(
          xml,
          '<saml:Conditions',
          `${/<saml:Subject>[\s\S]*<\/saml:Subject>/.exec(xml)?.[0].replace(USER, MALLORY)}<saml:Conditions`,
        ),
    },
    libraryTakesIt: true,
  },
  {
    name: 'two names',
    refused: 'NameIdNotAllowed',
    answering: written('</saml:NameID>', `</saml:NameID><saml:NameID>${MALLORY}</saml:NameID>`),
    libraryTakesIt: true,
  },
  {
    name: 'no name',
    refused: 'NameIdNotAllowed',
    answering: written(/<saml:NameID>[\s\S]*<\/saml:NameID>/, ''),
    libraryTakesIt: true,
  },
  {
    name: 'an empty name',
    refused: 'NameIdNotAllowed',
    answering: { fields: { nameId: '' } },
    libraryTakesIt: true,
  },
  {
    name: 'a name with spaces around it',
    refused: 'NameIdNotAllowed',
    answering: { fields: { nameId: `\n ${USER}\n` } },
    libraryTakesIt: true,
  },
  {
    name: 'a name with a control character',
    refused: 'NameIdNotAllowed',
    answering: { fields: { nameId: `${USER}&#x7f;root` } },
    libraryTakesIt: true,
  },
  {
    name: 'a name with an element in it',
    refused: 'NameIdNotAllowed',
    answering: { fields: { nameId: `${USER}<b xmlns="urn:x"/>.example.com` } },
    libraryTakesIt: true,
  },
  {
    name: 'a name that is too long',
    refused: 'NameIdNotAllowed',
    answering: { fields: { nameId: 'a'.repeat(257) } },
    libraryTakesIt: true,
  },
  {
    name: 'a name that is another with every sign-in',
    refused: 'NameIdNotAllowed',
    says: 'transient',
    answering: written(
      '<saml:NameID>',
      '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">',
    ),
    libraryTakesIt: true,
  },
  {
    name: 'a name of another namespace',
    refused: 'NameIdNotAllowed',
    answering: written(
      /<saml:NameID>[^<]*<\/saml:NameID>/,
      `<x:NameID xmlns:x="urn:evil">${MALLORY}</x:NameID>`,
    ),
    libraryTakesIt: true,
  },
  {
    name: 'an encrypted name',
    refused: 'AssertionEncrypted',
    answering: written(/<saml:NameID>[^<]*<\/saml:NameID>/, '<saml:EncryptedID/>'),
    libraryTakesIt: true,
  },
  {
    name: 'an encrypted assertion',
    refused: 'AssertionEncrypted',
    answering: {
      before: (xml) =>
        replaced(xml, /<saml:Assertion[\s\S]*<\/saml:Assertion>/, '<saml:EncryptedAssertion/>'),
      sign: ['Response'],
    },
  },
];

const conditions: readonly Forgery[] = [
  {
    name: 'an assertion without conditions',
    refused: 'ConditionNotAllowed',
    answering: written(/<saml:Conditions[\s\S]*<\/saml:Conditions>/, ''),
  },
  {
    name: 'an assertion with two sets of conditions',
    refused: 'ConditionNotAllowed',
    answering: {
      before: (xml) =>
        replaced(
          xml,
          '<saml:AuthnStatement',
          `${/<saml:Conditions[\s\S]*<\/saml:Conditions>/.exec(xml)?.[0]}<saml:AuthnStatement`,
        ),
    },
  },
  {
    name: 'a condition that is not known',
    refused: 'ConditionNotAllowed',
    answering: written('</saml:Conditions>', '<saml:Condition/></saml:Conditions>'),
    libraryTakesIt: true,
  },
  {
    name: 'a condition of another namespace',
    refused: 'ConditionNotAllowed',
    answering: written('</saml:Conditions>', '<x:OneTimeUse xmlns:x="urn:x"/></saml:Conditions>'),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion without authentication',
    refused: 'ResponseMalformed',
    says: 'AuthnStatement',
    answering: written(/<saml:AuthnStatement[\s\S]*<\/saml:AuthnStatement>/, ''),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion with advice',
    refused: 'ResponseMalformed',
    answering: written('<saml:AuthnStatement', '<saml:Advice/><saml:AuthnStatement'),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion of SAML 1.1',
    refused: 'ResponseMalformed',
    says: 'version',
    answering: written(/(?<=<saml:Assertion [^>]*)Version="2.0"/, 'Version="1.1"'),
    libraryTakesIt: true,
  },
  {
    name: 'a refusal of the identity provider',
    refused: 'IdentityProviderRefused',
    says: 'AuthnFailed',
    answering: {
      sign: [],
      before: (xml) =>
        replaced(
          replaced(xml, /<saml:Assertion[\s\S]*<\/saml:Assertion>/, ''),
          'status:Success"/>',
          'status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode>',
        ),
    },
  },
  {
    name: 'a refusal around a signed assertion',
    refused: 'IdentityProviderRefused',
    after: (xml) => replaced(xml, 'status:Success', 'status:Requester'),
    libraryTakesIt: true,
  },
  {
    name: 'two statuses',
    refused: 'ResponseMalformed',
    says: 'status',
    after: (xml) =>
      replaced(
        xml,
        '<samlp:Status>',
        '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:Status><samlp:Status>',
      ),
    libraryTakesIt: true,
  },
];

export const subjects: readonly Forgery[] = [...names, ...conditions];
