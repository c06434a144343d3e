// Claims: which application an access role belongs to. Each is an item of its own, written in one transaction with its registration.
import { randomUUID } from 'node:crypto';
import type { Change, Condition, Item } from './access-metadata-table.ts';

export interface ClaimItem extends Item {
  /** The application that holds the role. */
  readonly Owner: string;
  /** New with every write. */
  readonly ClaimId: string;
  /** Unique id of the role that was claimed; absent in claims that are older than this. */
  readonly AccessRoleId?: string;
  /** Milliseconds since the epoch. */
  readonly ClaimedAt: number;
}

/** Who else holds an access role. */
export interface Holder {
  readonly claim: ClaimItem;
  /** The holder's registration as the table has it, if there is one. */
  readonly registration: Item | undefined;
}

/**
 * How old a claim without its registration must be before another application may take it. None is written by itself:
 * what there is was left by a version that wrote the claim first, and may have one yet whose registration is on its way.
 */
const ABANDONED_MS = 60_000;

/**
 * The partition key of a claim. Role names are unique in an account whatever their path, and without regard
 * to case; `#` stands in no application's name.
 */
export function claimKeyOf(accessRoleName: string): string {
  return `AccessRole#${accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1).toLowerCase()}`;
}

/** Whether the claim is on an earlier role of this name. */
export function isOfAnother({ AccessRoleId }: ClaimItem, accessRoleId: string): boolean {
  return AccessRoleId !== undefined && AccessRoleId !== accessRoleId;
}

/** Whether a claim is left over from a crash: its owner has no registration that refers to the role. */
export function isAbandoned({ claim, registration }: Holder, now: number): boolean {
  if (now - claim.ClaimedAt < ABANDONED_MS) return false;
  const accessRoleName = accessRoleNameOf(registration);
  return accessRoleName === undefined || claimKeyOf(accessRoleName) !== claim.ApplicationName;
}

/**
 * Takes a role that is free, or the application's already.
 *
 * @param accessRoleId of the role as it is now
 */
export function taking(
  applicationName: string,
  accessRoleName: string,
  accessRoleId: string,
  now: number,
): Change {
  return {
    put: itemOf(applicationName, accessRoleName, accessRoleId, now),
    condition: isFreeOrOf(applicationName),
  };
}

/** Takes a role from whom it was found with, as {@link taking}: if it is still that claim, and still does not count. */
export function takingOver(
  { claim, registration }: Holder,
  applicationName: string,
  accessRoleName: string,
  accessRoleId: string,
  now: number,
): Change[] {
  return [
    {
      put: itemOf(applicationName, accessRoleName, accessRoleId, now),
      condition: { expression: 'ClaimId = :held', values: { ':held': claim.ClaimId } },
    },
    ...(isOfAnother(claim, accessRoleId)
      ? []
      : [{ check: claim.Owner, condition: refersAsBefore(registration) }]),
  ];
}

/** Gives up the application's claim on a role, if there is one. */
export function givingUp(applicationName: string, accessRoleName: string): Change {
  return { remove: claimKeyOf(accessRoleName), condition: isFreeOrOf(applicationName) };
}

function itemOf(
  applicationName: string,
  accessRoleName: string,
  accessRoleId: string,
  now: number,
): ClaimItem {
  return {
    ApplicationName: claimKeyOf(accessRoleName),
    Owner: applicationName,
    ClaimId: randomUUID(),
    ClaimedAt: now,
    AccessRoleId: accessRoleId,
  };
}

function isFreeOrOf(applicationName: string): Condition {
  return {
    expression: 'attribute_not_exists(ApplicationName) OR #owner = :owner',
    names: { '#owner': 'Owner' },
    values: { ':owner': applicationName },
  };
}

/** The condition that a registration refers to the same role as when it was read, or to none. */
function refersAsBefore(registration: Item | undefined): Condition {
  const name = accessRoleNameOf(registration);
  if (name === undefined) return { expression: 'attribute_not_exists(AccessRoleName)' };
  return { expression: 'AccessRoleName = :name', values: { ':name': name } };
}

function accessRoleNameOf(registration: Item | undefined): string | undefined {
  const { AccessRoleName } = (registration ?? {}) as { AccessRoleName?: unknown };
  return typeof AccessRoleName === 'string' ? AccessRoleName : undefined;
}
