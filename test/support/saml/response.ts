// A SAML response as an identity provider writes it, before it is signed, with whatever a test wants different.

export const PORTAL = 'https://portal.example.com/';
export const ENTITY_ID = `${PORTAL}saml/metadata`;
export const CONSUMER = `${PORTAL}saml/acs`;
export const USER = 'ada@example.com';
export const GROUPS_ATTRIBUTE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups';
export const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';

export interface ResponseFields {
  readonly responseId: string;
  readonly assertionId: string;
  readonly inResponseTo: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly issuer: string;
  readonly destination: string;
  readonly recipient: string;
  readonly audience: string;
  readonly nameId: string;
  /** Name and values, as they are written. */
  readonly attributes: readonly (readonly [name: string, values: readonly string[]])[];
  readonly sessionEnd?: number;
}

export function instant(time: number): string {
  return new Date(time).toISOString();
}

export function assertionXml(fields: ResponseFields): string {
  const { now, assertionId, inResponseTo, issuer, recipient, audience, nameId, attributes, sessionEnd } =
    fields;
  const end = sessionEnd === undefined ? '' : ` SessionNotOnOrAfter="${instant(sessionEnd)}"`;
  const statement = attributes.map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  );
  return [
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${assertionId}" Version="2.0" IssueInstant="${instant(now)}">`,
    `<saml:Issuer>${issuer}</saml:Issuer>`,
    `<saml:Subject><saml:NameID>${nameId}</saml:NameID><saml:SubjectConfirmation Method="${BEARER}">`,
    `<saml:SubjectConfirmationData InResponseTo="${inResponseTo}" NotOnOrAfter="${instant(now + 300_000)}" Recipient="${recipient}"/>`,
    `</saml:SubjectConfirmation></saml:Subject>`,
    `<saml:Conditions NotBefore="${instant(now - 5_000)}" NotOnOrAfter="${instant(now + 3_600_000)}">`,
    `<saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>`,
    `<saml:AuthnStatement AuthnInstant="${instant(now - 1_000)}" SessionIndex="${assertionId}"${end}><saml:AuthnContext>`,
    `<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>`,
    `</saml:AuthnContext></saml:AuthnStatement>`,
    ...(statement.length > 0
      ? [`<saml:AttributeStatement>${statement.join('')}</saml:AttributeStatement>`]
      : []),
    `</saml:Assertion>`,
  ].join('');
}

export function responseXml(fields: ResponseFields): string {
  const { now, responseId, inResponseTo, issuer, destination } = fields;
  return [
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" `,
    `ID="${responseId}" Version="2.0" IssueInstant="${instant(now)}" Destination="${destination}" InResponseTo="${inResponseTo}">`,
    `<saml:Issuer>${issuer}</saml:Issuer>`,
    `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>`,
    assertionXml(fields),
    `</samlp:Response>`,
  ].join('');
}

const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;
const signature = /<ds:Signature [\s\S]*?<\/ds:Signature>/;

/** The assertion of a response, as it is written; and the first signature in a text. */
export const assertionIn = (xml: string): string => assertion.exec(xml)?.[0] ?? '';
export const signatureIn = (xml: string): string => signature.exec(xml)?.[0] ?? '';
export const withoutSignature = (xml: string): string => xml.replace(signature, '');
