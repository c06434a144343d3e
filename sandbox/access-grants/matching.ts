// Which grant lets someone have a target, and how much of it they get.
import type { IdentityContext } from '../identities/identity-context.ts';
import type { Grant, Grantee, Instance, Permission } from './grant.ts';
import { closerFirst, contains, type Scope } from './scope.ts';

/** Everybody that a request comes from. */
export interface Asker {
  /** The role of the caller's session, or the user. */
  readonly principalArn: string;
  /** Whom the session acts for. */
  readonly identityContext: IdentityContext | undefined;
}

export interface DataRequest {
  readonly target: Scope;
  readonly permission: Permission;
}

/** Whom of several with the same scope AWS takes is not documented. Here: who is named most closely. */
const order: readonly Grantee['granteeType'][] = ['DIRECTORY_USER', 'DIRECTORY_GROUP', 'IAM'];

/**
 * The grant that answers the request: of all that the askers have, the most restrictive; `undefined` where none does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-credentials.html
 */
export function matchingGrant(
  grants: readonly Grant[],
  instance: Instance,
  asker: Asker,
  { target, permission }: DataRequest,
): Grant | undefined {
  return grants
    .filter(
      (grant) =>
        isGrantedTo(grant, instance, asker) &&
        appliesThrough(grant, asker) &&
        covers(grant.permission, permission) &&
        contains(grant.scope, target),
    )
    .sort(
      (one, other) =>
        closerFirst(one.scope, other.scope) ||
        order.indexOf(one.grantee.granteeType) - order.indexOf(other.grantee.granteeType) ||
        one.permission.length - other.permission.length,
    )[0];
}

/**
 * Whether the caller's role or user has it, or whom the session acts for. Users and groups are those of the Identity Center
 * that the instance is associated with, and of no other.
 */
export function isGrantedTo(
  { grantee: { granteeType, granteeIdentifier } }: Grant,
  { identityCenter }: Instance,
  { principalArn, identityContext }: Asker,
): boolean {
  if (granteeType === 'IAM') return granteeIdentifier === principalArn;
  if (!identityContext || identityContext.instanceArn !== identityCenter?.instanceArn) return false;
  return granteeType === 'DIRECTORY_USER'
    ? granteeIdentifier === identityContext.userId
    : identityContext.groupIds.includes(granteeIdentifier);
}

/** Whether the session came by the grant's application, or the grant is for any. */
export function appliesThrough({ applicationArn }: Grant, { identityContext }: Asker): boolean {
  return applicationArn === undefined || applicationArn === identityContext?.applicationArn;
}

function covers(granted: Permission, asked: Permission): boolean {
  return granted === 'READWRITE' || granted === asked;
}
