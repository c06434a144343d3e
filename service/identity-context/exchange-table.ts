// The table of exchanges: one item for each token that is exchanged, in DynamoDB.
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ErrorCode } from '../errors.ts';

export interface Exchange {
  /** Until when whoever holds it may go on; milliseconds since the epoch. */
  readonly leaseUntil: number;
  /** What came of it: see sealed-context.ts. */
  readonly sealed?: Uint8Array;
  /** Or why nothing did. */
  readonly refusal?: ExchangeRefusal;
}

export interface Lease {
  /** Whose it is: another with every attempt at an exchange. */
  readonly holder: string;
  /** Milliseconds since the epoch. */
  readonly leaseUntil: number;
  readonly now: number;
  /** Seconds since the epoch: when DynamoDB may forget the exchange. */
  readonly expiresAt: number;
}

export interface ExchangeRefusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Rejects with what the SDK's client rejects with. */
export class ExchangeTable {
  constructor(
    private readonly documents: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async find(exchangeId: string): Promise<Exchange | undefined> {
    const { Item } = await this.documents.send(
      new GetCommand({ TableName: this.tableName, Key: { ExchangeId: exchangeId }, ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { LeaseUntil, Sealed, RefusalCode, RefusalMessage } = Item;
    return {
      leaseUntil: LeaseUntil,
      ...(Sealed !== undefined && { sealed: Sealed }),
      ...(RefusalCode !== undefined && { refusal: { code: RefusalCode, message: RefusalMessage } }),
    };
  }

  /** Takes the lease, or has it already; false where somebody else has it, or the exchange has been made. */
  async lease(exchangeId: string, { holder, leaseUntil, now, expiresAt }: Lease): Promise<boolean> {
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { ExchangeId: exchangeId, LeaseHolder: holder, LeaseUntil: leaseUntil, ExpiresAt: expiresAt },
          ConditionExpression:
            'attribute_not_exists(ExchangeId) OR ((LeaseUntil < :now OR LeaseHolder = :holder) ' +
            'AND attribute_not_exists(Sealed) AND attribute_not_exists(RefusalCode))',
          ExpressionAttributeValues: { ':now': now, ':holder': holder },
        }),
      );
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  /** What succeeded counts, whoever else has the lease or has failed since. */
  async complete(exchangeId: string, sealed: Uint8Array, lease: Lease): Promise<void> {
    await this.documents.send(
      new UpdateCommand({
        TableName: this.tableName,
        Key: { ExchangeId: exchangeId },
        UpdateExpression:
          'SET Sealed = :sealed, LeaseHolder = :holder, LeaseUntil = :until, ExpiresAt = :expiresAt ' +
          'REMOVE RefusalCode, RefusalMessage',
        ExpressionAttributeValues: {
          ':sealed': sealed,
          ':holder': lease.holder,
          ':until': lease.leaseUntil,
          ':expiresAt': lease.expiresAt,
        },
      }),
    );
  }

  /** By whoever has the lease, where nobody has succeeded meanwhile; so are the next two. */
  async refuse(exchangeId: string, { code, message }: ExchangeRefusal, lease: Lease): Promise<void> {
    await this.#asHolder(exchangeId, lease, 'SET RefusalCode = :code, RefusalMessage = :message', {
      ':code': code,
      ':message': message,
    });
  }

  /** Lets the next one try at once. */
  async release(exchangeId: string, lease: Lease): Promise<void> {
    await this.#asHolder(exchangeId, lease, 'SET LeaseUntil = :over', { ':over': 0 });
  }

  /** As if nobody had begun it. */
  async forget(exchangeId: string, { holder }: Lease): Promise<void> {
    await this.documents
      .send(
        new DeleteCommand({
          TableName: this.tableName,
          Key: { ExchangeId: exchangeId },
          ConditionExpression: isHolders,
          ExpressionAttributeValues: { ':holder': holder },
        }),
      )
      .catch(unlessConditional);
  }

  async #asHolder(
    exchangeId: string,
    { holder }: Lease,
    update: string,
    values: Record<string, unknown>,
  ): Promise<void> {
    await this.documents
      .send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { ExchangeId: exchangeId },
          UpdateExpression: update,
          ConditionExpression: isHolders,
          ExpressionAttributeValues: { ...values, ':holder': holder },
        }),
      )
      .catch(unlessConditional);
  }
}

/** Whoever was slow, and has lost the lease, would end the next one's. */
const isHolders = 'LeaseHolder = :holder AND attribute_not_exists(Sealed)';

/** Somebody has succeeded meanwhile, or has the lease: nothing is to be done. */
function unlessConditional(error: Error): void {
  if (error.name !== 'ConditionalCheckFailedException') throw error;
}
