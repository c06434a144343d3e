// Shared sessions: a table or a KMS that fails, hangs or refuses fails nobody's request, and costs one of them its time-out.
import { describe, expect, it } from 'vitest';
import { OUTAGE_MS } from '../../../service/shared-sessions/outage.ts';
import { sharedMethodsOf } from '../../support/memory-shared-items.ts';
import { fleet, never, TABLE_MS, useSharedSessions } from '../../support/shared-environments.ts';

useSharedSessions();

const failure = Object.assign(new Error('canary'), { name: 'InternalServerError' });
const rejects = () => Promise.reject(failure);
const broken = (...names: string[]) => {
  fleet.items = {
    ...sharedMethodsOf(fleet.memory),
    ...Object.fromEntries(names.map((name) => [name, rejects])),
  };
};

describe('a table that fails', () => {
  it.each(['find', 'lease', 'complete', 'findKey', 'keepKey'])(
    'at %s has the source asked as if there were none, and is told of',
    async (name) => {
      broken(name);
      const environment = fleet.environment();
      expect(await fleet.numbersOf(fleet.asking(environment))).toEqual([1]);
      expect(fleet.failures).toEqual([failure]);
    },
  );

  it('is left alone for ten seconds, and told of once, whoever asks for what', async () => {
    let asked = 0;
    broken();
    Object.assign(fleet.items, {
      find: () => {
        asked += 1;
        return rejects();
      },
    });
    const environment = fleet.environment();
    const many = Array.from({ length: 5 }, (_, index) => fleet.asking(environment, `tenant ${index}`));
    expect(await fleet.numbersOf(...many)).toEqual([1, 2, 3, 4, 5]);
    const before = asked;
    expect(await fleet.numbersOf(...many)).toEqual([6, 7, 8, 9, 10]);
    expect(asked).toBe(before);
    expect(fleet.failures).toEqual([failure]);

    fleet.time.now += OUTAGE_MS;
    expect((await fleet.numbersOf(...many)).sort()).toEqual([11, 12, 13, 14, 15]);
    // One tries.
    expect(asked).toBe(before + 1);
    expect(fleet.failures).toHaveLength(2);
  });

  it('is used again by all when one has had an answer', async () => {
    broken('find');
    const environment = fleet.environment();
    await fleet.numbersOf(fleet.asking(environment));
    Object.assign(fleet.items, sharedMethodsOf(fleet.memory));
    fleet.time.now += OUTAGE_MS;
    await fleet.numbersOf(fleet.asking(environment));
    expect(await fleet.numbersOf(fleet.asking(environment), fleet.asking(environment))).toEqual([2, 2]);
  });

  it('when a lease is given back changes nothing of what the source said', async () => {
    broken('release');
    const denial = new Error('denied');
    const environment = fleet.environment();
    const [outcome] = await fleet.outcomesOf(
      fleet.asking(environment, 'Yellow', () => Promise.reject(denial)),
    );
    expect(outcome).toEqual({ error: denial });
    expect(fleet.failures).toEqual([failure]);
  });
});

describe('what hangs', () => {
  it.each(['find', 'lease', 'findKey', 'keepKey'])(
    'costs one request its time-out, and no other: %s',
    async (name) => {
      broken();
      Object.assign(fleet.items, { [name]: never });
      const environment = fleet.environment();
      const start = fleet.time.now;
      await fleet.numbersOf(fleet.asking(environment));
      const { lastsUntil } = fleet.issued[0] as (typeof fleet.issued)[0];
      expect(lastsUntil - 3_600_000 - start).toBe(TABLE_MS + fleet.loadMs);
      const second = fleet.time.now;
      await fleet.numbersOf(fleet.asking(environment, 'Blue'));
      expect(fleet.time.now - second).toBe(fleet.loadMs);
      expect(fleet.failures.map(String)).toEqual(['Error: the table of sessions took too long']);
    },
  );

  it('the first time alone, as connections are made, is used again as soon as it has answered', async () => {
    broken();
    let first = true;
    Object.assign(fleet.items, {
      find: async (id: string) => {
        if (first) await fleet.time.sleep(TABLE_MS + 10);
        first = false;
        return fleet.memory.find(id);
      },
    });
    const environment = fleet.environment();
    expect(await fleet.numbersOf(fleet.asking(environment))).toEqual([1]);
    expect(await fleet.numbersOf(fleet.asking(environment, 'Blue'))).toEqual([2]);
    expect(fleet.memory.items.size).toBeGreaterThan(0);
    first = true;
    await fleet.numbersOf(fleet.asking(environment, 'Green'));
    const { size } = fleet.memory.items;
    await fleet.numbersOf(fleet.asking(environment, 'Red'));
    expect(fleet.memory.items.size).toBe(size);
  });

  it('when something is written down keeps the answer for as long, and no longer', async () => {
    broken();
    Object.assign(fleet.items, { complete: never });
    const environment = fleet.environment();
    const answeredAt: number[] = [];
    const asking = fleet.asking(environment);
    await fleet.outcomesOf(async () => {
      await asking();
      answeredAt.push(fleet.time.now);
    });
    const [issued] = fleet.issued;
    expect((answeredAt[0] ?? 0) - ((issued?.lastsUntil ?? 0) - 3_600_000)).toBe(TABLE_MS);
  });

  it('and is KMS, does so too', async () => {
    fleet.kms.client.send = never as never;
    const environment = fleet.environment();
    expect(await fleet.numbersOf(fleet.asking(environment))).toEqual([1]);
    expect(fleet.failures).toHaveLength(1);
  });
});

describe('a source that rejects', () => {
  it.each(['denies', 'fails'])(
    'and %s gives its word to whoever asked alone, and the lease back',
    async (what) => {
      const error = new Error(what);
      const environment = fleet.environment();
      expect(
        await fleet.outcomesOf(fleet.asking(environment, 'Yellow', () => Promise.reject(error))),
      ).toEqual([{ error }]);
      const start = fleet.time.now;
      expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([1]);
      // No lease to wait for: two questions of the table, and the source.
      expect((fleet.issued[0]?.lastsUntil ?? 0) - 3_600_000 - start).toBeLessThan(100);
      expect(fleet.failures).toEqual([]);
    },
  );
});

describe('an environment', () => {
  it('that is initialized has the key of the hour ready, and is none the worse where it has not', async () => {
    const environment = fleet.environment();
    await fleet.outcomesOf(() => environment.prepare());
    expect(fleet.kms.calls).toEqual(['GenerateDataKey 2030-04-01T12']);
    broken('findKey');
    const other = fleet.environment();
    await fleet.outcomesOf(() => other.prepare());
    expect(fleet.failures).toEqual([failure]);
    expect(await fleet.numbersOf(fleet.asking(other))).toEqual([1]);
  });
});
