// The shared buckets in a DynamoDB stand-in, and what of DynamoDB's answers the stand-in leaves out.
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { microseconds } from '../../../service/usage-plans/cell-rate.ts';
import { CellRateTable } from '../../../service/usage-plans/cell-rate-table.ts';
import type { Standing } from '../../../service/usage-plans/shared-bucket.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { withoutAbortTimeouts } from '../../support/patience.ts';

const NOW = Date.UTC(2030, 3, 1, 12);
/** Ten a second, and twelve at once: five of them while as much may be out as the rate amounts to in the lag. */
const ask = (admissions: number, expects: Standing, atMs = 0, knownMs = 0) => ({
  now: microseconds(NOW + atMs),
  cost: microseconds(admissions * 100),
  burst: microseconds(1_200),
  lag: microseconds(700),
  known: microseconds(NOW + knownMs),
  expects,
});
/** The theoretical arrival time so many milliseconds after the start. */
const arrival = (ms: number) => microseconds(NOW + ms);
const reserve = (admissions: number) => microseconds(admissions * 100);

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
  it('is rested before it was ever written, and has its whole burst', async () => {
    expect(await buckets.advance('Yellow', ask(12, 'rested'))).toEqual({
      granted: true,
      arrivalTime: arrival(1_200),
      reserve: 0,
    });
    expect(await table.item('Yellow')).toEqual({
      ApplicationName: 'Yellow',
      TheoreticalArrivalTime: arrival(1_200),
      ReserveAsOf: arrival(1_200),
      Reserve: 0,
      ExpiresAt: NOW / 1000 + 2 + 3_600,
    });
  });

  it('is moved on while it is filling, and its reserve is used up', async () => {
    await buckets.advance('Yellow', ask(3, 'rested'));
    const answer = await buckets.advance('Yellow', ask(9, 'filling', 50));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(1_200), reserve: 0 });
  });

  it('counts from now when it is full again, and has in reserve what cannot be out any more', async () => {
    await buckets.advance('Yellow', ask(3, 'rested'));
    const answer = await buckets.advance('Yellow', ask(1, 'full', 900, 300));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(1_000), reserve: reserve(10) });
  });

  it('counts from now, and keeps what is left of its reserve where that is more', async () => {
    await buckets.advance('Yellow', ask(1, 'rested'));
    const answer = await buckets.advance('Yellow', ask(2, 'reserved', 100));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(300), reserve: reserve(9) });
  });

  it('is rested when it was full for as long as anything can be out', async () => {
    await buckets.advance('Yellow', ask(12, 'rested'));
    const answer = await buckets.advance('Yellow', ask(12, 'rested', 1_900));
    expect(answer).toEqual({ granted: true, arrivalTime: arrival(3_100), reserve: 0 });
  });

  it.each([
    ['is filling when it is expected to be full', ask(1, 'full', 299)],
    ['is filling when it is expected to have a reserve', ask(1, 'reserved', 299)],
    ['has no such reserve', ask(10, 'reserved', 300)],
    ['has no room, nor such a reserve', ask(10, 'filling', 299)],
    ['is full when it is expected to be filling', ask(1, 'filling', 300)],
    ['has just become full, and not for as much', ask(6, 'full', 399, 300)],
    ['has more in reserve than the writer knows', ask(1, 'full', 400)],
    ['is full, but not rested', ask(1, 'rested', 999)],
    ['is rested when it is expected to be full', ask(1, 'full', 1_000, 300)],
    ['is rested when it is expected to have a reserve', ask(1, 'reserved', 1_000)],
  ])('grants nothing where it %s, and tells where it stands', async (_, request) => {
    await buckets.advance('Yellow', ask(3, 'rested'));
    const found = { arrivalTime: arrival(300), reserve: reserve(9) };
    expect(await buckets.advance('Yellow', request)).toEqual({ granted: false, ...found });
    expect(await table.item('Yellow')).toMatchObject({ TheoreticalArrivalTime: arrival(300) });
  });

  it.each([
    ['of its reserve', ask(9, 'filling', 299)],
    ['of its reserve when it is full', ask(9, 'reserved', 300)],
    ['of what it has while it is in use', ask(6, 'full', 400, 300)],
  ])('grants to the last admission %s', async (_, request) => {
    await buckets.advance('Yellow', ask(3, 'rested'));
    expect(await buckets.advance('Yellow', request)).toMatchObject({ granted: true });
  });

  it('grants to the last admission while it is filling, though its reserve is overdrawn', async () => {
    await buckets.advance('Yellow', ask(12, 'rested'));
    await buckets.advance('Yellow', ask(3, 'filling', 1_000));
    expect(await buckets.advance('Yellow', ask(1, 'filling', 1_099))).toMatchObject({ granted: false });
    expect(await buckets.advance('Yellow', ask(1, 'filling', 1_100))).toMatchObject({
      granted: true,
      reserve: reserve(-4),
    });
  });

  it('that does not exist is neither full nor filling', async () => {
    const none = { granted: false, arrivalTime: 0, reserve: 0 };
    for (const expects of ['full', 'reserved', 'filling'] as const) {
      expect(await buckets.advance('Yellow', ask(1, expects))).toEqual(none);
    }
  });

  it('is one application’s', async () => {
    await buckets.advance('Yellow', ask(12, 'rested'));
    expect(await buckets.advance('Green', ask(12, 'rested'))).toMatchObject({ granted: true });
  });

  it('rejects with what DynamoDB failed with', async () => {
    table.down = true;
    await expect(buckets.advance('Yellow', ask(1, 'rested'))).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a bucket that a version of the broker charges which knows no reserves', () => {
  /** As that version writes. */
  const charge = (arrivalTime: number) =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { ApplicationName: 'Yellow' },
        UpdateExpression: 'SET TheoreticalArrivalTime = :arrivalTime',
        ExpressionAttributeValues: { ':arrivalTime': arrivalTime },
      }),
    );

  it('has room for what it had room for there, and no reserve', async () => {
    await charge(arrival(300));
    expect(await buckets.advance('Yellow', ask(3, 'filling', 100))).toEqual({
      granted: true,
      arrivalTime: arrival(600),
      reserve: 0,
    });
    expect(await buckets.advance('Yellow', ask(1, 'filling', 100))).toMatchObject({ granted: false });
    expect(await buckets.advance('Yellow', ask(1, 'full', 600))).toMatchObject({
      granted: true,
      reserve: reserve(4),
    });
  });

  it.each([
    ['while it is filling', arrival(200), 'filling', 100],
    ['when it is full', arrival(100), 'reserved', 100],
  ] as const)(
    'loses its reserve %s, and gets it back by no charge of this version',
    async (_, to, expects, at) => {
      await buckets.advance('Yellow', ask(0.5, 'rested'));
      await charge(to);
      const refused = { granted: false, arrivalTime: to, reserve: 0 };
      expect(await buckets.advance('Yellow', ask(7, expects, at))).toEqual(refused);
      await charge(arrival(200));
      expect(await buckets.advance('Yellow', ask(1, 'filling', 100))).toMatchObject({
        granted: true,
        reserve: 0,
      });
      expect(await buckets.advance('Yellow', ask(4, 'filling', 100))).toMatchObject({ granted: false });
    },
  );
});

describe('DynamoDB, which tells the item with the refusal', () => {
  it('is not asked a second time', async () => {
    const client = mockClient(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-1' })));
    client.on(UpdateCommand).rejects(
      new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        Item: {
          ApplicationName: { S: 'Yellow' },
          TheoreticalArrivalTime: { N: String(arrival(300)) },
          ReserveAsOf: { N: String(arrival(300)) },
          Reserve: { N: String(reserve(-2)) },
        },
      }),
    );
    const answer = await new CellRateTable(client as unknown as DynamoDBDocumentClient, 'Table').advance(
      'Yellow',
      ask(1, 'full'),
    );

    expect(answer).toEqual({ granted: false, arrivalTime: arrival(300), reserve: reserve(-2) });
    expect(client.commandCalls(GetCommand)).toHaveLength(0);
    expect(client.commandCalls(UpdateCommand)[0]?.args[0].input).toMatchObject({
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });
});
