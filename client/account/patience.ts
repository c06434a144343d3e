// Patience: asking again until an eventually consistent service has caught up.
import { setTimeout as delay } from 'node:timers/promises';

const INTERVAL_MS = 2_000;

export interface Patience {
  /** How long to go on asking; with 0, once. */
  readonly patienceMs: number;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `attempt` until it resolves, or until `patienceMs` have passed; then rejects with its last error.
 * Rejects with the signal's reason when that aborts while it waits.
 */
export async function patiently<T>({ patienceMs, signal }: Patience, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (Date.now() + INTERVAL_MS > deadline) throw error;
      await delay(INTERVAL_MS, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}
