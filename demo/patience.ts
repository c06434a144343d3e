// Patience: asking again until an eventually consistent service has caught up.

const INTERVAL_MS = 2_000;

/**
 * Runs `attempt` until it resolves, or until `patienceMs` have passed; then rejects with its last error.
 * With no patience it runs once.
 */
export async function patiently<T>(patienceMs: number, attempt: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() + INTERVAL_MS > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
    }
  }
}
