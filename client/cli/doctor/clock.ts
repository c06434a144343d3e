// Step: this machine's clock against the broker's.
import type { Step } from './checkup.ts';
import { type Finding, fails, ok, warning } from './finding.ts';

const NOTABLE_MS = 30_000;
/** AWS takes signatures that are five minutes old, or ahead. */
const HARMFUL_MS = 5 * 60_000;

export const clock: Step = {
  name: 'clock',
  needs: ['offsetMs'],
  check: async (checkup) => [checkOffset(checkup.fact('offsetMs'))],
};

/** @param offsetMs that the broker's clock is ahead */
export function checkOffset(offsetMs: number): Finding {
  const size = Math.abs(offsetMs);
  if (size < NOTABLE_MS) return ok('agrees with the broker’s');
  const seconds = Math.round(size / 1_000);
  const what = `this machine's is ${seconds} seconds ${offsetMs > 0 ? 'behind' : 'ahead'}`;
  if (size < HARMFUL_MS) return warning(what, 'set it: from five minutes on, signatures are refused');
  return fails(`${what}: signatures are refused`, 'set it; isb itself corrects it, other clients do not');
}
