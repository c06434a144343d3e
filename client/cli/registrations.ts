// The registrations as an operator reaches them: read from the table, and marked as revoked.
import { randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { CommandFailure } from './command.ts';
import { iso } from './role-denials.ts';

/** Of a registration what a revocation goes by. */
export interface Registered {
  readonly applicationName: string;
  /** Without its path. */
  readonly accessRoleName: string;
  readonly sessionTagKey: string;
  readonly version: string;
  /** When its sessions were last revoked: ISO 8601, UTC, in whole seconds. Absent where that is no such time. */
  readonly revokedAt?: string;
}

/** An item of the table, and what it is. */
export interface TableItem {
  readonly key: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** `undefined`: it is no registration. */
  readonly registered: Registered | undefined;
}

/** How the keys of claims on access roles begin: no application's name has a `#`. */
const CLAIM = 'AccessRole#';

const ATTRIBUTES = ['ApplicationName', 'AccessRoleName', 'SessionTagKey', 'Version'] as const;

export class Registrations {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /** The registration as it is now. */
  async read(applicationName: string): Promise<Registered | undefined> {
    const Key = { ApplicationName: applicationName };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key, ConsistentRead: true }),
    );
    if (!Item) return undefined;
    const registered = registeredOf(Item);
    if (!registered)
      throw new CommandFailure(`what the table holds for ${applicationName} is no registration`);
    return registered;
  }

  /** All items of the table but the claims on access roles, by key. */
  async all(): Promise<TableItem[]> {
    const items: TableItem[] = [];
    for await (const item of this.#items()) {
      const key = String(item['ApplicationName']);
      if (!key.startsWith(CLAIM)) items.push({ key, attributes: item, registered: registeredOf(item) });
    }
    return items.sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** Names of all applications that are registered with this access role: several may share it. */
  async applicationsOf(accessRoleName: string): Promise<string[]> {
    const names: string[] = [];
    // The table holds claims, too.
    for await (const item of this.#items('attribute_exists(AccessRoleName)')) {
      const registered = registeredOf(item);
      if (registered && isSameRole(registered.accessRoleName, accessRoleName))
        names.push(registered.applicationName);
    }
    return names.sort();
  }

  async *#items(FilterExpression?: string): AsyncGenerator<Record<string, unknown>> {
    const { client, tableName: TableName } = this;
    const pages = paginateScan({ client }, { TableName, ConsistentRead: true, FilterExpression });
    for await (const { Items = [] } of pages) yield* Items;
  }

  /**
   * Gives the registration a new version, so that nothing is served that was kept under the old one, and says when its
   * sessions were revoked: of two revocations, the later time. The rest stays as it is.
   *
   * @param revokedAt ISO 8601, UTC, in whole seconds
   * @returns whether it was still the registration that was read
   */
  async mark(registered: Registered, revokedAt: string): Promise<boolean> {
    const { applicationName, version } = registered;
    const newVersion = randomUUID();
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { ApplicationName: applicationName },
          UpdateExpression: 'SET Version = :new, RevokedAt = :revokedAt',
          ConditionExpression: 'Version = :read',
          ExpressionAttributeValues: {
            ':new': newVersion,
            ':read': version,
            ':revokedAt': laterOf(revokedAt, registered),
          },
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
      // The SDK sends again what was carried out and lost its answer; that then fails its own condition.
      return (await this.read(applicationName))?.version === newVersion;
    }
  }
}

/** IAM keeps names apart without regard to letter case. */
export function isSameRole(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Times in one form compare as text. */
function laterOf(time: string, { revokedAt = time }: Registered): string {
  return revokedAt > time ? revokedAt : time;
}

function isTime(text: unknown): text is string {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && iso(time) === text;
}

function registeredOf(item: Readonly<Record<string, unknown>>): Registered | undefined {
  const [applicationName, accessRole, sessionTagKey, version] = ATTRIBUTES.map((name) => item[name]);
  if (
    typeof applicationName !== 'string' ||
    typeof accessRole !== 'string' ||
    typeof sessionTagKey !== 'string' ||
    typeof version !== 'string'
  )
    return undefined;
  const accessRoleName = accessRole.slice(accessRole.lastIndexOf('/') + 1);
  const { RevokedAt } = item;
  return {
    applicationName,
    accessRoleName,
    sessionTagKey,
    version,
    ...(isTime(RevokedAt) && { revokedAt: RevokedAt }),
  };
}
