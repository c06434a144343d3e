// Claims: which application an access role belongs to.
import { randomUUID } from 'node:crypto';
import type { AccessMetadataTable, Item } from './access-metadata-table.ts';
import type { Clock } from './clock.ts';

interface Claim extends Item {
  /** The application that holds the role. */
  readonly Owner: string;
  readonly ClaimId: string;
  /** Milliseconds since the epoch. */
  readonly ClaimedAt: number;
}

/**
 * How old a claim without its registration must be before another application may take it: longer than any
 * request can still be on its way from the claim to the registration.
 */
const ABANDONED_MS = 60_000;

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
   * Takes the access role for the application, or renews what it holds.
   *
   * @returns false where another application holds the role
   * @throws BrokerError AccessMetadataUnavailable
   */
  async take(applicationName: string, accessRoleName: string): Promise<boolean> {
    const claim: Claim = {
      ApplicationName: claimKeyOf(accessRoleName),
      Owner: applicationName,
      ClaimId: randomUUID(),
      ClaimedAt: this.now(),
    };
    const isFreeOrOwn = {
      expression: 'attribute_not_exists(ApplicationName) OR #owner = :owner',
      names: { '#owner': 'Owner' },
      values: { ':owner': applicationName },
    };
    if (await this.table.put(claim, isFreeOrOwn)) return true;

    const held = (await this.table.get(claim.ApplicationName)) as Claim | undefined;
    if (held && !(await this.#isAbandoned(held))) return false;
    const isUnchanged = held
      ? { expression: 'ClaimId = :held', values: { ':held': held.ClaimId } }
      : { expression: 'attribute_not_exists(ApplicationName)' };
    if (await this.table.put(claim, isUnchanged)) return true;
    // A write that was carried out although its answer was lost fails its own condition the second time.
    const written = (await this.table.get(claim.ApplicationName)) as Claim | undefined;
    return written?.ClaimId === claim.ClaimId;
  }

  /** Id of the claim that the application holds on the access role now; `undefined` where it holds none. */
  async held(applicationName: string, accessRoleName: string): Promise<string | undefined> {
    const claim = (await this.table.get(claimKeyOf(accessRoleName))) as Claim | undefined;
    return claim?.Owner === applicationName ? claim.ClaimId : undefined;
  }

  /** Gives up the claim of this id, and no later one. */
  async release(accessRoleName: string, claimId: string): Promise<void> {
    await this.table.delete(claimKeyOf(accessRoleName), {
      expression: 'ClaimId = :id',
      values: { ':id': claimId },
    });
  }

  /** Whether a claim is left over from a crash: its owner has no registration that refers to the role. */
  async #isAbandoned(claim: Claim): Promise<boolean> {
    if (this.now() - claim.ClaimedAt < ABANDONED_MS) return false;
    const owner = (await this.table.get(claim.Owner)) as (Item & { AccessRoleName?: unknown }) | undefined;
    return (
      typeof owner?.AccessRoleName !== 'string' || claimKeyOf(owner.AccessRoleName) !== claim.ApplicationName
    );
  }
}
