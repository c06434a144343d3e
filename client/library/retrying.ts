// Asking again: after what the broker says, or longer every time, and never beyond a budget.
import { SessionBrokerError } from './errors.ts';
import type { Timing } from './timing.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** An attempt that has less time would only hide what the one before it was told. */
const LEAST_ATTEMPT_MS = 1_000;

/**
 * Repeats what fails for the moment. A denial is never repeated, nor is a wait begun that the budget does not hold.
 * @param attempt is told how many milliseconds are left
 */
export async function retried<T>(
  attempt: (leftMs: number) => Promise<T>,
  budgetMs: number,
  timing: Timing,
): Promise<T> {
  const startedAt = timing.elapsed();
  const leftMs = () => budgetMs - (timing.elapsed() - startedAt);
  for (let waits = 0; ; waits += 1) {
    try {
      return await attempt(leftMs());
    } catch (error) {
      if (!(error instanceof SessionBrokerError && error.isRetryable)) throw error;
      const waitMs = waitBefore(waits, error.retryAfterSeconds, timing.random());
      if (waitMs + LEAST_ATTEMPT_MS > leftMs()) throw error;
      await timing.sleep(waitMs);
    }
  }
}

/** No shorter than Retry-After says. Chance keeps those apart who failed together. */
function waitBefore(waits: number, retryAfterSeconds: number | undefined, chance: number): number {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** waits);
  if (retryAfterSeconds === undefined) return most * (0.5 + chance / 2);
  return retryAfterSeconds * 1_000 + chance * most;
}
