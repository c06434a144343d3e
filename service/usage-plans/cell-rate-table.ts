// The cell rate table: the shared buckets in DynamoDB, one item each, one conditional write an advance.
import { type AttributeValue, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { microseconds } from './cell-rate.ts';
import {
  type Advance,
  type Advanced,
  type BucketState,
  type CellRates,
  NEVER_WRITTEN,
  type Standing,
} from './shared-bucket.ts';

/** An item of the table, whose partition key is `ApplicationName`. */
interface CellRateItem {
  readonly ApplicationName: string;
  /** Microseconds since the epoch. */
  readonly TheoreticalArrivalTime: number;
  /** Microseconds; below 0 where more was charged. */
  readonly Reserve?: number;
  /**
   * The arrival time that the reserve goes with: another than the item's where a version of the broker that knows no
   * reserves has charged the bucket. Then there is none.
   */
  readonly ReserveAsOf?: number;
  /** Seconds since the epoch: the table's TTL attribute. A bucket is full long before. */
  readonly ExpiresAt: number;
}

/** Longest that an answer is waited for, retries and all: beyond, a lease would be half over. */
const ANSWER_MS = 500;
const KEPT_MS = 3_600_000;

interface Write {
  readonly set: string;
  readonly condition: string;
  /** Beside `:now` and `:cost`. */
  readonly values: Readonly<Record<string, number>>;
}

/** A full bucket counts from now. */
const FROM_NOW = 'TheoreticalArrivalTime = :now + :cost, ReserveAsOf = :now + :cost';
const JUST_FULL = 'TheoreticalArrivalTime > :rested AND TheoreticalArrivalTime <= :now';
const RESERVE_IS_VALID = 'ReserveAsOf = TheoreticalArrivalTime';

const writes: Record<Standing, (advance: Advance) => Write> = {
  rested: ({ now, cost, burst, lag }) => ({
    set: `${FROM_NOW}, Reserve = :left`,
    condition: 'attribute_not_exists(ApplicationName) OR TheoreticalArrivalTime <= :rested',
    values: { ':rested': now - lag, ':left': burst - cost },
  }),
  full: ({ now, cost, burst, lag, known }) => ({
    set: `${FROM_NOW}, Reserve = :latest - TheoreticalArrivalTime`,
    // What is left in reserve is given up for less by nobody, and for more by who knows it.
    condition:
      `${JUST_FULL} AND TheoreticalArrivalTime <= :latest AND ` +
      `(TheoreticalArrivalTime = :known OR NOT (Reserve > :lasting AND ${RESERVE_IS_VALID}))`,
    values: {
      ':rested': now - lag,
      ':latest': latest({ now, cost, burst, lag }),
      ':known': known,
      ':lasting': burst - lag,
    },
  }),
  reserved: ({ now, lag }) => ({
    set: `${FROM_NOW}, Reserve = Reserve - :cost`,
    condition: `${JUST_FULL} AND Reserve >= :cost AND ${RESERVE_IS_VALID}`,
    values: { ':rested': now - lag },
  }),
  filling: (advance) => ({
    // A reserve that does not go with the arrival time must never come to do so.
    set:
      'TheoreticalArrivalTime = TheoreticalArrivalTime + :cost, ' +
      'ReserveAsOf = if_not_exists(ReserveAsOf, :none) + :cost, Reserve = if_not_exists(Reserve, :none) - :cost',
    condition:
      'TheoreticalArrivalTime > :now AND ' +
      `(TheoreticalArrivalTime <= :latest OR (Reserve >= :cost AND ${RESERVE_IS_VALID}))`,
    values: { ':latest': latest(advance), ':none': 0 },
  }),
};

/** The latest arrival time that leaves room for the cost without the reserve. */
function latest({ now, cost, burst, lag }: Pick<Advance, 'now' | 'cost' | 'burst' | 'lag'>): number {
  return now + burst - lag - cost;
}

/** The document client leaves the item of an error as it came. */
function itemOf(attributes: Record<string, AttributeValue>): CellRateItem {
  const numbers = Object.entries(attributes).map(([name, { N }]) => [
    name,
    N === undefined ? undefined : Number(N),
  ]);
  return Object.fromEntries(numbers) as CellRateItem;
}

function stateOf({ TheoreticalArrivalTime, Reserve = 0, ReserveAsOf }: CellRateItem): BucketState {
  const reserve = ReserveAsOf === TheoreticalArrivalTime ? Reserve : 0;
  return { arrivalTime: TheoreticalArrivalTime, reserve };
}

export class CellRateTable implements CellRates {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * A write whose answer was lost, and that the SDK sends again, takes twice or is refused the second time. What
   * it took the first time is lost to the application, and given to nobody.
   */
  async advance(key: string, advance: Advance): Promise<Advanced> {
    const { now, cost, burst, expects } = advance;
    const { set, condition, values } = writes[expects](advance);
    const abortSignal = AbortSignal.timeout(ANSWER_MS);
    const item = { TableName: this.tableName, Key: { ApplicationName: key } };
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          ...item,
          UpdateExpression: `SET ${set}, ExpiresAt = :expiresAt`,
          ConditionExpression: condition,
          ExpressionAttributeValues: {
            ...values,
            ':cost': cost,
            ':now': now,
            ':expiresAt': Math.ceil((now + burst + microseconds(KEPT_MS)) / 1_000_000),
          },
          ReturnValues: 'UPDATED_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
        { abortSignal },
      );
      return { granted: true, ...stateOf(Attributes as CellRateItem) };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (error.Item) return { granted: false, ...stateOf(itemOf(error.Item)) };
    }
    // No item: there is none, or the store is a stand-in that does not tell.
    const { Item } = await this.client.send(new GetCommand({ ...item, ConsistentRead: true }), {
      abortSignal,
    });
    return { granted: false, ...(Item ? stateOf(Item as CellRateItem) : NEVER_WRITTEN) };
  }
}
