// The table of exchanges, in a DynamoDB stand-in and in memory alike: who holds a lease, and what of an exchange counts.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ExchangeTable, type Lease } from '../../../service/identity-context/exchange-table.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { MemoryExchangeTable } from '../../support/memory-exchange-table.ts';
import { withoutAbortTimeouts } from '../../support/patience.ts';

const NOW = Date.UTC(2030, 3, 1, 12);
const ID = 'exchange-1';
const EXPIRES_AT = NOW / 1_000 + 90_000;
const SEALED = Uint8Array.of(1, 2, 3);
const REFUSAL = { code: 'TokenAlreadyExchanged', message: 'why' } as const;

const leaseOf = (holder: string, atMs = 0): Lease => ({
  holder,
  now: NOW + atMs,
  leaseUntil: NOW + atMs + 4_500,
  expiresAt: EXPIRES_AT,
});
const first = leaseOf('first');
/** A moment after the first one's lease is over. */
const second = leaseOf('second', 4_501);

let dynamoDb: DynamoDbTable;
beforeAll(async () => {
  withoutAbortTimeouts();
  dynamoDb = await DynamoDbTable.start('IdentityContexts', 'ExchangeId');
});
afterAll(async () => {
  vi.restoreAllMocks();
  await dynamoDb.stop();
});

const tables: [string, () => Pick<ExchangeTable, keyof ExchangeTable>][] = [
  ['in DynamoDB', () => new ExchangeTable(dynamoDb.client, dynamoDb.name)],
  ['in memory', () => new MemoryExchangeTable()],
];

describe.each(tables)('the table %s', (_, open) => {
  let table: Pick<ExchangeTable, keyof ExchangeTable>;
  beforeEach(async () => {
    await dynamoDb.reset();
    table = open();
  });

  it('knows nothing of an exchange that nobody began', async () => {
    expect(await table.find(ID)).toBeUndefined();
  });

  it('leases an exchange to one until its lease is over', async () => {
    expect(await table.lease(ID, first)).toBe(true);
    expect(await table.find(ID)).toEqual({ leaseUntil: first.leaseUntil });
    expect(await table.lease(ID, leaseOf('second'))).toBe(false);
    expect(await table.lease(ID, leaseOf('second', 4_500))).toBe(false);
    expect(await table.lease('exchange-2', leaseOf('second'))).toBe(true);

    expect(await table.lease(ID, second)).toBe(true);
    expect(await table.find(ID)).toEqual({ leaseUntil: second.leaseUntil });
  });

  it('leases it again to who has it: the answer may have been lost', async () => {
    await table.lease(ID, first);
    expect(await table.lease(ID, first)).toBe(true);
  });

  it('leases to nobody what has an outcome', async () => {
    await table.lease(ID, first);
    await table.complete(ID, SEALED, first);
    await table.lease('exchange-2', first);
    await table.refuse('exchange-2', REFUSAL, first);
    for (const id of [ID, 'exchange-2']) {
      expect(await table.lease(id, second)).toBe(false);
      expect(await table.lease(id, first)).toBe(false);
    }
  });

  it('keeps what came of it', async () => {
    await table.lease(ID, first);
    await table.complete(ID, SEALED, first);
    expect((await table.find(ID))?.sealed).toEqual(SEALED);
    await table.lease('exchange-2', first);
    await table.refuse('exchange-2', REFUSAL, first);
    expect((await table.find('exchange-2'))?.refusal).toEqual(REFUSAL);
  });

  it('lets the next one try at once where it is released, and knows that it was begun', async () => {
    await table.lease(ID, first);
    await table.release(ID, first);
    expect(await table.find(ID)).toEqual({ leaseUntil: 0 });
    expect(await table.lease(ID, leaseOf('second'))).toBe(true);
  });

  it('knows nothing of it where it is forgotten', async () => {
    await table.lease(ID, first);
    await table.forget(ID, first);
    expect(await table.find(ID)).toBeUndefined();
  });

  it.each<[string, (lease: Lease) => Promise<void>]>([
    ['release', (lease) => table.release(ID, lease)],
    ['refuse', (lease) => table.refuse(ID, REFUSAL, lease)],
    ['forget', (lease) => table.forget(ID, lease)],
  ])('does not let who holds it no longer %s it', async (__, write) => {
    await table.lease(ID, first);
    await table.lease(ID, second);
    await write(first);
    expect(await table.find(ID)).toEqual({ leaseUntil: second.leaseUntil });

    await table.complete(ID, SEALED, second);
    await write(second);
    expect(await table.find(ID)).toEqual({ leaseUntil: second.leaseUntil, sealed: SEALED });

    await table.forget('exchange-2', first);
    await table.release('exchange-2', first);
    await table.refuse('exchange-2', REFUSAL, first);
    expect(await table.find('exchange-2')).toBeUndefined();
  });

  it('counts what succeeded, whoever has been refused, or has forgotten it, since', async () => {
    await table.lease(ID, first);
    await table.lease(ID, second);
    await table.refuse(ID, REFUSAL, second);
    await table.complete(ID, SEALED, first);
    expect(await table.find(ID)).toEqual({ leaseUntil: first.leaseUntil, sealed: SEALED });

    await table.lease('exchange-2', first);
    await table.forget('exchange-2', first);
    await table.complete('exchange-2', SEALED, first);
    expect((await table.find('exchange-2'))?.sealed).toEqual(SEALED);
  });
});

describe('an item', () => {
  beforeEach(() => dynamoDb.reset());
  const table = () => new ExchangeTable(dynamoDb.client, dynamoDb.name);

  it('is one that DynamoDB may delete after a day, however it came about', async () => {
    const id = 'exchange-2';
    await table().lease(ID, first);
    await table().complete(id, SEALED, first);
    expect(await dynamoDb.item(ID)).toEqual({
      ExchangeId: ID,
      LeaseHolder: 'first',
      LeaseUntil: first.leaseUntil,
      ExpiresAt: EXPIRES_AT,
    });
    expect(await dynamoDb.item(id)).toEqual({
      ExchangeId: id,
      LeaseHolder: 'first',
      LeaseUntil: first.leaseUntil,
      ExpiresAt: EXPIRES_AT,
      Sealed: SEALED,
    });
  });

  it('is the holder’s whose answer is lost on the way, and whom the SDK lets ask once more', async () => {
    dynamoDb.failNext('lost');
    expect(await table().lease(ID, first)).toBe(true);
    expect(dynamoDb.requests).toBe(2);
  });

  it('fails as the table does', async () => {
    dynamoDb.down = true;
    for (const ask of [
      () => table().find(ID),
      () => table().lease(ID, first),
      () => table().complete(ID, SEALED, first),
      () => table().refuse(ID, REFUSAL, first),
      () => table().release(ID, first),
      () => table().forget(ID, first),
    ]) {
      await expect(ask()).rejects.toThrow('ECONNREFUSED');
    }
  });
});
