// The AccessMetadata table: single items by key, conditional writes, and DynamoDB's failures as the broker's.
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { BrokerError } from '../errors.ts';

/** An item of the table, whichever kind it is. */
export interface Item {
  /** The partition key: an application's name, or `AccessRole#` and an access role's. */
  readonly ApplicationName: string;
}

/** A condition expression with the values, and the reserved words, that it refers to. */
export interface Condition {
  readonly expression: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly names?: Readonly<Record<string, string>>;
}

/** Every method throws BrokerError AccessMetadataUnavailable when DynamoDB fails. */
export class AccessMetadataTable {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /** The item as it is now: a strongly consistent read. */
  async get(key: string): Promise<Item | undefined> {
    try {
      const { Item } = await this.client.send(
        new GetCommand({ TableName: this.tableName, Key: { ApplicationName: key }, ConsistentRead: true }),
      );
      return Item as Item | undefined;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Writes the item if the condition holds; false where it does not.
   *
   * The SDK sends a write again when its answer was lost, and the write then fails its own condition: where
   * false matters, read what is there.
   */
  put(item: Item, condition: Condition): Promise<boolean> {
    const command = new PutCommand({ TableName: this.tableName, Item: item, ...expressionsOf(condition) });
    return carriedOut(() => this.client.send(command));
  }

  /** Deletes the item if the condition holds; false where it does not. The same caution applies as for `put`. */
  delete(key: string, condition: Condition): Promise<boolean> {
    const command = new DeleteCommand({
      TableName: this.tableName,
      Key: { ApplicationName: key },
      ...expressionsOf(condition),
    });
    return carriedOut(() => this.client.send(command));
  }
}

/** What a registration or claim that cannot be read or written is answered with. */
export function unavailable(cause: unknown): BrokerError {
  return new BrokerError(
    'AccessMetadataUnavailable',
    'the registrations cannot be read or written at the moment',
    {
      cause,
    },
  );
}

function expressionsOf({ expression, values, names }: Condition) {
  return {
    ConditionExpression: expression,
    ...(values && { ExpressionAttributeValues: values }),
    ...(names && { ExpressionAttributeNames: names }),
  };
}

async function carriedOut(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw unavailable(error);
  }
}
