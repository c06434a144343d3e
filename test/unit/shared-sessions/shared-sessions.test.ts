// Shared sessions: one call for all environments, what each checks of what it finds, and what whoever dies leaves.
import { describe, expect, it } from 'vitest';
import { itemIdOf } from '../../../service/shared-sessions/sealed-value.ts';
import { fleet, LEASE_MS, never, TABLE_MS, useSharedSessions } from '../../support/shared-environments.ts';

useSharedSessions();

const MINUTE = 60_000;
const ID = itemIdOf('key of Yellow');

describe('a session', () => {
  it('is issued once, however many environments ask at once', async () => {
    const asked = Array.from({ length: 20 }, () => fleet.asking(fleet.environment()));
    expect(await fleet.numbersOf(...asked)).toEqual(Array(20).fill(1));
    expect(fleet.failures).toEqual([]);
  });

  it('is issued once for those who ask later, until a quarter of an hour of it is left, and then once again', async () => {
    await fleet.numbersOf(fleet.asking(fleet.environment()));
    fleet.time.now = (fleet.issued[0]?.lastsUntil ?? 0) - 15 * MINUTE - 1_000;
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([1]);
    fleet.time.now += 1_000;
    const asked = Array.from({ length: 10 }, () => fleet.asking(fleet.environment()));
    expect(await fleet.numbersOf(...asked)).toEqual(Array(10).fill(2));
  });

  it('is another with every key, and never the one of another', async () => {
    const environment = fleet.environment();
    await fleet.numbersOf(fleet.asking(environment), fleet.asking(environment, 'Blue'));
    expect(
      await fleet.outcomesOf(fleet.asking(fleet.environment(), 'Blue'), fleet.asking(fleet.environment())),
    ).toMatchObject([{ of: 'Blue' }, { of: 'Yellow' }]);
    expect(fleet.issued).toHaveLength(2);
  });

  it('is found without one being issued, and not found where there is none', async () => {
    const [missing] = await fleet.outcomesOf(fleet.finding(fleet.environment()));
    expect(missing).toBeUndefined();
    await fleet.numbersOf(fleet.asking(fleet.environment()));
    expect(await fleet.outcomesOf(fleet.finding(fleet.environment()))).toMatchObject([{ number: 1 }]);
    expect(fleet.issued).toHaveLength(1);
  });

  it('that whoever finds it does not take for good is issued anew, and replaced', async () => {
    await fleet.numbersOf(fleet.asking(fleet.environment()));
    const strict = fleet.environment();
    const asked = () =>
      strict.get({ key: 'key of Yellow', isGood: (value) => value.number > 1 }, () => fleet.load('Yellow'));
    expect(await fleet.numbersOf(asked)).toEqual([2]);
    fleet.time.now += 1;
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([2]);
  });
});

describe('what the table holds', () => {
  it('shows nothing of a session, and is under a data key of the hour that KMS has made once', async () => {
    await fleet.numbersOf(...['Yellow', 'Blue'].map((of) => fleet.asking(fleet.environment(), of)));
    const text = [...fleet.memory.items.values()].map(({ sealed }) =>
      Buffer.from(sealed?.bytes ?? []).toString('latin1'),
    );
    expect(text.join()).not.toMatch(/canary|Yellow|Blue/);
    expect([...fleet.memory.items.keys()].join()).not.toMatch(/Yellow|Blue/);
    expect([...fleet.memory.keys.keys()]).toEqual(['2030-04-01T12']);
  });

  it.each(['bytes', 'another’s', 'end', 'hour'])(
    'is no session where its %s were exchanged: one is issued, and put in its place',
    async (what) => {
      await fleet.numbersOf(fleet.asking(fleet.environment()), fleet.asking(fleet.environment(), 'Blue'));
      const [own, other] = [ID, itemIdOf('key of Blue')].map((id) => fleet.memory.items.get(id)?.sealed);
      if (!own || !other) throw new Error('nothing was written');
      fleet.memory.keys.set('2030-04-01T11', fleet.memory.keys.get('2030-04-01T12') as Uint8Array);
      const sealed = {
        bytes: { ...own, bytes: own.bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) },
        'another’s': other,
        end: { ...own, lastsUntil: own.lastsUntil + 1 },
        hour: { ...own, hour: '2030-04-01T13' },
      }[what];
      fleet.memory.items.set(ID, { sealed: sealed as typeof own });
      const [outcome] = await fleet.outcomesOf(fleet.asking(fleet.environment()));
      expect(outcome).toMatchObject({ of: 'Yellow', number: 3 });
      expect(await fleet.outcomesOf(fleet.asking(fleet.environment()))).toMatchObject([{ number: 3 }]);
    },
  );

  it('is told of once in ten seconds where it is not what was written, without what it is', async () => {
    await fleet.numbersOf(fleet.asking(fleet.environment()));
    const sealed = fleet.memory.items.get(ID)?.sealed;
    const environment = fleet.environment();
    for (const _ of [1, 2]) {
      fleet.memory.items.set(ID, { sealed: { ...sealed, bytes: Buffer.from('canary') } as never });
      await fleet.numbersOf(fleet.asking(environment));
    }
    expect(fleet.failures.map(String)).toEqual([
      'Error: what the table holds of a session is not what was written',
    ]);
  });
});

describe('an environment that dies', () => {
  it('with the lease keeps others for a moment, who then ask by themselves', async () => {
    const start = fleet.time.now;
    const others = Array.from({ length: 3 }, () => fleet.asking(fleet.environment()));
    const outcomes = await fleet.outcomesOf(fleet.asking(fleet.environment(), 'Yellow', never), ...others);
    expect(outcomes.slice(1)).toMatchObject([{ of: 'Yellow' }, { of: 'Yellow' }, { of: 'Yellow' }]);
    expect(fleet.issued).toHaveLength(3);
    for (const { lastsUntil } of fleet.issued)
      expect(lastsUntil - 60 * MINUTE - start).toBeLessThanOrEqual(TABLE_MS + fleet.loadMs + 10);
    expect(fleet.failures).toEqual([]);
  });

  it('has no lease any more when its time is over', async () => {
    await fleet.outcomesOf(fleet.asking(fleet.environment(), 'Yellow', never));
    fleet.time.now += LEASE_MS;
    const start = fleet.time.now;
    const asked = Array.from({ length: 5 }, () => fleet.asking(fleet.environment()));
    expect(await fleet.numbersOf(...asked)).toEqual(Array(5).fill(1));
    expect((fleet.issued[0]?.lastsUntil ?? 0) - 60 * MINUTE - start).toBeLessThan(TABLE_MS);
  });

  it('has none either where its clock was an hour ahead', async () => {
    await fleet.outcomesOf(fleet.asking(fleet.environment({}, 60 * MINUTE), 'Yellow', never));
    const start = fleet.time.now;
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([1]);
    expect((fleet.issued[0]?.lastsUntil ?? 0) - 60 * MINUTE - start).toBeLessThan(100);
  });

  it('after it was answered leaves nothing wrong, and what it writes late does not take the place of what is newer', async () => {
    let thaw = (): void => undefined;
    const frozen = async () => {
      const value = await fleet.load('Yellow');
      await new Promise<void>((resolve) => {
        thaw = resolve;
      });
      return value;
    };
    const first = fleet.outcomesOf(fleet.asking(fleet.environment(), 'Yellow', frozen));
    await first;
    fleet.time.now += 60 * MINUTE;
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([2]);
    thaw();
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([2]);
  });
});

describe('a slow source', () => {
  it('keeps nobody for longer than the table may take, and the newest answer stays', async () => {
    fleet.loadMs = 1_000;
    const asked = [1, 2].map(() => fleet.asking(fleet.environment()));
    expect(await fleet.numbersOf(...asked)).toEqual([1, 2]);
    expect(await fleet.numbersOf(fleet.asking(fleet.environment()))).toEqual([2]);
    expect(fleet.failures).toEqual([]);
  });
});
