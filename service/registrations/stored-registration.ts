// The stored registration: what the table adds to a registration, and how it is stored as an item.
import { type Condition, type Item, unavailable } from './access-metadata-table.ts';
import type { Registration, RegistrationDocument } from './registration.ts';
import { renderRegistration } from './registration-document.ts';

/** What the trust probe found out about the access role. */
export interface TrustReport {
  /**
   * `Pinned`: the broker is let in with the application as external id, and with none of the wrong ones that
   * were tried. `NotPinned`: with a wrong one too, so any application that may call the broker could use the role.
   */
  readonly trust: 'Pinned' | 'NotPinned';
  /**
   * Whether the role itself carries an IAM tag of the session tag's key, or of an optional one's; `undefined` where that
   * cannot be told.
   */
  readonly roleHasSessionTag: boolean | undefined;
}

/** A registration as the table holds it. */
export interface StoredRegistration extends Registration, TrustReport {
  readonly applicationName: string;
  /** Unique id of the application's role. */
  readonly applicationRoleId: string;
  /** Unique id of the access role that the broker was let into; absent in registrations that are older than this. */
  readonly accessRoleId?: string | undefined;
  /** The application that owns the access role, where that is another, which shares it. */
  readonly sharedBy?: string | undefined;
  /** When an operator last revoked its sessions, by STS's clock: ISO 8601, UTC, in whole seconds. */
  readonly revokedAt?: string | undefined;
  /** ISO 8601, UTC. */
  readonly registeredAt: string;
  /** New with every write: part of every cache key that the registration decides. */
  readonly version: string;
}

interface RegistrationItem extends RegistrationDocument, Item {
  readonly ApplicationRoleId: string;
  readonly RegisteredAt: string;
  readonly Version: string;
  readonly Trust: TrustReport['trust'];
  readonly RoleHasSessionTag?: boolean;
  readonly AccessRoleId?: string;
  readonly SharedBy?: string;
  readonly RevokedAt?: string;
}

/** The item that a registration is stored as. */
export function itemOf(stored: StoredRegistration): RegistrationItem {
  return {
    ...renderRegistration(stored),
    ApplicationName: stored.applicationName,
    ApplicationRoleId: stored.applicationRoleId,
    RegisteredAt: stored.registeredAt,
    Version: stored.version,
    Trust: stored.trust,
    ...(stored.roleHasSessionTag !== undefined && { RoleHasSessionTag: stored.roleHasSessionTag }),
    ...(stored.accessRoleId !== undefined && { AccessRoleId: stored.accessRoleId }),
    ...(stored.sharedBy !== undefined && { SharedBy: stored.sharedBy }),
    ...(stored.revokedAt !== undefined && { RevokedAt: stored.revokedAt }),
  };
}

/**
 * @param parse `parseRegistration`: see parser.ts
 * @throws BrokerError AccessMetadataUnavailable where the item is no registration
 */
export function storedOf(item: Item, parse: (document: unknown) => Registration): StoredRegistration {
  const {
    ApplicationName,
    ApplicationRoleId,
    RegisteredAt,
    Version,
    Trust,
    RoleHasSessionTag,
    AccessRoleId,
    SharedBy,
    RevokedAt,
    ...document
  } = item as RegistrationItem;
  try {
    if (RevokedAt !== undefined) requireWholeSecond(RevokedAt);
    return {
      ...parse(document),
      applicationName: ApplicationName,
      applicationRoleId: ApplicationRoleId,
      registeredAt: RegisteredAt,
      version: Version,
      trust: Trust,
      roleHasSessionTag: RoleHasSessionTag,
      ...(AccessRoleId !== undefined && { accessRoleId: AccessRoleId }),
      ...(SharedBy !== undefined && { sharedBy: SharedBy }),
      ...(RevokedAt !== undefined && { revokedAt: RevokedAt }),
    };
  } catch (error) {
    throw unavailable(error);
  }
}

/** The condition that nothing is registered. */
export const isAbsent: Condition = { expression: 'attribute_not_exists(ApplicationName)' };

/** The condition that a registration has not been changed since it was read. */
export function isStill({ version }: StoredRegistration): Condition {
  return { expression: 'Version = :version', values: { ':version': version } };
}

/** In memory, about: two bytes a character, and what each object, list and value in it takes up besides. */
export function bytesOfStored(stored: StoredRegistration): number {
  const json = JSON.stringify(stored);
  return 2 * json.length + 32 * (json.match(/[[{,:]/g)?.length ?? 0);
}

/** What a session is held against must be a time: next to anything else, none would be too old. */
function requireWholeSecond(revokedAt: unknown): void {
  const time = typeof revokedAt === 'string' ? Date.parse(revokedAt) : Number.NaN;
  // In the one form that is written, and no day that there is not.
  if (!Number.isNaN(time) && revokedAt === `${new Date(time).toISOString().slice(0, -'.000Z'.length)}Z`)
    return;
  throw new Error('RevokedAt: must be a time in whole seconds, as 2030-04-01T12:00:00Z');
}
