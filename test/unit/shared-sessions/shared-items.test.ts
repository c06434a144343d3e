// The table of what is shared: its conditional writes, in DynamoDB and in the stand-in that other tests use.
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SharedItems } from '../../../service/shared-sessions/shared-items.ts';
import { DynamoDbTable } from '../../support/dynamodb-table.ts';
import { MemorySharedItems } from '../../support/memory-shared-items.ts';
import { withoutAbortTimeouts } from '../../support/patience.ts';

let dynamoDb: DynamoDbTable;
beforeAll(async () => {
  withoutAbortTimeouts();
  dynamoDb = await DynamoDbTable.start('SharedSessions', 'Id');
});
beforeEach(() => dynamoDb.reset());
afterAll(async () => {
  vi.restoreAllMocks();
  await dynamoDb.stop();
});

const NOW = 1_900_000_000_000;
const leaseOf = (holder: string, now = NOW) => ({ holder, now, leaseUntil: now + 2_000 });
const sealedUntil = (lastsUntil: number, byte = 1) => ({
  bytes: new Uint8Array([byte]),
  hour: '2030-04-01T12',
  lastsUntil,
});
const mine = leaseOf('mine');
const yours = leaseOf('yours');

describe.each([
  ['DynamoDB', () => new SharedItems(dynamoDb.client, dynamoDb.name)],
  ['the stand-in', () => new MemorySharedItems()],
] as const)('an item in %s', (_, open) => {
  let items: Pick<SharedItems, keyof SharedItems>;
  beforeEach(() => {
    items = open();
  });

  it('is none where nobody has written it', async () => {
    expect(await items.find('x')).toBeUndefined();
  });

  it('is leased to one, who may have it again, and to nobody else until that is over', async () => {
    expect(await items.lease('x', undefined, mine)).toBe(true);
    expect(await items.lease('x', undefined, mine)).toBe(true);
    expect(await items.lease('x', undefined, yours)).toBe(false);
    expect(await items.find('x')).toEqual({ leaseUntil: NOW + 2_000, seen: undefined });
    expect(await items.lease('x', undefined, leaseOf('yours', NOW + 2_000))).toBe(false);
    expect(await items.lease('x', undefined, leaseOf('yours', NOW + 2_001))).toBe(true);
  });

  it('is leased where a lease is there that nobody could have taken', async () => {
    expect(await items.lease('x', undefined, leaseOf('ahead', NOW + 60 * 60_000))).toBe(true);
    expect(await items.lease('x', undefined, mine)).toBe(true);
  });

  it('is leased on what was seen of it alone', async () => {
    await items.complete('x', sealedUntil(NOW), mine);
    expect(await items.lease('x', undefined, yours)).toBe(false);
    expect(await items.lease('x', NOW + 1, yours)).toBe(false);
    expect(await items.lease('x', NOW, yours)).toBe(true);
    expect(await items.find('x')).toEqual({
      leaseUntil: NOW + 2_000,
      seen: NOW,
      sealed: sealedUntil(NOW),
    });
  });

  it('is completed by whoever has the lease, which is over then', async () => {
    await items.lease('x', undefined, mine);
    await items.complete('x', sealedUntil(NOW), mine);
    expect(await items.find('x')).toEqual({ leaseUntil: 0, seen: NOW, sealed: sealedUntil(NOW) });
  });

  it('is completed by another only with what lasts longer', async () => {
    await items.complete('x', sealedUntil(NOW, 1), mine);
    await items.complete('x', sealedUntil(NOW, 2), yours);
    await items.complete('x', sealedUntil(NOW - 1, 3), yours);
    expect((await items.find('x'))?.sealed).toEqual(sealedUntil(NOW, 1));
    await items.complete('x', sealedUntil(NOW + 1, 4), yours);
    expect((await items.find('x'))?.sealed).toEqual(sealedUntil(NOW + 1, 4));
  });

  it('is released by whoever has the lease, with what it held before', async () => {
    await items.complete('x', sealedUntil(NOW), mine);
    await items.lease('x', NOW, mine);
    await items.release('x', yours);
    expect((await items.find('x'))?.leaseUntil).toBe(NOW + 2_000);
    await items.release('x', mine);
    expect(await items.find('x')).toEqual({ leaseUntil: 0, seen: NOW, sealed: sealedUntil(NOW) });
    await items.release('nothing', mine);
    expect(await items.find('nothing')).toBeUndefined();
  });

  it('of a data key keeps the first', async () => {
    expect(await items.findKey('2030-04-01T12')).toBeUndefined();
    const [first, second] = [new Uint8Array([1]), new Uint8Array([2])];
    expect(await items.keepKey('2030-04-01T12', first, NOW)).toEqual(first);
    expect(await items.keepKey('2030-04-01T12', second, NOW)).toEqual(first);
    expect(await items.findKey('2030-04-01T12')).toEqual(first);
  });
});

describe('an item of DynamoDB', () => {
  const items = () => new SharedItems(dynamoDb.client, dynamoDb.name);

  it('is forgotten when it is over, in whole seconds', async () => {
    await items().lease('leased', undefined, mine);
    await items().complete('sealed', sealedUntil(NOW + 1), mine);
    await items().keepKey('2030-04-01T12', new Uint8Array([1]), NOW);
    const over = (await dynamoDb.items()).map(({ Id, ExpiresAt }) => [Id, ExpiresAt]).sort();
    expect(over).toEqual([
      ['key#2030-04-01T12', NOW / 1_000],
      ['leased', NOW / 1_000 + 62],
      ['sealed', NOW / 1_000 + 1],
    ]);
  });

  it.each([
    ['a lease', { LeaseUntil: 'never' }],
    ['an end', { LastsUntil: 'never', Sealed: new Uint8Array([1]), SealedUnder: '2030-04-01T12' }],
    ['bytes', { LastsUntil: NOW, Sealed: 'text', SealedUnder: '2030-04-01T12' }],
    ['an hour', { LastsUntil: NOW, Sealed: new Uint8Array([1]), SealedUnder: 12 }],
  ])(
    'whose %s nobody has written holds nothing, and is leased and written all the same',
    async (_, wrong) => {
      await dynamoDb.put({ Id: 'x', ...wrong } as never);
      const found = await items().find('x');
      expect(found?.sealed).toBeUndefined();
      expect(await items().lease('x', found?.seen, mine)).toBe(true);
      await items().complete('x', sealedUntil(NOW), mine);
      expect((await items().find('x'))?.sealed).toEqual(sealedUntil(NOW));
    },
  );

  it('rejects with what the table says', async () => {
    dynamoDb.down = true;
    await expect(items().find('x')).rejects.toThrow('ECONNREFUSED');
    await expect(items().lease('x', undefined, mine)).rejects.toThrow('ECONNREFUSED');
    dynamoDb.down = false;
  });
});
