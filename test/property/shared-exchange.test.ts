// The shared exchange: one for N environments, under random latencies, arrivals, faults and deaths.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BrokerError } from '../../service/errors.ts';
import type { SharedExchange } from '../../service/identity-context/shared-exchange.ts';
import {
  ExchangeEnvironments,
  LEASE_MS,
  never,
  type Outcome,
  TOKEN,
} from '../support/exchange-environments.ts';
import { refused } from '../support/identity-center.ts';
import { MemoryExchangeTable } from '../support/memory-exchange-table.ts';
import { runs } from '../support/runs.ts';

/** An environment: when it asks, how far all is away from it, and what becomes of it. */
interface Life {
  readonly afterMs: number;
  readonly latencies: readonly number[];
  readonly dies: 'never' | 'before' | 'after' | 'atTable';
  readonly fails: boolean;
}

const livesOf = (dies: fc.Arbitrary<Life['dies']>, fails: fc.Arbitrary<boolean>, slowestMs: number) =>
  fc.array(
    fc.record({
      afterMs: fc.oneof(fc.constant(0), fc.nat({ max: 300 }), fc.nat({ max: 12_000 })),
      latencies: fc.array(fc.nat({ max: slowestMs }), { minLength: 1, maxLength: 6 }),
      dies,
      fails,
    }),
    { minLength: 1, maxLength: 8 },
  );

interface Result {
  readonly outcomes: readonly Outcome[];
  readonly asked: number;
  readonly granted: number;
  /** What nobody answered, of environments that lived. */
  readonly unanswered: number;
}

async function run(lives: readonly Life[]): Promise<Result> {
  const all = new ExchangeEnvironments();
  const items = new MemoryExchangeTable();
  let granted = 0;
  all.center.answer = (call) => {
    const answer = all.center.exchange(call);
    if (answer.statusCode === 200) granted += 1;
    return answer;
  };
  const environmentOf = ({ latencies, dies, fails }: Life): SharedExchange => {
    let travelled = 0;
    const travel = () => all.time.sleep(latencies[travelled++ % latencies.length] as number);
    const far =
      <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        await travel();
        const answer = await ask(...args);
        await travel();
        return answer;
      };
    const table = {
      find: far((...args: Parameters<MemoryExchangeTable['find']>) => items.find(...args)),
      lease: far((...args: Parameters<MemoryExchangeTable['lease']>) => items.lease(...args)),
      complete:
        dies === 'atTable'
          ? never<void>
          : far((...args: Parameters<MemoryExchangeTable['complete']>) => items.complete(...args)),
      refuse: far((...args: Parameters<MemoryExchangeTable['refuse']>) => items.refuse(...args)),
      release: far((...args: Parameters<MemoryExchangeTable['release']>) => items.release(...args)),
      forget: far((...args: Parameters<MemoryExchangeTable['forget']>) => items.forget(...args)),
    };
    if (dies === 'before') return all.environment({ table, exchange: { exchange: never } });
    let failsNow = fails;
    return all.environment({ table }, async (call) => {
      await travel();
      if (failsNow) {
        failsNow = false;
        return refused('server_error', undefined, 500);
      }
      const answer = await all.center.send(call);
      if (dies === 'after') return never();
      await travel();
      return answer;
    });
  };
  const outcomes = await all.outcomesOf(
    ...lives.map((life) => async () => {
      const environment = environmentOf(life);
      await all.time.sleep(life.afterMs);
      return all.asking(environment)();
    }),
  );
  expect(all.failures).toEqual([]);
  const lived = lives.filter(({ dies }) => dies === 'never').length;
  return {
    outcomes,
    asked: all.center.calls.length,
    granted,
    unanswered: Math.max(0, lived - outcomes.length),
  };
}

const codesOf = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => ('error' in outcome ? [(outcome.error as BrokerError).code] : []));

it('where nobody dies, fails or is slow, a token is sent once, and all have its context', async () => {
  // Each of five steps there and back within the lease.
  const lives = livesOf(fc.constant('never'), fc.constant(false), LEASE_MS / 10 - 50);
  await fc.assert(
    fc.asyncProperty(lives, async (course) => {
      const { outcomes, asked } = await run(course);
      expect(outcomes).toEqual(course.map(() => ({ assertion: `context-of-${TOKEN}` })));
      expect(asked).toBe(1);
    }),
    runs(60),
  );
});

it('where environments die before they ask, all others have the context of one exchange, or are told to ask again', async () => {
  const lives = livesOf(fc.constantFrom('never', 'before'), fc.constant(false), 300);
  await fc.assert(
    fc.asyncProperty(lives, async (course) => {
      const { outcomes, asked, unanswered } = await run(course);
      const lived = course.some(({ dies }) => dies === 'never');
      expect(asked).toBeLessThanOrEqual(1);
      expect(unanswered).toBe(0);
      expect(new Set(codesOf(outcomes))).not.toContain('TokenAlreadyExchanged');
      // Several that die in turn outlast who waits for them.
      if (course.filter(({ dies }) => dies === 'before').length < 2) expect(asked).toBe(lived ? 1 : 0);
    }),
    runs(60),
  );
});

it('whatever dies, fails or is slow, no token is granted twice, nobody has another’s context, and all who live are answered', async () => {
  const lives = livesOf(fc.constantFrom('never', 'never', 'before', 'after', 'atTable'), fc.boolean(), 2_000);
  await fc.assert(
    fc.asyncProperty(lives, async (course) => {
      const { outcomes, granted, unanswered } = await run(course);
      expect(granted).toBeLessThanOrEqual(1);
      expect(unanswered).toBe(0);
      for (const outcome of outcomes) {
        if ('assertion' in outcome) expect(outcome.assertion).toBe(`context-of-${TOKEN}`);
        else expect(outcome.error).toBeInstanceOf(BrokerError);
      }
      const known = ['TokenAlreadyExchanged', 'IdentityCenterUnavailable'];
      expect(codesOf(outcomes).filter((code) => !known.includes(code))).toEqual([]);
    }),
    runs(150),
  );
});
