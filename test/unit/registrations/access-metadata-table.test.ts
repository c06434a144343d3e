// The table of registrations: what DynamoDB leaves unread, why it cancels a transaction, and what is made of either.
import { DynamoDBClient, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { AccessMetadata } from '../../../service/registrations/access-metadata.ts';
import { AccessMetadataTable, type Change } from '../../../service/registrations/access-metadata-table.ts';
import { probing } from '../../support/access-metadata.ts';
import { callerNamed } from '../../support/callers.ts';
import { frozenClock } from '../../support/clock.ts';
import { registrationWith } from '../../support/registrations.ts';

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' }));
const dynamoDb = mockClient(documents);
const table = new AccessMetadataTable(documents, 'AccessMetadata');
const unavailable = { code: 'AccessMetadataUnavailable', statusCode: 503 };

beforeEach(() => dynamoDb.reset());

/** The answer to a transaction that was cancelled, with the code of each action. */
function canceled(...codes: string[]): TransactionCanceledException {
  return new TransactionCanceledException({
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
}

describe('several items', () => {
  const item = (ApplicationName: string) => ({ ApplicationName });
  const leaving = (...keys: string[]) => ({
    AccessMetadata: { Keys: keys.map(item), ConsistentRead: true },
  });

  it('are read at once, and consistently', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolves({ Responses: { AccessMetadata: [item('B')] }, UnprocessedKeys: {} });

    expect(await table.getAll('A', 'B')).toEqual(new Map([['B', item('B')]]));
    expect(dynamoDb.commandCalls(BatchGetCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { RequestItems: leaving('A', 'B') },
    ]);
  });

  it('that DynamoDB leaves for later are asked for again', async () => {
    dynamoDb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { AccessMetadata: [item('A')] }, UnprocessedKeys: leaving('B') })
      .resolvesOnce({ Responses: {}, UnprocessedKeys: leaving('B') })
      .resolvesOnce({ Responses: { AccessMetadata: [item('B')] } });

    expect([...(await table.getAll('A', 'B')).keys()]).toEqual(['A', 'B']);
    expect(dynamoDb.commandCalls(BatchGetCommand)[2]?.args[0].input).toEqual({ RequestItems: leaving('B') });
  });

  it('are not taken for absent where DynamoDB leaves them for good', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: {}, UnprocessedKeys: leaving('B') });
    await expect(table.getAll('A', 'B')).rejects.toMatchObject(unavailable);
  });
});

describe('a transaction', () => {
  const put: Change = { put: { ApplicationName: 'A' }, condition: { expression: 'attribute_exists(B)' } };
  const remove: Change = { remove: 'C', condition: { expression: 'Version = :v', values: { ':v': '1' } } };

  it('has a token, with which the SDK sends it again', async () => {
    dynamoDb.on(TransactWriteCommand).resolves({});

    expect(await table.write([put, remove], 'token')).toBeUndefined();
    expect(dynamoDb.commandCalls(TransactWriteCommand)[0]?.args[0].input).toEqual({
      ClientRequestToken: 'token',
      TransactItems: [
        {
          Put: {
            TableName: 'AccessMetadata',
            Item: { ApplicationName: 'A' },
            ConditionExpression: 'attribute_exists(B)',
          },
        },
        {
          Delete: {
            TableName: 'AccessMetadata',
            Key: { ApplicationName: 'C' },
            ConditionExpression: 'Version = :v',
            ExpressionAttributeValues: { ':v': '1' },
          },
        },
      ],
    });
  });

  it.each<[string[], Change[]]>([
    [['ConditionalCheckFailed', 'None'], [put]],
    [['None', 'ConditionalCheckFailed'], [remove]],
    [['ConditionalCheckFailed', 'TransactionConflict'], [put]],
    [['TransactionConflict', 'None'], []],
  ])('that is cancelled for %j tells which conditions do not hold', async (codes, unmet) => {
    dynamoDb.on(TransactWriteCommand).rejects(canceled(...codes));
    expect(await table.write([put, remove], 'token')).toEqual(unmet);
  });

  it.each([
    [['ThrottlingError', 'None']],
    [['ConditionalCheckFailed', 'ProvisionedThroughputExceeded']],
    [['ValidationError', 'None']],
  ])('that is cancelled for %j is a failure', async (codes) => {
    dynamoDb.on(TransactWriteCommand).rejects(canceled(...codes));
    await expect(table.write([put, remove], 'token')).rejects.toMatchObject(unavailable);
  });

  it('of which nobody says why it was cancelled is a failure', async () => {
    dynamoDb
      .on(TransactWriteCommand)
      .rejects(new TransactionCanceledException({ message: 'cancelled', $metadata: {} }));
    await expect(table.write([put], 'token')).rejects.toMatchObject(unavailable);
  });
});

describe('a registration that conflicts with another transaction', () => {
  const metadata = () => new AccessMetadata(documents, 'AccessMetadata', frozenClock().now);
  const register = (recorded: unknown[] = []) =>
    metadata().register(callerNamed('App'), registrationWith(), probing(), (write) => recorded.push(write));

  it('is decided anew, and sent as another', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: {} });
    dynamoDb.on(TransactWriteCommand).rejectsOnce(canceled('TransactionConflict', 'None')).resolves({});
    const recorded: unknown[] = [];

    const { stored, created } = await register(recorded);
    const tokens = dynamoDb
      .commandCalls(TransactWriteCommand)
      .map(({ args: [{ input }] }) => input.ClientRequestToken);
    expect(created).toBe(true);
    expect(new Set(tokens).size).toBe(2);
    expect(tokens[1]).toBe(stored.version);
    expect(recorded).toEqual([
      { after: { ...stored, version: tokens[0] }, takenFrom: undefined },
      undefined,
      { after: stored, takenFrom: undefined },
    ]);
  });

  it('again and again is a failure, and nothing of it is in the record', async () => {
    dynamoDb.on(BatchGetCommand).resolves({ Responses: {} });
    dynamoDb.on(TransactWriteCommand).rejects(canceled('TransactionConflict', 'TransactionConflict'));
    const recorded: unknown[] = [];

    await expect(register(recorded)).rejects.toMatchObject(unavailable);
    expect(dynamoDb.commandCalls(TransactWriteCommand)).toHaveLength(3);
    expect(recorded.at(-1)).toBeUndefined();
  });
});
