// Access Metadata: the registrations, cached, and bound to the role and the application they belong to.
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { AccessMetadataTable, type Condition, unavailable } from './access-metadata-table.ts';
import { AccessRoleClaims, CLAIM_GOOD_MS, claimKeyOf, type HeldClaim } from './access-role-claims.ts';
import { type Registration, renderRegistration } from './registration.ts';
import { itemOf, type StoredRegistration, storedOf, type TrustReport } from './stored-registration.ts';

const ABSENT_MS = 5_000;
const USABLE_MS = 5 * 60_000;
/** Of all registrations in memory: most have less than 2 KB, and the largest some 50. */
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
        bytesOf: (registration) => 2 * JSON.stringify(registration).length,
        freshUntil: (_, loadedAt) => loadedAt + registrationCacheSeconds * 1000,
        usableUntil: (_, loadedAt) => loadedAt + USABLE_MS,
        refusedMs: ABSENT_MS,
      },
      now,
    );
  }

  /**
   * The caller's registration, cached.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, AccessMetadataUnavailable
   */
  async get(caller: Caller): Promise<StoredRegistration> {
    const { applicationName } = caller;
    const registration =
      this.#cache.fresh(applicationName) ??
      (await this.#cache.get(applicationName, async () =>
        found(await this.#read(applicationName), applicationName),
      ));
    return ownedBy(caller, registration);
  }

  /** The caller's registration as the table has it now. Throws as {@link get}. */
  async show(caller: Caller): Promise<StoredRegistration> {
    return ownedBy(caller, found(await this.#read(caller.applicationName), caller.applicationName));
  }

  /**
   * Registers the caller.
   *
   * @param probe finds out about the access role; only asked when something is to be written
   * @returns the registration as stored, and whether this call created it
   * @throws BrokerError ApplicationAlreadyRegistered, AccessRoleClaimed, ApplicationRoleRecreated,
   *   AccessMetadataUnavailable, and what `probe` throws
   */
  async register(
    caller: Caller,
    registration: Registration,
    probe: () => Promise<TrustReport>,
  ): Promise<{ stored: StoredRegistration; created: boolean }> {
    const existing = await this.#read(caller.applicationName);
    if (existing) return { stored: sameAs(registration, ownedBy(caller, existing)), created: false };
    const { trust, claim } = await this.#claim(caller, registration, probe);
    const stored = this.#compose(caller, registration, trust);
    if (await this.#write(stored, { expression: 'attribute_not_exists(ApplicationName)' }, claim)) {
      return { stored, created: true };
    }
    // Another request of this application was faster.
    return { stored: sameAs(registration, await this.show(caller)), created: false };
  }

  /**
   * Replaces the caller's registration.
   *
   * @throws BrokerError ApplicationNotFound, AccessRoleClaimed, ApplicationRoleRecreated, RegistrationChanged,
   *   AccessMetadataUnavailable, and what `probe` throws
   */
  async replace(
    caller: Caller,
    registration: Registration,
    probe: () => Promise<TrustReport>,
  ): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    const held = await this.#claims.held(caller.applicationName, existing.accessRoleName);
    const { trust, claim } = await this.#claim(caller, registration, probe);
    const stored = this.#compose(caller, registration, trust, existing.registeredAt);
    if (!(await this.#write(stored, isStill(existing), claim))) throw changed();
    if (held && !isSameRole(existing, registration)) await this.#claims.release(held);
    return stored;
  }

  /**
   * Removes the caller's registration, and then its claim.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, RegistrationChanged, AccessMetadataUnavailable
   */
  async deregister(caller: Caller): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    // Read before the registration goes: should this application register again meanwhile, it renews the claim,
    // and the claim of this id is gone.
    const held = await this.#claims.held(caller.applicationName, existing.accessRoleName);
    const deleted = await this.#table
      .delete(caller.applicationName, isStill(existing))
      .finally(() => this.#cache.forget(caller.applicationName));
    // A delete that was carried out although its answer was lost finds nothing the second time.
    if (!deleted && (await this.#table.get(caller.applicationName))) throw changed();
    if (held) await this.#claims.release(held);
    return existing;
  }

  /**
   * Probes the access role and claims it. Without a claim goes only who shares a role whose trust policy requires
   * an external id and names this application’s; of a role that is another’s, nothing else is told.
   */
  async #claim(
    { applicationName }: Caller,
    { accessRoleName }: Registration,
    probe: () => Promise<TrustReport>,
  ): Promise<{ trust: TrustReport; claim: HeldClaim | undefined }> {
    const isTaken = await this.#claims.isHeldByAnother(applicationName, accessRoleName);
    const trust = await probe().catch((error: unknown) => {
      throw isTaken && error instanceof BrokerError && error.isDenial ? claimed(accessRoleName) : error;
    });
    if (isTaken && trust.trust !== 'Pinned') throw claimed(accessRoleName);
    const claim = await this.#claims.take(applicationName, accessRoleName);
    if (!claim && trust.trust !== 'Pinned') throw claimed(accessRoleName);
    return { trust, claim };
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
    stored: StoredRegistration,
    condition: Condition,
    claim: HeldClaim | undefined,
  ): Promise<boolean> {
    if (claim && this.now() - claim.takenAt >= CLAIM_GOOD_MS)
      throw unavailable(new Error('the claim is too old'));
    if (!(await this.#put(stored, condition))) {
      const current = await this.#read(stored.applicationName);
      // What the claim was taken for is not what is registered: nobody else is kept from that role.
      if (claim && !(current && isSameRole(current, stored))) await this.#claims.release(claim);
      return false;
    }
    if (claim && !(await this.#claims.take(stored.applicationName, stored.accessRoleName))) {
      await this.#table.delete(stored.applicationName, isStill(stored));
      throw claimed(stored.accessRoleName);
    }
    return true;
  }

  #compose(
    { applicationName, applicationRoleId }: Caller,
    registration: Registration,
    trust: TrustReport,
    registeredAt = new Date(this.now()).toISOString(),
  ): StoredRegistration {
    return {
      ...registration,
      ...trust,
      applicationName,
      applicationRoleId,
      registeredAt,
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

  async #read(applicationName: string): Promise<StoredRegistration | undefined> {
    const item = await this.#table.get(applicationName);
    return item && storedOf(item);
  }
}

function found(registration: StoredRegistration | undefined, applicationName: string): StoredRegistration {
  if (registration) return registration;
  throw new BrokerError('ApplicationNotFound', `the application ${applicationName} is not registered`);
}

function ownedBy(caller: Caller, registration: StoredRegistration): StoredRegistration {
  if (registration.applicationRoleId === caller.applicationRoleId) return registration;
  throw new BrokerError(
    'ApplicationRoleRecreated',
    `the application ${caller.applicationName} was registered by an earlier role of this name`,
  );
}

function sameAs(registration: Registration, stored: StoredRegistration): StoredRegistration {
  if (JSON.stringify(renderRegistration(registration)) === JSON.stringify(renderRegistration(stored)))
    return stored;
  throw new BrokerError(
    'ApplicationAlreadyRegistered',
    `the application ${stored.applicationName} is registered differently; replace it with PUT /applications`,
  );
}

/** The condition that a registration has not been changed since it was read. */
function isStill({ version }: StoredRegistration): Condition {
  return { expression: 'Version = :version', values: { ':version': version } };
}

function isSameRole(one: Registration, other: Registration): boolean {
  return claimKeyOf(one.accessRoleName) === claimKeyOf(other.accessRoleName);
}

function claimed(accessRoleName: string): BrokerError {
  return new BrokerError(
    'AccessRoleClaimed',
    `the access role ${accessRoleName} is registered by another application; to share it, its trust policy ` +
      'must require an sts:ExternalId, and list the names of all applications',
  );
}

function changed(): BrokerError {
  return new BrokerError(
    'RegistrationChanged',
    'the registration was changed by another request at the same time',
  );
}
