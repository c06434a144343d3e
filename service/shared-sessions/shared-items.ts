// The table of what is shared: one item for each key, and one for the data key of each hour, in DynamoDB.
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

export interface SharedItem {
  /** What it holds, where somebody has written it: see sealed-value.ts. */
  readonly sealed?: SealedItem;
  /** When another may hold it, in milliseconds since the epoch; 0: nobody holds it. */
  readonly leaseUntil: number;
  /** As the table has it, whatever that is: a lease is taken on what was seen. */
  readonly seen: unknown;
}

export interface SealedItem {
  readonly bytes: Uint8Array;
  /** The hour whose data key it is sealed under. */
  readonly hour: string;
  /** Milliseconds since the epoch. */
  readonly lastsUntil: number;
}

export interface Lease {
  /** Whose it is: another with every attempt. */
  readonly holder: string;
  readonly now: number;
  /** Milliseconds since the epoch. */
  readonly leaseUntil: number;
}

/** What an item is kept for after its lease, where nothing comes of it. */
const FORGOTTEN_MS = 60_000;
/** A lease that ends later than any that a clock within so much would give is none. */
const SKEW_MS = 60_000;

/** Rejects with what the SDK's client rejects with. Reads and updates single items, and needs to do no more. */
export class SharedItems {
  constructor(
    private readonly documents: Pick<DynamoDBDocumentClient, 'send'>,
    readonly tableName: string,
  ) {}

  async find(id: string): Promise<SharedItem | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.tableName, Key: { Id: id }, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { Sealed: bytes, SealedUnder: hour, LastsUntil: lastsUntil, LeaseUntil } = Item;
    const isSealed =
      bytes instanceof Uint8Array && typeof hour === 'string' && typeof lastsUntil === 'number';
    return {
      leaseUntil: typeof LeaseUntil === 'number' ? LeaseUntil : 0,
      seen: lastsUntil,
      ...(isSealed && { sealed: { bytes, hour, lastsUntil } }),
    };
  }

  /** Takes the lease, or has it already; false where another has it, or the item is no longer what was seen. */
  async lease(id: string, seen: unknown, { holder, now, leaseUntil }: Lease): Promise<boolean> {
    const isAsSeen = seen === undefined ? 'attribute_not_exists(LastsUntil)' : 'LastsUntil = :seen';
    return this.#update(id, {
      UpdateExpression: 'SET LeaseHolder = :holder, LeaseUntil = :until, ExpiresAt = :expiresAt',
      ConditionExpression:
        '(attribute_not_exists(LeaseUntil) OR NOT LeaseUntil BETWEEN :now AND :latest OR LeaseHolder = :holder) ' +
        `AND ${isAsSeen}`,
      ExpressionAttributeValues: {
        ':holder': holder,
        ':until': leaseUntil,
        ':now': now,
        ':latest': latestLease({ now, leaseUntil }),
        ':expiresAt': Math.ceil((leaseUntil + FORGOTTEN_MS) / 1_000),
        ...(seen !== undefined && { ':seen': seen }),
      },
    });
  }

  /** By whoever has the lease, and by whoever has something that lasts longer. */
  async complete(id: string, { bytes, hour, lastsUntil }: SealedItem, { holder }: Lease): Promise<void> {
    await this.#update(id, {
      UpdateExpression:
        'SET Sealed = :sealed, SealedUnder = :hour, LastsUntil = :lastsUntil, ExpiresAt = :expiresAt ' +
        'REMOVE LeaseHolder, LeaseUntil',
      ConditionExpression:
        'LeaseHolder = :holder OR attribute_not_exists(LastsUntil) OR LastsUntil < :lastsUntil',
      ExpressionAttributeValues: {
        ':sealed': bytes,
        ':hour': hour,
        ':lastsUntil': lastsUntil,
        ':expiresAt': Math.ceil(lastsUntil / 1_000),
        ':holder': holder,
      },
    });
  }

  /** Lets the next one try at once. */
  async release(id: string, { holder }: Lease): Promise<void> {
    await this.#update(id, {
      UpdateExpression: 'REMOVE LeaseHolder, LeaseUntil',
      ConditionExpression: 'LeaseHolder = :holder',
      ExpressionAttributeValues: { ':holder': holder },
    });
  }

  /** The data key of an hour, as KMS has encrypted it. */
  async findKey(hour: string): Promise<Uint8Array | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.tableName, Key: { Id: keyIdOf(hour) }, ConsistentRead: true }),
    );
    return Item?.['DataKey'];
  }

  /** Keeps the key, unless another is there. @returns the one that is there now */
  async keepKey(hour: string, encrypted: Uint8Array, expiresAt: number): Promise<Uint8Array> {
    const { Attributes } = await this.documents.send(
      new UpdateCommand({
        TableName: this.tableName,
        Key: { Id: keyIdOf(hour) },
        UpdateExpression: 'SET DataKey = if_not_exists(DataKey, :key), ExpiresAt = :expiresAt',
        ExpressionAttributeValues: { ':key': encrypted, ':expiresAt': Math.ceil(expiresAt / 1_000) },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes?.['DataKey'];
  }

  /** False where the condition does not hold. */
  async #update(
    Id: string,
    update: {
      readonly UpdateExpression: string;
      readonly ConditionExpression: string;
      readonly ExpressionAttributeValues: Record<string, unknown>;
    },
  ): Promise<boolean> {
    try {
      await this.documents.send(new UpdateCommand({ TableName: this.tableName, Key: { Id }, ...update }));
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }
}

/** Whether another holds the item: a lease that nobody could have taken is none. */
export function isHeld({ leaseUntil }: SharedItem, lease: Lease): boolean {
  return leaseUntil >= lease.now && leaseUntil <= latestLease(lease);
}

function latestLease({ now, leaseUntil }: Pick<Lease, 'now' | 'leaseUntil'>): number {
  return leaseUntil + Math.min(SKEW_MS, leaseUntil - now);
}

/** No digest has this sign. */
function keyIdOf(hour: string): string {
  return `key#${hour}`;
}
