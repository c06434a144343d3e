// The user that a signed assertion is about: name, groups and tenant, as they were sent.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { isUserId, USER_ID, type User } from '../sign-in/user.ts';
import { ASSERTION, SCHEMA_INSTANCE } from './namespaces.ts';
import { attributeOf, childrenOf, type XmlElement } from './plain-xml.ts';

export interface UserAttributes {
  /** Names of the attribute that has the groups, of which an assertion may have one. */
  readonly groups: readonly string[];
  /** Name of the attribute that has the tenant; absent: users have none. */
  readonly tenant?: string;
}

/** Entra ID's own name, and the one that most others are set up with. */
export const DEFAULT_GROUP_ATTRIBUTES = [
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
  'groups',
];
/**
 * What Entra ID sends in the place of more than 150 groups: a link to them.
 * https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens
 */
const GROUPS_LINK = 'http://schemas.microsoft.com/claims/groups.link';

/** A new name at every sign-in is nobody's. */
const namesThatChange = ['urn:oasis:names:tc:SAML:2.0:nameid-format:transient'];

/**
 * @param subject of the assertion, whose confirmation has been checked
 * @param validUntil when the identity provider wants the session to end
 * @throws SignInError NameIdNotAllowed, AttributeNotAllowed, TenantNotAllowed
 */
export function assertedUser(
  assertion: XmlElement,
  subject: XmlElement,
  names: UserAttributes,
  validUntil: number | undefined,
): User {
  const id = nameIdOf(subject);
  const attributes = attributesOf(assertion, [...names.groups, GROUPS_LINK, names.tenant]);
  const sent = names.groups.filter((name) => attributes.has(name));
  if (sent.length > 1) {
    throw new SignInError('AttributeNotAllowed', 'the groups are sent twice, by two names of the attribute');
  }
  const groups = sent.flatMap((name) => valuesOf(attributes.get(name), 'the groups'));
  const tenant = tenantOf(attributes, names.tenant);
  return {
    id,
    groups: [...new Set(groups)],
    groupsOverage: attributes.has(GROUPS_LINK),
    ...(tenant !== undefined && { tenant }),
    ...(validUntil !== undefined && { validUntil }),
  };
}

function nameIdOf(subject: XmlElement): string {
  const names = subject.children.filter(({ local }) => local !== 'SubjectConfirmation');
  const [name, ...others] = names;
  if (!name || others.length > 0 || name.uri !== ASSERTION || name.local !== 'NameID') {
    throw new SignInError('NameIdNotAllowed', 'the subject has not exactly one NameID');
  }
  if (namesThatChange.includes(attributeOf(name, 'Format') ?? '')) {
    throw new SignInError('NameIdNotAllowed', 'the NameID is transient: another one with every sign-in');
  }
  const { text, children } = name;
  if (children.length > 0 || !isUserId(text))
    throw new SignInError('NameIdNotAllowed', `the NameID is not ${USER_ID}`);
  return text;
}

/** Those that are read, by `Name`, character for character; a FriendlyName is nobody's word. */
function attributesOf(
  assertion: XmlElement,
  read: readonly (string | undefined)[],
): ReadonlyMap<string, XmlElement> {
  const attributes = new Map<string, XmlElement>();
  for (const statement of childrenOf(assertion, ASSERTION, 'AttributeStatement')) {
    for (const attribute of statement.children) {
      const name = attributeOf(attribute, 'Name');
      if (attribute.uri !== ASSERTION || attribute.local !== 'Attribute' || name === undefined) {
        throw new SignInError('AttributeNotAllowed', 'an attribute has no name');
      }
      // Keycloak sends the roles as one attribute each, all of one name, unless it is told otherwise.
      if (!read.includes(name)) continue;
      if (attributes.has(name)) throw new SignInError('AttributeNotAllowed', 'an attribute is sent twice');
      attributes.set(name, attribute);
    }
  }
  return attributes;
}

/** The texts of an attribute; empty ones, by which some say that there is none, are none. */
function valuesOf(attribute: XmlElement | undefined, what: string): string[] {
  const values = attribute?.children ?? [];
  for (const { uri, local, children, attributes } of values) {
    const isNil = attributes.some((found) => found.uri === SCHEMA_INSTANCE && found.local === 'nil');
    if (uri !== ASSERTION || local !== 'AttributeValue' || children.length > 0 || isNil) {
      throw new SignInError('AttributeNotAllowed', `a value of ${what} is no text`);
    }
  }
  return values.map(({ text }) => text).filter((text) => text !== '');
}

function tenantOf(attributes: ReadonlyMap<string, XmlElement>, name: string | undefined): string | undefined {
  if (name === undefined || !attributes.has(name)) return undefined;
  const [tenant, ...others] = valuesOf(attributes.get(name), 'the tenant');
  if (tenant === undefined || others.length > 0) {
    throw new SignInError('TenantNotAllowed', 'the tenant’s attribute has not exactly one value');
  }
  return tenant;
}
