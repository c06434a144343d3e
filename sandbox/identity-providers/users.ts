// The people whom the sandbox's identity providers know: as few as show every way in which a directory answers.
import { createHash, timingSafeEqual } from 'node:crypto';

export interface DirectoryUser {
  /** What they sign in by. */
  readonly name: string;
  readonly displayName: string;
  readonly groups: readonly string[];
  /** Whose objects they may see. */
  readonly tenant?: string;
}

/** Above this many groups Entra ID leaves them out of a SAML token. https://learn.microsoft.com/entra/identity-platform/reference-saml-tokens */
const MAX_SAML_GROUPS = 150;
/** And out of a JWT. https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
const MAX_JWT_GROUPS = 200;

export const users: readonly DirectoryUser[] = [
  { name: 'ada@example.com', displayName: 'Ada', groups: ['sysadmin', 'cloudadmin'], tenant: 'Yellow' },
  { name: 'grace@example.com', displayName: 'Grace', groups: ['cloudadmin', 'dbs'], tenant: 'Blue' },
  { name: 'lin@example.com', displayName: 'Lin', groups: [], tenant: 'Yellow' },
  { name: 'kay@example.com', displayName: 'Kay', groups: ['dbs'], tenant: 'Yellow' },
  {
    name: 'eve_example.org#EXT#@contoso.onmicrosoft.com',
    displayName: 'Eve',
    groups: ['cloudadmin', 'dbs'],
    tenant: 'Blue',
  },
  {
    name: 'max@example.com',
    displayName: 'Max',
    groups: ['cloudadmin', ...Array.from({ length: 200 }, (_, at) => `group-${at + 1}`)],
    tenant: 'Yellow',
  },
];

/** As Entra ID names a person for good: a UUID, here of the name. */
export function objectIdOf({ name }: DirectoryUser): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** The groups as a token has them, or that they are too many. */
export function groupsFor(
  user: DirectoryUser,
  token: 'saml' | 'jwt',
): { readonly groups: readonly string[]; readonly overageUrl?: string } {
  if (user.groups.length <= (token === 'saml' ? MAX_SAML_GROUPS : MAX_JWT_GROUPS))
    return { groups: user.groups };
  const overageUrl = `https://graph.windows.net/contoso.example/users/${objectIdOf(user)}/getMemberObjects`;
  return { groups: [], overageUrl };
}

/** @returns `undefined` for another name, and for another password */
export function userBy(
  directory: readonly DirectoryUser[],
  name: unknown,
  password: unknown,
  expected: string,
): DirectoryUser | undefined {
  const user = directory.find((candidate) => candidate.name === name);
  return isSame(String(password), expected) ? user : undefined;
}

/** Compares in a time that tells nothing of the first difference. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
