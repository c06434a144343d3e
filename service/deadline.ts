// The deadline: a request is answered within its budget, whatever it still waits for.
import { BrokerError } from './errors.ts';

/**
 * What `run` resolves or rejects with, or a denial of service in time.
 *
 * The work goes on behind the answer, or once the execution environment is thawed for its next request: what it
 * loads reaches the caches late, and what it writes must bear being late.
 *
 * @throws BrokerError DeadlineExceeded after `budgetMs`
 */
export async function withinBudget<T>(budgetMs: number, run: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new BrokerError('DeadlineExceeded', 'the request took longer than its budget')),
      budgetMs,
    );
  });
  try {
    return await Promise.race([run, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
