// The user that an ID token is about: name, groups and tenant, as they were sent.
import { SignInError } from '../sign-in/sign-in-error.ts';
import { isUserId, USER_ID, type User } from '../sign-in/user.ts';

/** Names of claims, each taken literally: a dot in it leads nowhere. */
export interface UserClaims {
  /** Has the user's id. */
  readonly user: string;
  readonly groups: string;
  /** Absent: users have none. */
  readonly tenant?: string;
}

/** `sub` alone is promised to be one user's for good: OpenID Connect Core, section 5.7. */
export const DEFAULT_USER_CLAIMS: UserClaims = { user: 'sub', groups: 'groups' };

type Claims = Readonly<Record<string, unknown>>;

/**
 * @param claims of an ID token that has been verified
 * @throws SignInError NameIdNotAllowed, AttributeNotAllowed, TenantNotAllowed
 */
export function claimedUser(claims: Claims, names: UserClaims): User {
  const tenant = tenantOf(claims, names.tenant);
  return {
    id: userIdOf(claims, names.user),
    groups: [...new Set(textsOf(claims, names.groups, 'the groups'))],
    groupsOverage: isLeftOut(claims, names.groups),
    ...(tenant !== undefined && { tenant }),
  };
}

function userIdOf(claims: Claims, name: string): string {
  const id = claimOf(claims, name);
  if (id === undefined)
    throw new SignInError('NameIdNotAllowed', `the ID token has no claim ${name}, which is to name the user`);
  if (typeof id !== 'string' || !isUserId(id))
    throw new SignInError('NameIdNotAllowed', `the claim ${name}, which names the user, is not ${USER_ID}`);
  // An address that nobody has tried may be anybody's.
  if (name === 'email' && claimOf(claims, 'email_verified') !== true)
    throw new SignInError('NameIdNotAllowed', 'the user’s e-mail address is not verified (email_verified)');
  return id;
}

/** Some send a list of one as its one text; empty texts, by which some say that there is none, are none. */
function textsOf(claims: Claims, name: string, what: string): string[] {
  const value = claimOf(claims, name) ?? [];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!values.every((one) => typeof one === 'string'))
    throw new SignInError('AttributeNotAllowed', `a value of ${what} is no text`);
  return values.filter((text) => text !== '');
}

/**
 * Whether the groups are elsewhere, because there are too many: a distributed claim (OpenID Connect Core, section 5.6.2), or Entra
 * ID's mark that there are groups.
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
function isLeftOut(claims: Claims, name: string): boolean {
  const elsewhere = claimOf(claims, '_claim_names');
  const isElsewhere = typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, name);
  return isElsewhere || [true, 'true'].includes(claimOf(claims, 'hasgroups') as boolean | string);
}

function tenantOf(claims: Claims, name: string | undefined): string | undefined {
  if (name === undefined || claimOf(claims, name) === undefined) return undefined;
  const [tenant, ...others] = textsOf(claims, name, 'the tenant');
  if (tenant === undefined || others.length > 0)
    throw new SignInError('TenantNotAllowed', 'the tenant’s claim has not exactly one value');
  return tenant;
}

function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
