// Answers that the identity provider signed, but not for this portal, this request or this time.
import { instant } from '../../../support/saml/response.ts';
import { type Forgery, signedWhole, written } from './forgery.ts';

const HOUR = 3_600_000;

const parties: readonly Forgery[] = [
  {
    name: 'an assertion of another issuer',
    refused: 'IssuerMismatch',
    says: 'assertion',
    answering: written(
      /<saml:Issuer>[^<]*<\/saml:Issuer><saml:Subject>/,
      '<saml:Issuer>https://evil.example.com</saml:Issuer><saml:Subject>',
    ),
    libraryTakesIt: true,
  },
  {
    name: 'a response of another issuer',
    refused: 'IssuerMismatch',
    says: 'response',
    answering: signedWhole('<saml:Issuer>', '<saml:Issuer>https://evil.example.com/'),
    libraryTakesIt: true,
  },
  {
    name: 'an issuer that only looks the same',
    refused: 'IssuerMismatch',
    answering: { fields: { issuer: 'https://idp.example.com/saml/metadata ' } },
    libraryTakesIt: true,
  },
  {
    name: 'an issuer of another format',
    refused: 'IssuerMismatch',
    answering: written(
      /<saml:Issuer>(?=[^<]*<\/saml:Issuer><saml:Subject)/,
      '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">',
    ),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion without issuer',
    refused: 'IssuerMismatch',
    answering: { ...signedWhole(/<saml:Issuer>[^<]*<\/saml:Issuer>(?=<saml:Subject>)/, '') },
    libraryTakesIt: true,
  },
  {
    name: 'an assertion for another recipient',
    refused: 'DestinationMismatch',
    says: 'Recipient',
    answering: { fields: { recipient: 'https://other.example.com/saml/acs' } },
    libraryTakesIt: true,
  },
  {
    name: 'an assertion for no recipient',
    refused: 'DestinationMismatch',
    says: 'Recipient',
    answering: written(/ Recipient="[^"]*"/, ''),
    libraryTakesIt: true,
  },
  {
    name: 'a recipient in other letters',
    refused: 'DestinationMismatch',
    answering: { fields: { recipient: 'https://portal.example.com/SAML/acs' } },
    libraryTakesIt: true,
  },
  {
    name: 'a response to another destination',
    refused: 'DestinationMismatch',
    says: 'Destination',
    answering: { fields: { destination: 'https://other.example.com/saml/acs' }, sign: ['Response'] },
    libraryTakesIt: true,
  },
  {
    name: 'an unsigned response to another destination',
    refused: 'DestinationMismatch',
    answering: { fields: { destination: 'https://other.example.com/saml/acs' } },
    libraryTakesIt: true,
  },
  {
    name: 'a signed response to no destination',
    refused: 'DestinationMismatch',
    answering: signedWhole(/ Destination="[^"]*"/, ''),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion for another audience',
    refused: 'AudienceMismatch',
    answering: { fields: { audience: 'https://other.example.com/saml/metadata' } },
  },
  {
    name: 'an audience that begins like the portal',
    refused: 'AudienceMismatch',
    answering: { fields: { audience: 'https://portal.example.com/saml/metadata/other' } },
  },
  {
    name: 'an assertion for no audience',
    refused: 'AudienceMismatch',
    answering: written(/<saml:AudienceRestriction>[\s\S]*<\/saml:AudienceRestriction>/, ''),
  },
  {
    name: 'a second restriction, to another audience',
    refused: 'AudienceMismatch',
    answering: written(
      '</saml:Conditions>',
      '<saml:AudienceRestriction><saml:Audience>urn:other</saml:Audience></saml:AudienceRestriction></saml:Conditions>',
    ),
  },
];

const requests: readonly Forgery[] = [
  {
    name: 'an answer to another browser’s request',
    refused: 'RequestMismatch',
    answering: ({ otherRequestId }) => ({ fields: { inResponseTo: otherRequestId } }),
  },
  {
    name: 'an answer to no request',
    refused: 'RequestMismatch',
    answering: written(/ InResponseTo="[^"]*"/g, ''),
  },
  {
    name: 'a response that says no request, around an assertion that does',
    refused: 'RequestMismatch',
    answering: written(/ InResponseTo="[^"]*"(?=>)/, ''),
  },
  {
    name: 'an assertion that says no request, in a response that does',
    refused: 'RequestMismatch',
    answering: written(/(?<=SubjectConfirmationData) InResponseTo="[^"]*"/, ''),
    libraryTakesIt: true,
  },
  {
    name: 'another user’s assertion in a response to this browser’s request',
    refused: 'RequestMismatch',
    says: 'the assertion',
    answering: ({ otherRequestId }) =>
      written(/(?<=SubjectConfirmationData) InResponseTo="[^"]*"/, ` InResponseTo="${otherRequestId}"`),
  },
  {
    name: 'a request that is not this one by a space',
    refused: 'RequestMismatch',
    answering: ({ requestId }) => ({ fields: { inResponseTo: `${requestId} ` } }),
  },
];

const times: readonly Forgery[] = [
  { name: 'an answer that comes after its end', refused: 'SignInNotBegun', later: 6 * 60_000 },
  {
    name: 'an assertion that has expired',
    refused: 'ResponseExpired',
    answering: ({ now }) =>
      written(/(?<=<saml:Conditions [^>]*NotOnOrAfter=)"[^"]*"/, `"${instant(now - 60_000)}"`),
  },
  {
    name: 'a confirmation that has expired',
    refused: 'ResponseExpired',
    answering: ({ now }) =>
      written(/(?<=SubjectConfirmationData [^>]*NotOnOrAfter=)"[^"]*"/, `"${instant(now - 60_000)}"`),
  },
  {
    name: 'an assertion that is not valid yet',
    refused: 'ResponseNotYetValid',
    answering: ({ now }) => written(/(?<=NotBefore=)"[^"]*"/, `"${instant(now + 60_001)}"`),
  },
  {
    name: 'an assertion that was issued in the future',
    refused: 'ResponseNotYetValid',
    answering: ({ now }) =>
      written(/(?<=<saml:Assertion [^>]*IssueInstant=)"[^"]*"/, `"${instant(now + 60_001)}"`),
    libraryTakesIt: true,
  },
  {
    name: 'a response that was issued in the future',
    refused: 'ResponseNotYetValid',
    answering: ({ now }) => signedWhole(/IssueInstant="[^"]*"/, `IssueInstant="${instant(now + 60_001)}"`),
    libraryTakesIt: true,
  },
  {
    name: 'an authentication in the future',
    refused: 'ResponseNotYetValid',
    answering: ({ now }) => written(/AuthnInstant="[^"]*"/, `AuthnInstant="${instant(now + 60_001)}"`),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion that was issued before it was asked for',
    refused: 'ResponseExpired',
    answering: ({ now }) =>
      written(/(?<=<saml:Assertion [^>]*IssueInstant=)"[^"]*"/, `"${instant(now - 60_001)}"`),
    libraryTakesIt: true,
  },
  {
    name: 'a session that has ended',
    refused: 'SignInTooOld',
    answering: ({ now }) => ({ fields: { sessionEnd: now } }),
    libraryTakesIt: true,
  },
  {
    name: 'an assertion without an end',
    refused: 'ResponseMalformed',
    says: 'NotOnOrAfter',
    answering: written(/(?<=<saml:Conditions [^>]*) NotOnOrAfter="[^"]*"/, ''),
  },
  {
    name: 'a confirmation without an end',
    refused: 'ResponseMalformed',
    says: 'NotOnOrAfter',
    answering: written(/(?<=SubjectConfirmationData [^>]*) NotOnOrAfter="[^"]*"/, ''),
  },
  {
    name: 'an end with a time zone',
    refused: 'ResponseMalformed',
    answering: ({ now }) =>
      written(
        /(?<=<saml:Conditions [^>]*NotOnOrAfter=)"[^"]*"/,
        `"${instant(now + HOUR).replace('Z', '-12:00')}"`,
      ),
    libraryTakesIt: true,
  },
  {
    name: 'an end on no day of the calendar',
    refused: 'ResponseMalformed',
    answering: written(/(?<=<saml:Conditions [^>]*NotOnOrAfter=)"[^"]*"/, '"2030-09-31T00:00:00Z"'),
    libraryTakesIt: true,
  },
  {
    name: 'an end that is no time',
    refused: 'ResponseMalformed',
    answering: written(/(?<=<saml:Conditions [^>]*NotOnOrAfter=)"[^"]*"/, '"never"'),
  },
];

export const statements: readonly Forgery[] = [...parties, ...requests, ...times];
