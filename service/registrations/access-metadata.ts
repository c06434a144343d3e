// Access Metadata: the registrations, cached, and bound to the role and the application they belong to.
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { AccessMetadataTable, type Condition, unavailable } from './access-metadata-table.ts';
import { AccessRoleClaims, CLAIM_GOOD_MS, type HeldClaim } from './access-role-claims.ts';
import { claimed, isSameRole, notShared, shares } from './access-role-sharing.ts';
import { loadRegistrationParser } from './parser.ts';
import { found, ownedBy, type Registrant, sameAs } from './registrant.ts';
import type { Registration } from './registration.ts';
import {
  bytesOfStored,
  isAbsent,
  isStill,
  itemOf,
  type StoredRegistration,
  storedOf,
  type TrustReport,
} from './stored-registration.ts';

/** How an access role is looked at before it is registered. */
export interface AccessRoleProbe {
  /** Enters with the application's own external id; returns the role's unique id. Rejects with what a refusal means. */
  enter(): Promise<string>;
  /** What else the role lets in; only asked about a role that may be registered. */
  report(): Promise<TrustReport>;
}

/** What is found out about an access role on the way to registering it. */
interface Claimed {
  readonly report: TrustReport;
  readonly accessRoleId: string;
  /** Absent where the role is shared by another. */
  readonly claim?: HeldClaim;
  readonly sharedBy?: string;
  /** Who held the claim on an earlier role of this name. */
  readonly takenFrom?: string | undefined;
}

/** What a write makes of the table. One of the two is there at least. */
export interface Write {
  readonly before?: StoredRegistration | undefined;
  readonly after?: StoredRegistration | undefined;
  /** Who held the access role before it was made anew, where that was another. */
  readonly takenFrom?: string | undefined;
}

/**
 * Told of a write before it is sent, for it may be carried out though its answer is lost, or what follows it fails; and told
 * `undefined` where it turns out not to have been carried out.
 */
export type Recorder = (write: Write | undefined) => void;

const unrecorded: Recorder = () => undefined;

const ABSENT_MS = 5_000;
const USABLE_MS = 5 * 60_000;
/** Of all registrations in memory: most have less than 2 KB, and the largest some 600. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Registrations by application.
 *
 * Every write goes claim first, then registration; every removal the other way round. A crash between the
 * two leaves a claim that no registration refers to, which its owner takes over at once by asking again, and
 * any other application after a minute. What remains undefended: docs/adr/0003-claims-without-a-transaction.md.
 */
export class AccessMetadata {
  readonly #table: AccessMetadataTable;
  readonly #claims: AccessRoleClaims;
  readonly #cache: Cache<StoredRegistration>;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly now: Clock,
    { registrationCacheSeconds }: Pick<CacheSettings, 'registrationCacheSeconds'> = cacheDefaults,
  ) {
    this.#table = new AccessMetadataTable(client, tableName);
    this.#claims = new AccessRoleClaims(this.#table, now);
    this.#cache = new Cache(
      {
        max: 1_000,
        maxBytes: MAX_BYTES,
        bytesOf: bytesOfStored,
        freshUntil: (_, askedAt) => askedAt + registrationCacheSeconds * 1000,
        usableUntil: (_, askedAt) => askedAt + USABLE_MS,
        refusedMs: ABSENT_MS,
      },
      now,
    );
  }

  /**
   * The caller's registration, cached.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, AccessRoleNotShared, AccessMetadataUnavailable
   */
  async get(caller: Caller): Promise<StoredRegistration> {
    const { applicationName } = caller;
    const registration = this.#cache.fresh(applicationName) ?? (await this.#cached(applicationName));
    ownedBy(caller, registration);
    if (registration.sharedBy !== undefined) await this.#checkSharing(registration, registration.sharedBy);
    return registration;
  }

  /** The registration as the table has it now. Throws as {@link get}, but for AccessRoleNotShared. */
  async show(caller: Registrant): Promise<StoredRegistration> {
    return ownedBy(caller, found(await this.#read(caller.applicationName), caller.applicationName));
  }

  /**
   * Registers the application.
   *
   * @param probe finds out about the access role; only asked when something is to be written
   * @returns the registration as stored, and whether this call created it
   * @throws BrokerError ApplicationAlreadyRegistered, AccessRoleClaimed, ApplicationRoleRecreated,
   *   AccessMetadataUnavailable, and what `probe` throws
   */
  async register(
    caller: Registrant,
    registration: Registration,
    probe: AccessRoleProbe,
    record = unrecorded,
  ): Promise<{ readonly stored: StoredRegistration; readonly created: boolean }> {
    const existing = await this.#read(caller.applicationName);
    if (existing) return { stored: sameAs(caller, registration, ownedBy(caller, existing)), created: false };
    const claimed = await this.#claim(caller, registration, probe);
    const stored = this.#compose(caller, registration, claimed);
    if (await this.#write({ after: stored }, claimed, record)) return { stored, created: true };
    // Another request of this application was faster.
    return { stored: sameAs(caller, registration, await this.show(caller)), created: false };
  }

  /**
   * Replaces the registration.
   *
   * @returns the registration as stored
   * @throws BrokerError ApplicationNotFound, AccessRoleClaimed, ApplicationRoleRecreated, RegistrationChanged,
   *   AccessMetadataUnavailable, and what `probe` throws
   */
  async replace(
    caller: Registrant,
    registration: Registration,
    probe: AccessRoleProbe,
    record = unrecorded,
  ): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    const held = await this.#claims.held(caller.applicationName, existing.accessRoleName);
    const claimed = await this.#claim(caller, registration, probe);
    const stored = this.#compose(caller, registration, claimed, existing);
    if (!(await this.#write({ before: existing, after: stored }, claimed, record))) throw changed();
    if (held && !isSameRole(existing, registration)) await this.#claims.release(held);
    return stored;
  }

  /**
   * Removes the registration, and then its claim.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, RegistrationChanged, AccessMetadataUnavailable
   */
  async deregister(caller: Registrant, record = unrecorded): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    // Read before the registration goes: should this application register again meanwhile, it renews the claim,
    // and the claim of this id is gone.
    const held = await this.#claims.held(caller.applicationName, existing.accessRoleName);
    record({ before: existing });
    // A delete that was carried out although its answer was lost finds nothing the second time.
    if (!(await this.#delete(existing)) && (await this.#table.get(caller.applicationName))) {
      record(undefined);
      throw changed();
    }
    if (held) await this.#claims.release(held);
    return existing;
  }

  /**
   * Enters the access role and claims it. A role that another application holds is shared where its owner says so, and
   * free again where it is no longer the role that was claimed; of any other, nothing is told but that it is held.
   */
  async #claim(
    { applicationName }: Registrant,
    { accessRoleName }: Registration,
    probe: AccessRoleProbe,
  ): Promise<Claimed> {
    const holder = await this.#claims.holderOtherThan(applicationName, accessRoleName);
    const owner = holder && (await this.#read(holder.owner));
    const isShared = owner !== undefined && shares(owner, accessRoleName, applicationName);
    const accessRoleId = await probe.enter().catch((error: unknown) => {
      const isRefused = error instanceof BrokerError && error.isDenial;
      throw holder && !isShared && isRefused ? claimed(accessRoleName) : error;
    });
    const isRecreated = holder?.accessRoleId !== undefined && holder.accessRoleId !== accessRoleId;
    if (holder && !isShared && !isRecreated) throw claimed(accessRoleName);
    const report = await probe.report();
    if (holder && !isRecreated) return { report, accessRoleId, sharedBy: holder.owner };
    const claim = await this.#claims.take(applicationName, accessRoleName, accessRoleId);
    if (!claim) throw claimed(accessRoleName);
    return { report, accessRoleId, claim, takenFrom: holder?.owner };
  }

  /** Whether the owner of the access role still shares it: asked as often as registrations are read. */
  async #checkSharing(registration: StoredRegistration, ownerName: string): Promise<void> {
    const { accessRoleName, applicationName, accessRoleId } = registration;
    const owner = await this.#cached(ownerName).catch((error: unknown) => {
      if (error instanceof BrokerError && error.isDenial) return undefined;
      throw error;
    });
    // Who owned the role once may share it now, of another that owns it.
    const isOwner = owner && owner.sharedBy === undefined && owner.accessRoleId === accessRoleId;
    if (isOwner && shares(owner, accessRoleName, applicationName)) return;
    throw notShared(accessRoleName, applicationName);
  }

  /**
   * Writes a registration under its claim; false where its condition does not hold.
   *
   * An execution environment can be frozen between any two steps for as long as it likes. So the claim must be
   * young when the write is sent, and is taken once more when the write has been carried out: if it is another's by
   * then, the registration is taken back. Taken anew, it has an id that no overlapping request of this application
   * can give up.
   */
  async #write(
    { before, after: stored }: { readonly before?: StoredRegistration; readonly after: StoredRegistration },
    { claim, accessRoleId, takenFrom }: Claimed,
    record: Recorder,
  ): Promise<boolean> {
    if (claim && this.now() - claim.takenAt >= CLAIM_GOOD_MS)
      throw unavailable(new Error('the claim is too old'));
    record({ before, after: stored, takenFrom });
    if (!(await this.#put(stored, before ? isStill(before) : isAbsent))) {
      record(undefined);
      const current = await this.#read(stored.applicationName);
      // What the claim was taken for is not what is registered: nobody else is kept from that role.
      if (claim && !(current && isSameRole(current, stored))) await this.#claims.release(claim);
      return false;
    }
    if (claim && !(await this.#claims.take(stored.applicationName, stored.accessRoleName, accessRoleId))) {
      if (await this.#delete(stored)) record({ before: before ?? stored });
      throw claimed(stored.accessRoleName);
    }
    return true;
  }

  #compose(
    { applicationName, applicationRoleId }: Registrant,
    registration: Registration,
    { report, accessRoleId, sharedBy }: Claimed,
    before?: StoredRegistration,
  ): StoredRegistration {
    return {
      ...registration,
      ...report,
      applicationName,
      applicationRoleId,
      accessRoleId,
      ...(sharedBy !== undefined && { sharedBy }),
      ...(before?.revokedAt !== undefined && { revokedAt: before.revokedAt }),
      registeredAt: before?.registeredAt ?? new Date(this.now()).toISOString(),
      version: randomUUID(),
    };
  }

  async #put(stored: StoredRegistration, condition: Condition): Promise<boolean> {
    const written = await this.#table
      .put(itemOf(stored), condition)
      .finally(() => this.#cache.forget(stored.applicationName));
    // A write that was carried out although its answer was lost fails its own condition the second time.
    return written || (await this.#read(stored.applicationName))?.version === stored.version;
  }

  #delete(stored: StoredRegistration): Promise<boolean> {
    return this.#table
      .delete(stored.applicationName, isStill(stored))
      .finally(() => this.#cache.forget(stored.applicationName));
  }

  #cached(applicationName: string): Promise<StoredRegistration> {
    return this.#cache.get(applicationName, async () =>
      found(await this.#read(applicationName), applicationName),
    );
  }

  async #read(applicationName: string): Promise<StoredRegistration | undefined> {
    const [item, parse] = await Promise.all([this.#table.get(applicationName), loadRegistrationParser()]);
    return item && storedOf(item, parse);
  }
}

function changed(): BrokerError {
  return new BrokerError(
    'RegistrationChanged',
    'the registration was changed by another request at the same time',
  );
}
