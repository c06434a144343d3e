// Rounds: every task in turn, several times over, so that a noisy moment is in all of them or outweighed.
import { setImmediate } from 'node:timers/promises';
import { Bench, hrtimeNow } from 'tinybench';

export interface Task {
  readonly run: () => unknown;
  /** Before every run, and not measured. */
  readonly before?: () => void;
  /** Runs a round: a number where tasks use something up. Default: as many as take `roundMs`. */
  readonly iterations?: number;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly roundMs: number;
}

/** Median microseconds a run, of every task in every round. */
export type Times = Record<string, number[]>;

export async function timeRounds(
  tasks: Readonly<Record<string, Task>>,
  { rounds, roundMs }: RoundOptions,
): Promise<Times> {
  const times: Times = Object.fromEntries(Object.keys(tasks).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { run, before, iterations }] of Object.entries(tasks)) {
      const bench = new Bench({
        now: hrtimeNow,
        time: iterations === undefined ? roundMs : 0,
        iterations: iterations ?? 0,
        warmup: false,
        throws: true,
      });
      bench.add(name, run, {
        // Every run in a turn of the event loop of its own, as requests come: what the last one left to be done
        // (output, traces, timers) is done by then.
        beforeEach: async () => {
          await setImmediate();
          before?.();
        },
      });
      const [task] = await bench.run();
      if (task?.result.state !== 'completed') throw new Error(`${name} was not measured`);
      times[name]?.push(task.result.latency.p50 * 1000);
    }
  }
  return times;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
