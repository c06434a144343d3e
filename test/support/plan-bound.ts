// The promise of a usage plan, checked over every span.
import type { UsagePlan } from '../../service/usage-plans/plan.ts';

/**
 * By how much more was admitted, in the worst of all spans of t seconds, than `burstLimit + rateLimit × t`.
 * At most 0 where the promise was kept.
 *
 * @param instants of the admissions, in milliseconds, in any order
 */
export function excessOver({ rateLimit, burstLimit }: UsagePlan, instants: readonly number[]): number {
  const sorted = [...instants].sort((a, b) => a - b);
  const first = sorted[0] ?? 0;
  let lowest = Number.POSITIVE_INFINITY;
  let excess = -burstLimit;
  sorted.forEach((instant, before) => {
    // A span counts one more than the admissions between its ends, and both ends are admissions: only then
    // is it as short as it can be.
    const level = before - ((instant - first) / 1000) * rateLimit;
    lowest = Math.min(lowest, level);
    excess = Math.max(excess, level + 1 - lowest - burstLimit);
  });
  return excess;
}
