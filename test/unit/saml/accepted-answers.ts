// Answers that sign somebody in: what identity providers do differently, and nothing is wrong with.
import type { User } from '../../../service/sign-in/user.ts';
import { frozenClock } from '../../support/clock.ts';
import { type Answering, TENANT_ATTRIBUTE } from '../../support/saml/portal.ts';
import { GROUPS_ATTRIBUTE, instant, USER } from '../../support/saml/response.ts';
import { replaced, written } from './forgeries/forgery.ts';

/** The user of an answer that says nothing else. */
export const ada: User = { id: USER, groups: ['dba', 'sysadmin'], groupsOverage: false };

const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';
const now = frozenClock().now();
/** An answer with these attributes and no others. */
export const withAttributes = (...attributes: [name: string, values: string[]][]): Answering => ({
  fields: { attributes },
});
const conditionsEnd = /(?<=<saml:Conditions [^>]*NotOnOrAfter=)"[^"]*"/;

export const accepted: readonly {
  readonly name: string;
  readonly answering?: Answering;
  readonly after?: (xml: string) => string;
  /** What differs from the usual user. */
  readonly user?: Partial<User>;
}[] = [
  { name: 'a signed assertion' },
  { name: 'a signed response', answering: { sign: ['Response'] } },
  { name: 'a signed assertion in a signed response', answering: { sign: ['Response', 'Assertion'] } },
  {
    name: 'SHA-512',
    answering: {
      sign: ['Response', 'Assertion'],
      signing: {
        signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
        digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha512',
      },
    },
  },
  {
    name: 'a prefix that canonicalization keeps, as for the types of values',
    answering: {
      signing: { prefixes: ['xs'] },
      before: (xml) =>
        replaced(
          xml,
          '<saml:Assertion ',
          '<saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" ',
        ).replaceAll(
          '<saml:AttributeValue>',
          '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">',
        ),
    },
  },
  { name: 'an XML declaration', after: (xml) => `<?xml version="1.0" encoding="UTF-8"?>\r\n${xml}` },
  {
    name: 'line ends as Windows has them, which are no part of XML',
    after: (xml) => replaced(xml, '<samlp:Status>', '\r\n<samlp:Status>'),
  },
  {
    name: 'a character reference for a letter',
    after: (xml) => replaced(xml, `>${USER}<`, `>&#x61;${USER.slice(1)}<`),
  },
  {
    // The library's parser reads U+2028 as a line end, which is what was signed; XML 1.0 does not.
    name: 'a character that only one of the parsers takes for a line end, as what was signed',
    answering: withAttributes(['groups', ['of ada\nand others']]),
    after: (xml) => replaced(xml, 'of ada\nand', 'of ada\u2028and'),
    user: { groups: ['of ada\nand others'] },
  },
  { name: 'no KeyInfo', after: (xml) => replaced(xml, /<ds:KeyInfo>[\s\S]*?<\/ds:KeyInfo>/, '') },
  { name: 'an unsigned response without destination', answering: written(/ Destination="[^"]*"/, '') },
  {
    name: 'a response without issuer',
    answering: written(/<saml:Issuer>[^<]*<\/saml:Issuer>(?=<samlp:Status>)/, ''),
  },
  {
    name: 'an assertion that must be used once',
    answering: written('</saml:Conditions>', '<saml:OneTimeUse/></saml:Conditions>'),
  },
  {
    name: 'several audiences of which the portal is one',
    answering: written('<saml:Audience>', '<saml:Audience>urn:other</saml:Audience><saml:Audience>'),
  },
  {
    name: 'an end within a minute’s clock skew',
    answering: written(conditionsEnd, `"${instant(now - 59_999)}"`),
  },
  {
    name: 'a beginning within a minute’s clock skew',
    answering: written(/(?<=NotBefore=)"[^"]*"/, `"${instant(now + 60_000)}"`),
  },
  { name: 'an end in microseconds', answering: written(conditionsEnd, '"2030-04-01T12:30:00.1234567Z"') },
  { name: 'one group', answering: withAttributes([GROUPS_ATTRIBUTE, ['dba']]), user: { groups: ['dba'] } },
  { name: 'one group of one letter', answering: withAttributes(['groups', ['d']]), user: { groups: ['d'] } },
  { name: 'no groups', answering: withAttributes(), user: { groups: [] } },
  {
    name: 'an attribute for groups, with none',
    answering: withAttributes(['groups', []]),
    user: { groups: [] },
  },
  {
    name: 'an attribute for groups, with an empty one',
    answering: withAttributes(['groups', ['']]),
    user: { groups: [] },
  },
  {
    name: 'groups by the common name',
    answering: withAttributes(['groups', ['a', 'b', 'a']]),
    user: { groups: ['a', 'b'] },
  },
  {
    name: 'groups as they are sent',
    answering: withAttributes(['groups', [' DBA ', 'dbä &amp; co']]),
    user: { groups: [' DBA ', 'dbä & co'] },
  },
  {
    name: 'groups by a name that is almost the one',
    answering: withAttributes(['Groups', ['root']], ['groups ', ['root']]),
    user: { groups: [] },
  },
  {
    name: 'groups by a friendly name alone',
    answering: written(
      `Name="${GROUPS_ATTRIBUTE}"`,
      'Name="urn:oid:1.3.6.1.4.1.5923.1.5.1.1" FriendlyName="groups"',
    ),
    user: { groups: [] },
  },
  {
    name: 'a link in the place of too many groups',
    answering: withAttributes([GROUPS_LINK, ['https://graph.example.com/users/1/getMemberObjects']]),
    user: { groups: [], groupsOverage: true },
  },
  {
    name: 'a thousand groups',
    answering: withAttributes(['groups', Array.from({ length: 1_000 }, (_, index) => `group-${index}`)]),
    user: { groups: Array.from({ length: 1_000 }, (_, index) => `group-${index}`) },
  },
  {
    name: 'a tenant',
    answering: withAttributes([TENANT_ATTRIBUTE, ['Yellow']]),
    user: { groups: [], tenant: 'Yellow' },
  },
  {
    name: 'an attribute of other things',
    answering: withAttributes(['x', ['<a xmlns="urn:x">b</a>']]),
    user: { groups: [] },
  },
  {
    name: 'the name and the value of the key besides its certificate, as Keycloak’s',
    after: (xml) =>
      replaced(
        xml,
        '<ds:KeyInfo>',
        '<ds:KeyInfo><ds:KeyName>FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE</ds:KeyName><ds:KeyValue><ds:RSAKeyValue><ds:Modulus>AQAB</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>',
      ),
  },
  {
    name: 'the end of the session',
    answering: { fields: { sessionEnd: now + 1 } },
    user: { validUntil: now + 1 },
  },
  {
    name: 'a guest of Entra ID',
    answering: { fields: { nameId: 'ada_example.com#EXT#@contoso.onmicrosoft.com' } },
    user: { id: 'ada_example.com#EXT#@contoso.onmicrosoft.com' },
  },
  {
    name: 'a name of another alphabet',
    answering: { fields: { nameId: 'Ада Ловлейс' } },
    user: { id: 'Ада Ловлейс' },
  },
];
