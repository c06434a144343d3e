// The cell rate table: the shared buckets in DynamoDB, one item each, one conditional write an advance.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Advance, type Advanced, type CellRates, microseconds } from './cell-rate.ts';

/** An item of the table, whose partition key is `ApplicationName`. */
interface CellRateItem {
  readonly ApplicationName: string;
  /** Microseconds since the epoch. */
  readonly TheoreticalArrivalTime: number;
  /** Seconds since the epoch: the table's TTL attribute. A bucket is full long before. */
  readonly ExpiresAt: number;
}

/** Longest that an answer is waited for, retries and all: beyond, a lease would be half over. */
const ANSWER_MS = 500;
const KEPT_MS = 3_600_000;

const expressions = {
  full: {
    UpdateExpression: 'SET TheoreticalArrivalTime = :now + :cost, ExpiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(ApplicationName) OR TheoreticalArrivalTime <= :now',
  },
  filling: {
    UpdateExpression: 'SET TheoreticalArrivalTime = TheoreticalArrivalTime + :cost, ExpiresAt = :expiresAt',
    ConditionExpression: 'TheoreticalArrivalTime > :now AND TheoreticalArrivalTime <= :latest',
  },
};

export class CellRateTable implements CellRates {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * A write whose answer was lost, and that the SDK sends again, takes twice or is refused the second time. What
   * it took the first time is lost to the application, and given to nobody.
   */
  async advance(key: string, { now, cost, burst, expects }: Advance): Promise<Advanced> {
    const abortSignal = AbortSignal.timeout(ANSWER_MS);
    const item = { TableName: this.tableName, Key: { ApplicationName: key } };
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          ...item,
          ...expressions[expects],
          ExpressionAttributeValues: {
            ':now': now,
            ':cost': cost,
            ':expiresAt': Math.ceil((now + burst + microseconds(KEPT_MS)) / 1_000_000),
            ...(expects === 'filling' && { ':latest': now + burst - cost }),
          },
          ReturnValues: 'UPDATED_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal },
      );
      return { granted: true, arrivalTime: (Attributes as CellRateItem).TheoreticalArrivalTime };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const found = error.Item?.['TheoreticalArrivalTime']?.N;
      if (found !== undefined) return { granted: false, arrivalTime: Number(found) };
    }
    // No item: there is none, or the store is a stand-in that does not tell.
    const { Item } = await this.client.send(new GetCommand({ ...item, ConsistentRead: true }), {
      abortSignal,
    });
    return { granted: false, arrivalTime: (Item as CellRateItem | undefined)?.TheoreticalArrivalTime ?? 0 };
  }
}
