// Properties of the cache under random interleavings: one load a key, bounds kept, nothing served that was forgotten or is old.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cache } from '../../service/cache.ts';
import { BrokerError } from '../../service/errors.ts';
import { frozenClock } from '../support/clock.ts';
import { runs } from '../support/runs.ts';

const MAX = 2;
const FRESH_MS = 10;
const USABLE_MS = 30;
const REFUSED_MS = 5;
const RETRY_MS = 3;

const key = fc.constantFrom('a', 'b', 'c');
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('get' as const), key, ends: ends() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refresh' as const), key, ends: ends() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('settle' as const) }) },
);

function ends() {
  return fc.constantFrom('value' as const, 'value' as const, 'failure' as const, 'denial' as const);
}

interface Loaded {
  readonly key: string;
  /** Place of the load's start in the order of events. */
  readonly startedAs: number;
  readonly askedAt: number;
}

describe('the cache', () => {
  it('holds its promises under any interleaving of gets, refreshes, forgets and time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 30 }), async (scheduler, steps) => {
        const clock = frozenClock();
        const cache = new Cache<Loaded>(
          {
            max: MAX,
            freshUntil: (_, askedAt) => askedAt + FRESH_MS,
            usableUntil: (_, askedAt) => askedAt + USABLE_MS,
            refusedMs: REFUSED_MS,
            maxRefused: MAX,
            retryMs: RETRY_MS,
          },
          clock.now,
        );
        let events = 0;
        const forgotten = new Map<string, number>();
        /** Loads of a key under way that no forget has cut off. */
        const underWay = new Map<string, Set<number>>();
        /** When a load of a key last failed: a stale value then stands in for a while. */
        const failed = new Map<string, number>();
        const asked: Promise<void>[] = [];

        const load = (name: string, end: 'value' | 'failure' | 'denial') => async (): Promise<Loaded> => {
          const startedAs = ++events;
          const askedAt = clock.now();
          const others = underWay.get(name) ?? new Set();
          expect(others.size).toBe(0);
          underWay.set(name, others.add(startedAs));
          await scheduler.schedule(Promise.resolve(), `load ${name}`);
          underWay.get(name)?.delete(startedAs);
          if (end === 'value') return { key: name, startedAs, askedAt };
          if (end === 'failure') failed.set(name, clock.now());
          throw new BrokerError(end === 'denial' ? 'ApplicationNotFound' : 'StsUnavailable', name);
        };

        for (const one of steps) {
          if (one.do === 'advance') {
            await settled();
            clock.advance(one.ms);
          } else if (one.do === 'settle') {
            if (scheduler.count() > 0) await scheduler.waitOne();
            await settled();
          } else if (one.do === 'forget') {
            cache.forget(one.key);
            forgotten.set(one.key, ++events);
            underWay.delete(one.key);
          } else {
            const begunAt = clock.now();
            const forgottenAs = forgotten.get(one.key) ?? 0;
            const answer = cache[one.do](one.key, load(one.key, one.ends));
            asked.push(
              answer.then(
                (value) => {
                  expect(value.key).toBe(one.key);
                  expect(value.startedAs).toBeGreaterThan(forgottenAs);
                  if (value.askedAt >= begunAt) return;
                  const standsIn = clock.now() < (failed.get(one.key) ?? 0) + RETRY_MS;
                  const age = clock.now() - value.askedAt;
                  expect(age).toBeLessThan(standsIn ? USABLE_MS : FRESH_MS);
                },
                (error) => expect(error).toMatchObject({ name: 'BrokerError', message: one.key }),
              ),
            );
          }
          expect(cache.size).toBeLessThanOrEqual(MAX);
        }
        // What was overtaken by time is asked for once more.
        for (await settled(); scheduler.count() > 0; await settled()) await scheduler.waitOne();
        await Promise.all(asked);
        expect(['a', 'b', 'c'].filter((name) => cache.isLoading(name))).toEqual([]);
        expect(cache.size).toBeLessThanOrEqual(MAX);
      }),
      runs(1_000),
    );
  });
});

/** After every promise that can settle by itself has. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
