// Access Metadata: the registrations, cached, and bound to the role and the application they belong to.
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Caller } from '../caller.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { AccessMetadataTable, type Change, unavailable } from './access-metadata-table.ts';
import { type ClaimItem, claimKeyOf, givingUp } from './access-role-claims.ts';
import { AccessRoleDecision, type AccessRoleProbe, type AllowedRole } from './access-role-decision.ts';
import { isSameRole, notShared, shares } from './access-role-sharing.ts';
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
} from './stored-registration.ts';

/** What the table has of an application and of an access role. */
interface Seen {
  readonly existing: StoredRegistration | undefined;
  readonly claim: ClaimItem | undefined;
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

/** How often a write that others were faster than is decided anew. */
const MAX_WRITES = 3;
const ABSENT_MS = 5_000;
const USABLE_MS = 5 * 60_000;
/** Of all registrations in memory: most have less than 2 KB, and the largest some 600. */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * Registrations by application.
 *
 * A registration and its claim are written and removed in one transaction: docs/adr/0044-a-registration-in-two-waves.md.
 */
export class AccessMetadata {
  readonly #table: AccessMetadataTable;
  readonly #roles: AccessRoleDecision;
  readonly #cache: Cache<StoredRegistration>;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly now: Clock,
    { registrationCacheSeconds }: Pick<CacheSettings, 'registrationCacheSeconds'> = cacheDefaults,
  ) {
    this.#table = new AccessMetadataTable(client, tableName);
    this.#roles = new AccessRoleDecision(this.#table, now);
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
    // One that is known already is probably there still, and the same: nothing is to be written.
    let probed = this.#cache.fresh(caller.applicationName) ? undefined : probe.begin();
    for (let writes = 0; writes < MAX_WRITES; writes += 1) {
      const { existing, claim } = await this.#see(caller, registration);
      if (existing)
        return { stored: sameAs(caller, registration, ownedBy(caller, existing)), created: false };
      probed ??= probe.begin();
      const claimed = await this.#roles.decide(caller, registration, { claim, probe, probed });
      const stored = this.#compose(caller, registration, claimed);
      const changes = [{ put: itemOf(stored), condition: isAbsent }, ...claimed.changes];
      record({ after: stored, takenFrom: claimed.takenFrom });
      if (!(await this.#write(caller, changes, stored.version))) return { stored, created: true };
      // Another request was faster: of this application, or one that took the role.
      record(undefined);
    }
    throw overtaken();
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
    const probed = probe.begin();
    let replaced: StoredRegistration | undefined;
    let keepsClaims = false;
    for (let writes = 0; writes < MAX_WRITES; writes += 1) {
      const { existing: seen, claim } = await this.#see(caller, registration);
      const existing = ownedBy(caller, found(seen, caller.applicationName));
      replaced ??= existing;
      if (existing.version !== replaced.version) throw changed();
      const claimed = await this.#roles.decide(caller, registration, { claim, probe, probed });
      const stored = this.#compose(caller, registration, claimed, existing);
      const rewriting = { put: itemOf(stored), condition: isStill(existing) };
      const leaving: readonly Change[] =
        isSameRole(existing, registration) || keepsClaims ? [] : leavingOf(existing);
      const changes = [rewriting, ...claimed.changes, ...leaving];
      record({ before: existing, after: stored, takenFrom: claimed.takenFrom });
      const canceled = await this.#write(caller, changes, stored.version);
      if (!canceled) return stored;
      record(undefined);
      if (canceled.includes(rewriting)) throw changed();
      // The role that it leaves was made anew, and is another's already: there is nothing to give up.
      keepsClaims ||= leaving.some((change) => canceled.includes(change));
    }
    throw overtaken();
  }

  /**
   * Removes the registration and its claim.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, RegistrationChanged, AccessMetadataUnavailable
   */
  async deregister(caller: Registrant, record = unrecorded): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    const removing = { remove: existing.applicationName, condition: isStill(existing) };
    let leaving = leavingOf(existing);
    for (let writes = 0; writes < MAX_WRITES; writes += 1) {
      record({ before: existing });
      const canceled = await this.#write(caller, [removing, ...leaving], randomUUID());
      if (!canceled) return existing;
      if (canceled.includes(removing)) {
        // Removed by another request at the same time: what was asked for is done.
        if (!(await this.#table.get(caller.applicationName))) return existing;
        record(undefined);
        throw changed();
      }
      record(undefined);
      // The claim is another's: the role was made anew.
      if (canceled.length > 0) leaving = [];
    }
    throw overtaken();
  }

  /** The application's registration, and the claim on the access role, each as it is now. */
  async #see({ applicationName }: Registrant, { accessRoleName }: Registration): Promise<Seen> {
    const claimKey = claimKeyOf(accessRoleName);
    const [items, parse] = await Promise.all([
      this.#table.getAll(applicationName, claimKey),
      loadRegistrationParser(),
    ]);
    const existing = items.get(applicationName);
    return {
      existing: existing && storedOf(existing, parse),
      claim: items.get(claimKey) as ClaimItem | undefined,
    };
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

  #compose(
    { applicationName, applicationRoleId }: Registrant,
    registration: Registration,
    { report, accessRoleId, sharedBy }: AllowedRole,
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

  #write({ applicationName }: Registrant, changes: readonly Change[], token: string) {
    return this.#table.write(changes, token).finally(() => this.#cache.forget(applicationName));
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

/** What others made of it in between could not be decided in time. */
function overtaken(): BrokerError {
  return unavailable(new Error('other requests changed the same items at the same time'));
}

/** What goes with a registration: the claim, where it has one. */
function leavingOf({ applicationName, accessRoleName, sharedBy }: StoredRegistration): Change[] {
  return sharedBy === undefined ? [givingUp(applicationName, accessRoleName)] : [];
}
