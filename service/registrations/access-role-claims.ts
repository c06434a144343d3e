// Claims: which application an access role belongs to.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { AccessMetadataTable, Item } from './access-metadata-table.ts';

interface ClaimItem extends Item {
  /** The application that holds the role. */
  readonly Owner: string;
  readonly ClaimId: string;
  /** Unique id of the role that was claimed; absent in claims that are older than this. */
  readonly AccessRoleId?: string;
  /** Milliseconds since the epoch. */
  readonly ClaimedAt: number;
}

/** Who holds an access role, and which role of that name. */
export interface Holder {
  readonly owner: string;
  readonly accessRoleId: string | undefined;
}

/** A claim that an application holds. */
export interface HeldClaim {
  readonly accessRoleName: string;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly takenAt: number;
}

/**
 * How old a claim without its registration must be before another application may take it: twice as long as a
 * request may take from the claim to the registration.
 */
const ABANDONED_MS = 60_000;

/** For how long a claim is good for writing the registration that it was taken for. */
export const CLAIM_GOOD_MS = 30_000;

/**
 * The partition key of a claim. Role names are unique in an account whatever their path, and without regard
 * to case; `#` stands in no application's name.
 */
export function claimKeyOf(accessRoleName: string): string {
  return `AccessRole#${accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1).toLowerCase()}`;
}

/** An item beside the registration for every access role that is taken. */
export class AccessRoleClaims {
  constructor(
    private readonly table: AccessMetadataTable,
    private readonly now: Clock,
  ) {}

  /**
   * Takes the access role for the application, or renews what it holds. A claim on an earlier role of the same name is
   * no claim on this one.
   *
   * @param accessRoleId of the role as it is now
   * @returns the claim; `undefined` where another application holds the role
   * @throws BrokerError AccessMetadataUnavailable
   */
  async take(
    applicationName: string,
    accessRoleName: string,
    accessRoleId: string,
  ): Promise<HeldClaim | undefined> {
    const claim: ClaimItem = {
      ApplicationName: claimKeyOf(accessRoleName),
      Owner: applicationName,
      ClaimId: randomUUID(),
      ClaimedAt: this.now(),
      AccessRoleId: accessRoleId,
    };
    const taken = { accessRoleName, id: claim.ClaimId, takenAt: claim.ClaimedAt };
    const isFreeOrOwn = {
      expression: 'attribute_not_exists(ApplicationName) OR #owner = :owner',
      names: { '#owner': 'Owner' },
      values: { ':owner': applicationName },
    };
    if (await this.table.put(claim, isFreeOrOwn)) return taken;

    const held = await this.#item(claim.ApplicationName);
    if (held && !isOfAnother(held, accessRoleId) && !(await this.#isAbandoned(held))) return undefined;
    const isUnchanged = held
      ? { expression: 'ClaimId = :held', values: { ':held': held.ClaimId } }
      : { expression: 'attribute_not_exists(ApplicationName)' };
    if (await this.table.put(claim, isUnchanged)) return taken;
    // A write that was carried out although its answer was lost fails its own condition the second time.
    return (await this.#item(claim.ApplicationName))?.ClaimId === claim.ClaimId ? taken : undefined;
  }

  /** The other application that holds the access role, and has not abandoned it. */
  async holderOtherThan(applicationName: string, accessRoleName: string): Promise<Holder | undefined> {
    const held = await this.#item(claimKeyOf(accessRoleName));
    if (!held || held.Owner === applicationName || (await this.#isAbandoned(held))) return undefined;
    return { owner: held.Owner, accessRoleId: held.AccessRoleId };
  }

  /** The claim that the application holds on the access role now; `undefined` where it holds none. */
  async held(applicationName: string, accessRoleName: string): Promise<HeldClaim | undefined> {
    const item = await this.#item(claimKeyOf(accessRoleName));
    if (item?.Owner !== applicationName) return undefined;
    return { accessRoleName, id: item.ClaimId, takenAt: item.ClaimedAt };
  }

  /** Gives up this claim, and no later one on the same role. */
  async release({ accessRoleName, id }: HeldClaim): Promise<void> {
    await this.table.delete(claimKeyOf(accessRoleName), {
      expression: 'ClaimId = :id',
      values: { ':id': id },
    });
  }

  async #item(key: string): Promise<ClaimItem | undefined> {
    return (await this.table.get(key)) as ClaimItem | undefined;
  }

  /** Whether a claim is left over from a crash: its owner has no registration that refers to the role. */
  async #isAbandoned(claim: ClaimItem): Promise<boolean> {
    if (this.now() - claim.ClaimedAt < ABANDONED_MS) return false;
    const owner = (await this.table.get(claim.Owner)) as (Item & { AccessRoleName?: unknown }) | undefined;
    return (
      typeof owner?.AccessRoleName !== 'string' || claimKeyOf(owner.AccessRoleName) !== claim.ApplicationName
    );
  }
}

/** Whether the claim is on an earlier role of this name. */
function isOfAnother({ AccessRoleId }: ClaimItem, accessRoleId: string): boolean {
  return AccessRoleId !== undefined && AccessRoleId !== accessRoleId;
}
