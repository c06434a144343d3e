// Answers that the identity provider signed, and whose attributes could be read in more than one way.
import { TENANT_ATTRIBUTE } from '../../../support/saml/portal.ts';
import { GROUPS_ATTRIBUTE } from '../../../support/saml/response.ts';
import { type Forgery, written } from './forgery.ts';

const attribute = (name: string, value = 'root', more = '') =>
  `<saml:Attribute Name="${name}"${more}><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`;
const withAttribute = (text: string) =>
  written('</saml:AttributeStatement>', `${text}</saml:AttributeStatement>`);

export const attributes: readonly Forgery[] = [
  {
    name: 'an attribute’s name twice',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute(GROUPS_ATTRIBUTE)),
    libraryTakesIt: true,
  },
  {
    name: 'an attribute’s name twice, in two statements',
    refused: 'AttributeNotAllowed',
    answering: written(
      '</saml:AttributeStatement>',
      `</saml:AttributeStatement><saml:AttributeStatement>${attribute(GROUPS_ATTRIBUTE)}</saml:AttributeStatement>`,
    ),
    libraryTakesIt: true,
  },
  {
    name: 'an attribute’s name twice, of two formats',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(
      attribute(GROUPS_ATTRIBUTE, 'root', ' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"'),
    ),
    libraryTakesIt: true,
  },
  {
    name: 'an attribute’s name twice, once in character references',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute(GROUPS_ATTRIBUTE.replace('groups', '&#103;roups'))),
    libraryTakesIt: true,
  },
  {
    name: 'another attribute’s name twice',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute('mail').repeat(2)),
    libraryTakesIt: true,
  },
  {
    name: 'the tenant’s attribute twice, with one value',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute(TENANT_ATTRIBUTE, 'Yellow').repeat(2)),
    libraryTakesIt: true,
  },
  {
    name: 'groups by both names',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute('groups')),
    libraryTakesIt: true,
  },
  {
    name: 'an attribute without a name',
    refused: 'AttributeNotAllowed',
    answering: withAttribute(attribute('x').replace(' Name="x"', ' FriendlyName="groups"')),
    libraryTakesIt: true,
  },
  {
    name: 'a group with an element in it',
    refused: 'AttributeNotAllowed',
    answering: { fields: { attributes: [[GROUPS_ATTRIBUTE, ['<b xmlns="urn:x">root</b>']]] } },
    libraryTakesIt: true,
  },
  {
    name: 'a group that is nil',
    refused: 'AttributeNotAllowed',
    answering: written(
      '<saml:AttributeValue>',
      '<saml:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">',
    ),
    libraryTakesIt: true,
  },
  {
    name: 'a group of another namespace',
    refused: 'AttributeNotAllowed',
    answering: written(
      '<saml:AttributeValue>dba</saml:AttributeValue>',
      '<x:AttributeValue xmlns:x="urn:x">root</x:AttributeValue>',
    ),
    libraryTakesIt: true,
  },
  {
    name: 'an encrypted attribute',
    refused: 'AssertionEncrypted',
    answering: withAttribute('<saml:EncryptedAttribute/>'),
    libraryTakesIt: true,
  },
  {
    name: 'two tenants',
    refused: 'TenantNotAllowed',
    answering: { fields: { attributes: [[TENANT_ATTRIBUTE, ['Yellow', 'Blue']]] } },
    libraryTakesIt: true,
  },
  {
    name: 'an empty tenant',
    refused: 'TenantNotAllowed',
    answering: { fields: { attributes: [[TENANT_ATTRIBUTE, ['']]] } },
    libraryTakesIt: true,
  },
  {
    name: 'a tenant without values',
    refused: 'TenantNotAllowed',
    answering: { fields: { attributes: [[TENANT_ATTRIBUTE, []]] } },
    libraryTakesIt: true,
  },
];
