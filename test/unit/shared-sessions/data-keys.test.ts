// Data keys: one an hour for all environments, by one question of KMS an environment, and two where two make one at once.
import { beforeEach, describe, expect, it } from 'vitest';
import { DataKeys } from '../../../service/shared-sessions/data-keys.ts';
import { type FrozenClock, frozenClock } from '../../support/clock.ts';
import { FakeKms, KEY_ARN } from '../../support/fake-kms.ts';
import { MemorySharedItems } from '../../support/memory-shared-items.ts';

const HOUR = 3_600_000;
const NOON = '2030-04-01T12';

let clock: FrozenClock;
let kms: FakeKms;
let items: MemorySharedItems;
const environment = () => new DataKeys({ kms: kms.client, keyArn: KEY_ARN, items, now: clock.now });

beforeEach(() => {
  clock = frozenClock();
  kms = new FakeKms();
  items = new MemorySharedItems();
});

describe('the key of an hour', () => {
  it('is the same for all, and made by the first', async () => {
    const first = await environment().current();
    const second = await environment().current();
    expect(first).toEqual({ hour: NOON, key: second.key });
    expect(first.key).toHaveLength(32);
    expect(kms.calls).toEqual([`GenerateDataKey ${NOON}`, `Decrypt ${NOON}`]);
  });

  it('is asked for once an environment, however often it is needed', async () => {
    const one = environment();
    await Promise.all([one.current(), one.current(), one.current()]);
    clock.advance(HOUR - 1);
    await one.current();
    await one.of(NOON);
    expect(kms.calls).toEqual([`GenerateDataKey ${NOON}`]);
  });

  it('is the first one’s where several make it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => environment().current()));
    expect(new Set(keys.map(({ key }) => Buffer.from(key).toString('hex'))).size).toBe(1);
    expect(kms.calls.length).toBeLessThanOrEqual(10);
  });

  it('is another an hour later, and the one before is there for what it has sealed, for two hours', async () => {
    const one = environment();
    const { key } = await one.current();
    clock.advance(HOUR);
    expect((await one.current()).key).not.toEqual(key);
    expect(await environment().of(NOON)).toEqual(key);
    clock.advance(HOUR);
    expect(await environment().of(NOON)).toEqual(key);
    clock.advance(HOUR);
    expect(await environment().of(NOON)).toBeUndefined();
    expect(await one.of(NOON)).toBeUndefined();
  });

  it('of an hour that a clock ahead is in already is opened, and of none beyond: KMS is not asked', async () => {
    const calls = kms.calls.length;
    expect(await environment().of('2030-04-01T14')).toBeUndefined();
    expect(await environment().of('nonsense')).toBeUndefined();
    expect(kms.calls).toHaveLength(calls);
    clock.advance(HOUR);
    const { key } = await environment().current();
    clock.advance(-HOUR);
    expect(await environment().of('2030-04-01T13')).toEqual(key);
  });

  it('that was not there when something was to be opened is made when it is needed', async () => {
    const one = environment();
    const [missing, made] = await Promise.all([one.of(NOON), one.current()]);
    expect(missing).toBeUndefined();
    expect(made.key).toHaveLength(32);
  });

  it('is asked for again where that failed', async () => {
    const one = environment();
    const findKey = items.findKey.bind(items);
    items.findKey = () => Promise.reject(new Error('no answer'));
    await expect(one.current()).rejects.toThrow('no answer');
    items.findKey = findKey;
    expect((await one.current()).hour).toBe(NOON);
  });

  it('is not opened in another hour’s place, or another table’s', async () => {
    await environment().current();
    clock.advance(HOUR);
    items.keys.set('2030-04-01T13', items.keys.get(NOON) as Uint8Array);
    await expect(environment().current()).rejects.toThrow();
    clock.advance(-HOUR);
    Object.assign(items, { tableName: 'Another' });
    await expect(environment().current()).rejects.toThrow();
  });

  it('is none where KMS gives another length', async () => {
    const send = kms.client.send as (command: unknown) => Promise<object>;
    Object.assign(kms.client, {
      send: async (command: unknown) => ({ ...(await send(command)), Plaintext: new Uint8Array(16) }),
    });
    await expect(environment().current()).rejects.toThrow('KMS answered without a key of 32 bytes');
  });
});
