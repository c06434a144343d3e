// The shared buckets in a DynamoDB stand-in, and what of DynamoDB's answers the stand-in leaves out.
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CellRate, microseconds } from '../../../service/usage-plans/cell-rate.ts';
import { CellRateTable } from '../../../service/usage-plans/cell-rate-table.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { withoutAbortTimeouts } from '../../support/patience.ts';

const NOW = Date.UTC(2030, 3, 1, 12);
const rate = new CellRate(10, 5);
const ask = (admissions: number, expects: 'full' | 'filling', atMs = 0) => ({
  now: microseconds(NOW + atMs),
  cost: rate.cost(admissions),
  burst: rate.burst,
  expects,
});
/** The theoretical arrival time so many milliseconds after the start. */
const arrival = (ms: number) => microseconds(NOW + ms);

let table: DynamoDbTable;
let buckets: CellRateTable;
beforeAll(async () => {
  withoutAbortTimeouts();
  table = await DynamoDbTable.start();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await table.stop();
});
beforeEach(async () => {
  await table.reset();
  buckets = new CellRateTable(table.client, table.name);
});

describe('a bucket in the table', () => {
  it('is full before it was ever written', async () => {
    expect(await buckets.advance('Yellow', ask(3, 'full'))).toEqual({
      granted: true,
      arrivalTime: arrival(300),
    });
    expect(await table.item('Yellow')).toEqual({
      ApplicationName: 'Yellow',
      TheoreticalArrivalTime: arrival(300),
      ExpiresAt: NOW / 1000 + 1 + 3_600,
    });
  });

  it('is moved on while it is filling', async () => {
    await buckets.advance('Yellow', ask(3, 'full'));
    const answer = await buckets.advance('Yellow', ask(2, 'filling', 50));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(500) });
  });

  it('counts from now when it is full again', async () => {
    await buckets.advance('Yellow', ask(3, 'full'));
    const answer = await buckets.advance('Yellow', ask(1, 'full', 300));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(400) });
  });

  it.each([
    ['has no room', ask(3, 'filling', 99)],
    ['is filling when it is expected to be full', ask(1, 'full', 299)],
    ['is full when it is expected to be filling', ask(1, 'filling', 300)],
  ])('grants nothing where it %s, and tells where it stands', async (_, request) => {
    await buckets.advance('Yellow', ask(3, 'full'));
    expect(await buckets.advance('Yellow', request)).toEqual({ granted: false, arrivalTime: arrival(300) });
    expect(await table.item('Yellow')).toMatchObject({ TheoreticalArrivalTime: arrival(300) });
  });

  it('grants to the last admission', async () => {
    await buckets.advance('Yellow', ask(3, 'full'));
    expect(await buckets.advance('Yellow', ask(3, 'filling', 100))).toMatchObject({ granted: true });
  });

  it('that does not exist is not filling', async () => {
    expect(await buckets.advance('Yellow', ask(1, 'filling'))).toEqual({ granted: false, arrivalTime: 0 });
  });

  it('is one application’s', async () => {
    await buckets.advance('Yellow', ask(5, 'full'));
    expect(await buckets.advance('Green', ask(5, 'full'))).toMatchObject({ granted: true });
  });

  it('rejects with what DynamoDB failed with', async () => {
    table.down = true;
    await expect(buckets.advance('Yellow', ask(1, 'full'))).rejects.toThrow('ECONNREFUSED');
  });
});

describe('DynamoDB, which tells the item with the refusal', () => {
  it('is not asked a second time', async () => {
    const client = mockClient(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })));
    client.on(UpdateCommand).rejects(
      new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        Item: { TheoreticalArrivalTime: { N: String(arrival(300)) } },
      }),
    );
    const answer = await new CellRateTable(client as unknown as DynamoDBDocumentClient, 'Table').advance(
      'Yellow',
      ask(1, 'full'),
    );

    expect(answer).toEqual({ granted: false, arrivalTime: arrival(300) });
    expect(client.commandCalls(GetCommand)).toHaveLength(0);
    expect(client.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });
});
