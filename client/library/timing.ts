// Time as the library knows it. Tests bring their own.
import { setTimeout as sleep } from 'node:timers/promises';

export interface Timing {
  /** Milliseconds since the epoch, by this machine's clock. */
  now(): number;
  /** Milliseconds that only ever grow: what budgets are measured with. */
  elapsed(): number;
  sleep(ms: number): Promise<unknown>;
  /** At least 0, below 1. */
  random(): number;
}

export const systemTiming: Timing = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms) => sleep(ms),
  random: () => Math.random(),
};
