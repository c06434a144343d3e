// An interruption: SIGINT or SIGTERM, upon which the story stops and is cleaned up after.
import { constants } from 'node:os';

/** Why a step does not go on; nothing is wrong with it. */
export class Interruption extends Error {
  constructor(readonly signalName: 'SIGINT' | 'SIGTERM') {
    super(`Stopped by ${signalName}.`);
    this.name = 'Interruption';
  }

  /** As shells have it: 130, 143. */
  get exitCode(): number {
    return 128 + constants.signals[this.signalName];
  }
}

/** Aborts at the first signal, with an {@link Interruption}; further ones do not cut the cleaning up short. */
export function interruptionOf(process: NodeJS.Process): AbortSignal {
  const interruption = new AbortController();
  for (const signalName of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signalName, () => interruption.abort(new Interruption(signalName)));
  }
  return interruption.signal;
}
