// Whether an application may register an access role: by the claim on it, by who holds that, and by what the role itself lets in.
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import type { AccessMetadataTable, Change } from './access-metadata-table.ts';
import {
  type ClaimItem,
  type Holder,
  isAbandoned,
  isOfAnother,
  taking,
  takingOver,
} from './access-role-claims.ts';
import { claimed, shares } from './access-role-sharing.ts';
import { loadRegistrationParser } from './parser.ts';
import type { Registrant } from './registrant.ts';
import type { Registration } from './registration.ts';
import { storedOf, type TrustReport } from './stored-registration.ts';

/** How an access role is looked at before it is registered. */
export interface AccessRoleProbe {
  /** Looks at the role, ahead of its being known whose it is. Nothing rejects unheard of. */
  begin(): Probed;
  /**
   * Enters with the application's own external id, by one call whatever comes of it; returns the role's unique id. Rejects
   * with what a refusal means.
   */
  enter(): Promise<string>;
}

/** What is found out about an access role; to be told only of one that may be registered. */
export interface Probed {
  /** The role's unique id; rejects with what a refusal of the application's own external id means. */
  accessRoleId(): Promise<string>;
  /** What else the role lets in. */
  report(): Promise<TrustReport>;
}

/** An access role that the application may register. */
export interface AllowedRole {
  readonly report: TrustReport;
  readonly accessRoleId: string;
  /** What is written beside the registration; nothing where the role is shared by another. */
  readonly changes: readonly Change[];
  readonly sharedBy?: string;
  /** Who held the claim on an earlier role of this name. */
  readonly takenFrom?: string | undefined;
}

/** What it is decided by. */
export interface Evidence {
  /** The claim on the role as the table has it. */
  readonly claim: ClaimItem | undefined;
  readonly probe: AccessRoleProbe;
  /** Of the same probe, begun. */
  readonly probed: Probed;
}

export class AccessRoleDecision {
  constructor(
    private readonly table: AccessMetadataTable,
    private readonly now: Clock,
  ) {}

  /**
   * Decides whether the application may have the access role. One that another application holds is shared where its owner
   * says so, and free again where it is no longer the role that was claimed; of any other, nothing is told but that it is
   * held, and that after one call whatever comes of it.
   *
   * @throws BrokerError AccessRoleClaimed, AccessMetadataUnavailable, and what the probe rejects with
   */
  async decide(
    { applicationName }: Registrant,
    { accessRoleName }: Registration,
    { claim, probe, probed }: Evidence,
  ): Promise<AllowedRole> {
    const found = await this.#holderOtherThan(applicationName, claim);
    const holder = found && !isAbandoned(found, this.now()) ? found : undefined;
    const owner = holder?.registration && storedOf(holder.registration, await loadRegistrationParser());
    const isShared = owner !== undefined && shares(owner, accessRoleName, applicationName);
    const isHeld = (accessRoleId: string) => holder && !isOfAnother(holder.claim, accessRoleId);
    if (holder && !isShared) {
      const entered = await probe.enter().catch((error: unknown) => {
        const isRefused = error instanceof BrokerError && error.isDenial;
        throw isRefused ? claimed(accessRoleName) : error;
      });
      if (isHeld(entered)) throw claimed(accessRoleName);
    }
    const accessRoleId = await probed.accessRoleId();
    if (isHeld(accessRoleId) && !isShared) throw claimed(accessRoleName);
    const report = await probed.report();
    if (holder && isHeld(accessRoleId)) {
      return { report, accessRoleId, changes: [], sharedBy: holder.claim.Owner };
    }
    const now = this.now();
    const changes = found
      ? takingOver(found, applicationName, accessRoleName, accessRoleId, now)
      : [taking(applicationName, accessRoleName, accessRoleId, now)];
    return { report, accessRoleId, changes, takenFrom: holder?.claim.Owner };
  }

  async #holderOtherThan(applicationName: string, claim: ClaimItem | undefined): Promise<Holder | undefined> {
    if (!claim || claim.Owner === applicationName) return undefined;
    return { claim, registration: await this.table.get(claim.Owner) };
  }
}
