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

  /** Takes the lease; false where somebody else has it, or the exchange has been made. */
  async lease(exchangeId: string, { leaseUntil, now, expiresAt }: Lease): Promise<boolean> {
    try {
      await this.documents.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { ExchangeId: exchangeId, LeaseUntil: leaseUntil, ExpiresAt: expiresAt },
          ConditionExpression:
            'attribute_not_exists(ExchangeId) OR ' +
            '(LeaseUntil < :now AND attribute_not_exists(Sealed) AND attribute_not_exists(RefusalCode))',
          ExpressionAttributeValues: { ':now': now },
        }),
      );
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  /** What succeeded counts, whoever else has failed since. */
  async complete(exchangeId: string, sealed: Uint8Array): Promise<void> {
    await this.documents.send(
      new UpdateCommand({
        TableName: this.tableName,
        Key: { ExchangeId: exchangeId },
        UpdateExpression: 'SET Sealed = :sealed REMOVE RefusalCode, RefusalMessage',
        ExpressionAttributeValues: { ':sealed': sealed },
      }),
    );
  }

  /** Where nobody has succeeded meanwhile. */
  async refuse(exchangeId: string, { code, message }: ExchangeRefusal): Promise<void> {
    await this.#unlessSealed(exchangeId, 'SET RefusalCode = :code, RefusalMessage = :message', {
      ':code': code,
      ':message': message,
    });
  }

  /** Lets the next one try at once. */
  async release(exchangeId: string): Promise<void> {
    await this.#unlessSealed(exchangeId, 'SET LeaseUntil = :over', { ':over': 0 });
  }

  /** As if nobody had begun it. */
  async forget(exchangeId: string): Promise<void> {
    await this.documents
      .send(
        new DeleteCommand({
          TableName: this.tableName,
          Key: { ExchangeId: exchangeId },
          ConditionExpression: 'attribute_not_exists(Sealed)',
        }),
      )
      .catch(unlessConditional);
  }

  async #unlessSealed(exchangeId: string, update: string, values: Record<string, unknown>): Promise<void> {
    await this.documents
      .send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: { ExchangeId: exchangeId },
          UpdateExpression: update,
          ConditionExpression: 'attribute_exists(ExchangeId) AND attribute_not_exists(Sealed)',
          ExpressionAttributeValues: values,
        }),
      )
      .catch(unlessConditional);
  }
}

/** Somebody has succeeded meanwhile: nothing is to be done. */
function unlessConditional(error: Error): void {
  if (error.name !== 'ConditionalCheckFailedException') throw error;
}

interface Lease {
  /** Milliseconds since the epoch. */
  readonly leaseUntil: number;
  readonly now: number;
  /** Seconds since the epoch: when DynamoDB may forget it. */
  readonly expiresAt: number;
}
