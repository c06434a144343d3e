// A probe's report, as its tests look at it.
import type { Report } from '../../../probe/run.ts';

/** What came out otherwise than it should: what was seen, by the check's name. */
export function failuresOf({ checks }: Report): Record<string, string> {
  return Object.fromEntries(checks.filter(({ passed }) => !passed).map(({ name, seen }) => [name, seen]));
}
