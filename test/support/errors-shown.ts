// What anybody can see of an error: its message, and what the log shows of its cause.
import { BrokerError, describeCause } from '../../service/errors.ts';

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  const nothing = Symbol('it was fulfilled');
  const error = await promise.then(
    () => nothing,
    (reason: unknown) => reason,
  );
  if (error === nothing) throw new Error('nothing was refused');
  return error;
}

/** Code and message; anything but a BrokerError would be answered as the broker's own fault. */
export function refusalIn(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof BrokerError)) throw new Error('not a BrokerError', { cause: error });
  return { code: error.code, message: error.message };
}

/** Everything that leaves the function of an error. */
export function shownOf(error: unknown): string {
  const { code, message, cause } = error as BrokerError;
  return JSON.stringify([code, message, describeCause(cause)]);
}
