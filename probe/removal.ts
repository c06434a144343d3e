// The removal of what the setup created: what it tells of what it could not remove.
import type { Cleanup } from '../client/account/cleanup.ts';
import { describeError } from './check.ts';

export const NOTHING = 'nothing';

/** Removes; tells what is left behind, with the reason, or that it is {@link NOTHING}. */
export async function leftBehind(cleanup: Cleanup): Promise<string> {
  const leftovers = await cleanup.run();
  return leftovers.map(({ what, error }) => `${what}: ${describeError(error)}`).join('; ') || NOTHING;
}
