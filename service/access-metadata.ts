// Access Metadata: registrations in DynamoDB, and the claims that bind an access role to one application.
import { randomUUID } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
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

/** A registration as the table holds it. */
export interface StoredRegistration extends Registration {
  readonly applicationName: string;
  /** Unique id of the role that registered. */
  readonly applicationRoleId: string;
  /** ISO 8601, UTC. */
  readonly registeredAt: string;
  /** New with every write: part of every cache key that the registration decides. */
  readonly version: string;
  /** Id of the claim on the access role that was written for this registration. */
  readonly claimId: string;
}

interface RegistrationItem extends RegistrationDocument {
  readonly ApplicationName: string;
  readonly ApplicationRoleId: string;
  readonly RegisteredAt: string;
  readonly Version: string;
  readonly ClaimId: string;
}

interface ClaimItem {
  /** `AccessRole#` and the role's name in lower case: `#` stands in no application's name. */
  readonly ApplicationName: string;
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
  readonly #cache: Cache<StoredRegistration>;

  constructor(
    private readonly table: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: Clock,
  ) {
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
   * @returns the registration as stored, and whether this call created it
   * @throws BrokerError ApplicationAlreadyRegistered, AccessRoleClaimed, ApplicationRoleRecreated,
   *   AccessMetadataUnavailable
   */
  async register(
    caller: Caller,
    registration: Registration,
  ): Promise<{ stored: StoredRegistration; created: boolean }> {
    const existing = await this.#read(caller.applicationName);
    if (existing) return { stored: sameAs(registration, ownedBy(caller, existing)), created: false };
    const stored = this.#compose(caller, registration, await this.#claim(caller, registration));
    if (await this.#put(stored, 'attribute_not_exists(ApplicationName)')) return { stored, created: true };
    // Another request of this application was faster. Its claim is this one's too, and stays.
    return { stored: sameAs(registration, await this.show(caller)), created: false };
  }

  /**
   * Replaces the caller's registration.
   *
   * @throws BrokerError ApplicationNotFound, AccessRoleClaimed, ApplicationRoleRecreated, RegistrationChanged,
   *   AccessMetadataUnavailable
   */
  async replace(caller: Caller, registration: Registration): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    const keepsRole = claimKeyOf(existing) === claimKeyOf(registration);
    const claimId = keepsRole ? existing.claimId : await this.#claim(caller, registration);
    const stored = this.#compose(caller, registration, claimId, existing.registeredAt);
    if (!(await this.#put(stored, 'Version = :version', { ':version': existing.version }))) throw changed();
    if (!keepsRole) await this.#release(existing);
    return stored;
  }

  /**
   * Removes the caller's registration, and then its claim.
   *
   * @throws BrokerError ApplicationNotFound, ApplicationRoleRecreated, RegistrationChanged, AccessMetadataUnavailable
   */
  async deregister(caller: Caller): Promise<StoredRegistration> {
    const existing = await this.show(caller);
    const deleted = await this.#delete(caller.applicationName, 'Version = :id', existing.version);
    this.#cache.forget(caller.applicationName);
    // A delete that was carried out although its answer was lost finds nothing the second time.
    if (!deleted && (await this.#item(caller.applicationName))) throw changed();
    await this.#release(existing);
    return existing;
  }

  /** Takes the access role for the caller, or renews what it holds. Returns the claim's new id. */
  async #claim({ applicationName }: Caller, registration: Registration): Promise<string> {
    const key = claimKeyOf(registration);
    const claim: ClaimItem = {
      ApplicationName: key,
      Owner: applicationName,
      ClaimId: randomUUID(),
      ClaimedAt: this.now(),
    };
    const freeOrOwn = 'attribute_not_exists(ApplicationName) OR #owner = :owner';
    if (await this.#putIf(claim, freeOrOwn, { ':owner': applicationName }, { '#owner': 'Owner' }))
      return claim.ClaimId;

    const held = (await this.#item(key)) as ClaimItem | undefined;
    if (held?.ClaimId === claim.ClaimId) return claim.ClaimId;
    const taken =
      held === undefined
        ? await this.#putIf(claim, 'attribute_not_exists(ApplicationName)')
        : (await this.#isAbandoned(held)) &&
          (await this.#putIf(claim, 'ClaimId = :held', { ':held': held.ClaimId }));
    if (taken) return claim.ClaimId;
    throw new BrokerError(
      'AccessRoleClaimed',
      `the access role ${registration.accessRoleName} is registered by another application`,
    );
  }

  /** Whether a claim is left over from a crash: its owner has no registration that refers to the role. */
  async #isAbandoned(claim: ClaimItem): Promise<boolean> {
    if (this.now() - claim.ClaimedAt < ABANDONED_MS) return false;
    const registration = await this.#read(claim.Owner);
    return registration === undefined || claimKeyOf(registration) !== claim.ApplicationName;
  }

  /** Gives up the claim that was written for this registration, and no later one. */
  async #release(registration: StoredRegistration): Promise<void> {
    await this.#delete(claimKeyOf(registration), 'ClaimId = :id', registration.claimId);
  }

  #compose(
    { applicationName, applicationRoleId }: Caller,
    registration: Registration,
    claimId: string,
    registeredAt = new Date(this.now()).toISOString(),
  ): StoredRegistration {
    return {
      ...registration,
      applicationName,
      applicationRoleId,
      registeredAt,
      claimId,
      version: randomUUID(),
    };
  }

  async #put(
    stored: StoredRegistration,
    condition: string,
    values?: Record<string, string>,
  ): Promise<boolean> {
    const written = await this.#putIf(itemOf(stored), condition, values);
    this.#cache.forget(stored.applicationName);
    // A write that was carried out although its answer was lost fails its own condition the second time.
    return written || (await this.#read(stored.applicationName))?.version === stored.version;
  }

  #putIf(
    item: RegistrationItem | ClaimItem,
    condition: string,
    values?: Record<string, string>,
    names?: Record<string, string>,
  ): Promise<boolean> {
    return this.#conditionally(
      new PutCommand({
        TableName: this.tableName,
        Item: item,
        ConditionExpression: condition,
        ...(values && { ExpressionAttributeValues: values }),
        ...(names && { ExpressionAttributeNames: names }),
      }),
    );
  }

  #delete(key: string, condition: string, id: string): Promise<boolean> {
    return this.#conditionally(
      new DeleteCommand({
        TableName: this.tableName,
        Key: { ApplicationName: key },
        ConditionExpression: condition,
        ExpressionAttributeValues: { ':id': id },
      }),
    );
  }

  /** Sends a conditional write; false where its condition did not hold. */
  async #conditionally(command: PutCommand | DeleteCommand): Promise<boolean> {
    try {
      await this.table.send(command as PutCommand);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
      throw unavailable(error);
    }
  }

  async #read(applicationName: string): Promise<StoredRegistration | undefined> {
    const item = await this.#item(applicationName);
    return item && storedOf(item as unknown as RegistrationItem);
  }

  async #item(key: string): Promise<Record<string, unknown> | undefined> {
    try {
      const { Item } = await this.table.send(
        new GetCommand({ TableName: this.tableName, Key: { ApplicationName: key }, ConsistentRead: true }),
      );
      return Item;
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** Role names are unique in an account whatever their path, and without regard to case. */
function claimKeyOf({ accessRoleName }: Registration): string {
  return `AccessRole#${accessRoleName.slice(accessRoleName.lastIndexOf('/') + 1).toLowerCase()}`;
}

function itemOf(stored: StoredRegistration): RegistrationItem {
  return {
    ...renderRegistration(stored),
    ApplicationName: stored.applicationName,
    ApplicationRoleId: stored.applicationRoleId,
    RegisteredAt: stored.registeredAt,
    Version: stored.version,
    ClaimId: stored.claimId,
  };
}

function storedOf(item: RegistrationItem): StoredRegistration {
  const { ApplicationName, ApplicationRoleId, RegisteredAt, Version, ClaimId, ...document } = item;
  try {
    return {
      ...parseRegistration(document),
      applicationName: ApplicationName,
      applicationRoleId: ApplicationRoleId,
      registeredAt: RegisteredAt,
      version: Version,
      claimId: ClaimId,
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

function unavailable(cause: unknown): BrokerError {
  return new BrokerError(
    'AccessMetadataUnavailable',
    'the registrations cannot be read or written at the moment',
    {
      cause,
    },
  );
}
