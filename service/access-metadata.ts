// Access Metadata: the registrations, cached, and bound to the role and the application they belong to.
import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AccessMetadataTable, type Condition, type Item, unavailable } from './access-metadata-table.ts';
import { AccessRoleClaims, claimKeyOf } from './access-role-claims.ts';
import { Cache } from './cache.ts';
import type { Caller } from './caller.ts';
import type { Clock } from './clock.ts';
import { BrokerError } from './errors.ts';
import {
  parseRegistration,
  type Registration,
  type RegistrationDocument,
  renderRegistration,
} from './registration.ts';
import type { TrustReport } from './trust-probe.ts';

/** A registration as the table holds it. */
export interface StoredRegistration extends Registration, TrustReport {
  readonly applicationName: string;
  /** Unique id of the role that registered. */
  readonly applicationRoleId: string;
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
}

const FRESH_MS = 30_000;
const ABSENT_MS = 5_000;
const USABLE_MS = 5 * 60_000;

/**
 * Registrations by application.
 *
 * Every write goes claim first, then registration; every removal the other way round. A crash between the
 * two leaves a claim that no registration refers to, which its owner takes over at once by asking again, and
 * any other application after a minute. No order of crashes leaves a registration without its claim.
 */
export class AccessMetadata {
  readonly #table: AccessMetadataTable;
  readonly #claims: AccessRoleClaims;
  readonly #cache: Cache<StoredRegistration>;

  constructor(
    client: DynamoDBDocumentClient,
    tableName: string,
    private readonly now: Clock,
  ) {
    this.#table = new AccessMetadataTable(client, tableName);
    this.#claims = new AccessRoleClaims(this.#table, now);
    this.#cache = new Cache(
      {
        max: 1_000,
        freshUntil: (_, loadedAt) => loadedAt + FRESH_MS,
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
    const trust = await probe();
    await this.#claim(caller, registration, trust);
    const stored = this.#compose(caller, registration, trust);
    if (await this.#put(stored, { expression: 'attribute_not_exists(ApplicationName)' })) {
      return { stored, created: true };
    }
    // Another request of this application was faster. Its claim is this one's too, and stays.
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
    const trust = await probe();
    const held = await this.#claims.held(caller.applicationName, existing.accessRoleName);
    const keepsRole = claimKeyOf(existing.accessRoleName) === claimKeyOf(registration.accessRoleName);
    if (!keepsRole || held === undefined) await this.#claim(caller, registration, trust);
    const stored = this.#compose(caller, registration, trust, existing.registeredAt);
    const isUnchanged = { expression: 'Version = :version', values: { ':version': existing.version } };
    if (!(await this.#put(stored, isUnchanged))) throw changed();
    if (!keepsRole && held !== undefined) await this.#claims.release(existing.accessRoleName, held);
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
    const isUnchanged = { expression: 'Version = :version', values: { ':version': existing.version } };
    const deleted = await this.#table
      .delete(caller.applicationName, isUnchanged)
      .finally(() => this.#cache.forget(caller.applicationName));
    // A delete that was carried out although its answer was lost finds nothing the second time.
    if (!deleted && (await this.#table.get(caller.applicationName))) throw changed();
    if (held !== undefined) await this.#claims.release(existing.accessRoleName, held);
    return existing;
  }

  /**
   * Claims the access role. Without a claim goes only who shares a role whose trust policy requires an external
   * id and names this application’s.
   */
  async #claim(
    { applicationName }: Caller,
    { accessRoleName }: Registration,
    { trust }: TrustReport,
  ): Promise<void> {
    if ((await this.#claims.take(applicationName, accessRoleName)) || trust === 'Pinned') return;
    throw new BrokerError(
      'AccessRoleClaimed',
      `the access role ${accessRoleName} is registered by another application; ` +
        `to share it, its trust policy must require an sts:ExternalId, and list ${applicationName}`,
    );
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
    return item && storedOf(item as RegistrationItem);
  }
}

function itemOf(stored: StoredRegistration): RegistrationItem {
  return {
    ...renderRegistration(stored),
    ApplicationName: stored.applicationName,
    ApplicationRoleId: stored.applicationRoleId,
    RegisteredAt: stored.registeredAt,
    Version: stored.version,
    Trust: stored.trust,
    ...(stored.roleHasSessionTag !== undefined && { RoleHasSessionTag: stored.roleHasSessionTag }),
  };
}

function storedOf(item: RegistrationItem): StoredRegistration {
  const { ApplicationName, ApplicationRoleId, RegisteredAt, Version, Trust, RoleHasSessionTag, ...document } =
    item;
  try {
    return {
      ...parseRegistration(document),
      applicationName: ApplicationName,
      applicationRoleId: ApplicationRoleId,
      registeredAt: RegisteredAt,
      version: Version,
      trust: Trust,
      roleHasSessionTag: RoleHasSessionTag,
    };
  } catch (error) {
    throw unavailable(error);
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

function changed(): BrokerError {
  return new BrokerError(
    'RegistrationChanged',
    'the registration was changed by another request at the same time',
  );
}
