// Waiting until IAM has carried a new role or policy everywhere: some seconds, in which it is refused like a wrong one.
import { SessionBrokerError } from '../../library/errors.ts';
import type { Timing } from '../../library/timing.ts';
import { AssumeRoleError } from './assumed-role.ts';

export interface Patience {
  /** Milliseconds in which a refusal may still be one of a role or policy that has not arrived. */
  readonly propagationMs: number;
  /** Milliseconds for all of it: failures for the moment are asked again so long. */
  readonly budgetMs: number;
  readonly timing: Timing;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 8_000;

/**
 * Asks again while the refusal may be one of IAM's delay, and while STS fails for the moment. The last refusal is the one
 * that is thrown.
 * @param attempt is told how many milliseconds are left
 */
export async function whilePropagating<T>(
  attempt: (leftMs: number) => Promise<T>,
  { propagationMs, budgetMs, timing }: Patience,
): Promise<T> {
  const startedAt = timing.elapsed();
  for (let waits = 0; ; waits += 1) {
    try {
      return await attempt(budgetMs - (timing.elapsed() - startedAt));
    } catch (error) {
      const withinMs = isOfDelay(error)
        ? Math.min(propagationMs, budgetMs)
        : isOfMoment(error)
          ? budgetMs
          : 0;
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** waits) * (0.5 + timing.random() / 2);
      if (timing.elapsed() - startedAt + waitMs > withinMs) throw error;
      await timing.sleep(waitMs);
    }
  }
}

/** A trust policy, a permission or a role that is not everywhere yet is refused in one of these ways. */
function isOfDelay(error: unknown): boolean {
  if (error instanceof AssumeRoleError) return ['AccessDenied', 'InvalidClientTokenId'].includes(error.code);
  if (!(error instanceof SessionBrokerError)) return false;
  if (error.code === 'GatewayRefused') return error.statusCode === 403;
  return ['AccessRoleNotAssumable', 'TrustNotPinned'].includes(error.code);
}

/** Of STS: what the broker fails with for the moment, the client library has asked again already. */
function isOfMoment(error: unknown): boolean {
  if (error instanceof AssumeRoleError) return error.statusCode >= 500 || error.code === 'Throttling';
  return error instanceof SessionBrokerError && error.code === 'NoAnswer';
}
