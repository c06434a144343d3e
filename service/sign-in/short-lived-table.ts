// The table of short-lived state: items that are written once, taken once and forgotten, and DynamoDB's failures as the portal's.
import { createHash, randomUUID } from 'node:crypto';
import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../clock.ts';
import { SignInError } from './sign-in-error.ts';

type Fields = Readonly<Record<string, string | number | boolean>>;

/** Every method throws SignInError StateUnavailable when DynamoDB fails: nobody is signed in then. */
export class ShortLivedTable {
  /** @param tableName of a table with the partition key `Key`, whose TTL attribute is `ExpiresAt` */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly now: Clock,
  ) {}

  /**
   * Writes an item, unless there is one already that has not expired. DynamoDB deletes what has expired some days later.
   *
   * @param secret of which the key holds the hash
   * @param until milliseconds since the epoch
   * @returns false where there is one
   */
  async add(kind: string, secret: string, until: number, fields: Fields = {}): Promise<boolean> {
    const Key = keyOf(kind, secret);
    const WriteId = randomUUID();
    const command = new PutCommand({
      TableName: this.tableName,
      Item: { ...fields, Key, WriteId, ExpiresAt: Math.ceil(until / 1000) },
      ConditionExpression: 'attribute_not_exists(#key) OR ExpiresAt <= :now',
      ExpressionAttributeNames: { '#key': 'Key' },
      ExpressionAttributeValues: { ':now': Math.floor(this.now() / 1000) },
    });
    if (await carriedOut(() => this.client.send(command))) return true;
    // A write that was carried out although its answer was lost fails its own condition the second time.
    const { Item } = await answered(() =>
      this.client.send(new GetCommand({ TableName: this.tableName, Key: { Key }, ConsistentRead: true })),
    );
    return Item?.['WriteId'] === WriteId;
  }

  /** The item, once, and not after its end. Where the answer of the delete was lost, it is gone. */
  async take(kind: string, secret: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const command = new DeleteCommand({
      TableName: this.tableName,
      Key: { Key: keyOf(kind, secret) },
      ConditionExpression: 'attribute_exists(#key) AND ExpiresAt > :now',
      ExpressionAttributeNames: { '#key': 'Key' },
      ExpressionAttributeValues: { ':now': Math.floor(this.now() / 1000) },
      ReturnValues: 'ALL_OLD',
    });
    let taken: Readonly<Record<string, unknown>> | undefined;
    const isTaken = await carriedOut(async () => {
      taken = (await this.client.send(command)).Attributes;
    });
    return isTaken ? taken : undefined;
  }
}

function keyOf(kind: string, secret: string): string {
  return `${kind}#${createHash('sha256').update(secret).digest('base64url')}`;
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

async function answered<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(cause: unknown): SignInError {
  return new SignInError('StateUnavailable', 'the portal’s table of sign-ins cannot be read or written', {
    cause,
  });
}
