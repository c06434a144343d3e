// The AccessMetadata table: items by key, transactions of conditional writes, and DynamoDB's failures as the broker's.
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  GetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
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

/** What becomes of one item, if its condition and those of all the others hold. */
export type Change =
  | { readonly put: Item; readonly condition: Condition }
  | { readonly remove: string; readonly condition: Condition }
  /** Left as it is. */
  | { readonly check: string; readonly condition: Condition };

/** Of the changes, those whose conditions do not hold; none where another transaction was faster. */
export type Canceled = readonly Change[];

/** How often keys are asked for that DynamoDB has left for later. */
const MAX_READS = 3;

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

  /** The items as they are now, each by itself: a strongly consistent read. @param keys no key twice */
  async getAll(...keys: string[]): Promise<ReadonlyMap<string, Item>> {
    const items = new Map<string, Item>();
    let left: BatchGetCommandInput['RequestItems'] = {
      [this.tableName]: { Keys: keys.map((ApplicationName) => ({ ApplicationName })), ConsistentRead: true },
    };
    for (let reads = 0; reads < MAX_READS; reads += 1) {
      const { Responses, UnprocessedKeys } = await this.#batch(left);
      for (const item of (Responses?.[this.tableName] ?? []) as Item[]) items.set(item.ApplicationName, item);
      if (!UnprocessedKeys || Object.keys(UnprocessedKeys).length === 0) return items;
      left = UnprocessedKeys;
    }
    throw unavailable(new Error('DynamoDB has left keys unread'));
  }

  async #batch(RequestItems: BatchGetCommandInput['RequestItems']): Promise<BatchGetCommandOutput> {
    try {
      return await this.client.send(new BatchGetCommand({ RequestItems }));
    } catch (error) {
      throw unavailable(error);
    }
  }

  /**
   * Makes all the changes, or none.
   *
   * @param token the transaction's own: the SDK sends it again when its answer was lost, and it is carried out once
   * @returns nothing where the changes were made
   */
  async write(changes: readonly Change[], token: string): Promise<Canceled | undefined> {
    const TransactItems = changes.map((change) => this.#actionOf(change));
    try {
      await this.client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken: token }));
      return undefined;
    } catch (error) {
      const codes = reasonsOf(error);
      const isUnmet = (code: unknown) => code === 'ConditionalCheckFailed';
      if (!codes?.every((code) => isUnmet(code) || code === 'None' || code === 'TransactionConflict')) {
        throw unavailable(error);
      }
      return changes.filter((_, index) => isUnmet(codes[index]));
    }
  }

  #actionOf(change: Change): NonNullable<TransactWriteCommandInput['TransactItems']>[number] {
    const common = { TableName: this.tableName, ...expressionsOf(change.condition) };
    if ('put' in change) return { Put: { ...common, Item: change.put } };
    if ('remove' in change) return { Delete: { ...common, Key: { ApplicationName: change.remove } } };
    return { ConditionCheck: { ...common, Key: { ApplicationName: change.check } } };
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

/** Why a transaction was cancelled, by action; `undefined` of any other error. */
function reasonsOf(error: unknown): readonly unknown[] | undefined {
  if (!(error instanceof Error) || error.name !== 'TransactionCanceledException') return undefined;
  const { CancellationReasons } = error as Error & { CancellationReasons?: readonly { Code?: unknown }[] };
  return CancellationReasons?.map(({ Code }) => Code);
}
