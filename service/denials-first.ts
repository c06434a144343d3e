// Denials first: what a load needs, asked for ahead of it, so that a denial is that of who asks, and not of all who wait.
import { BrokerError } from './errors.ts';

/**
 * What a load can then have. A denial rejects now, before any cache could remember it for others; a failure rejects within
 * the load, where what is stale may stand in.
 */
export async function denialsFirst<T>(ask: () => Promise<T>): Promise<() => Promise<T>> {
  try {
    const value = await ask();
    return async () => value;
  } catch (error) {
    if (error instanceof BrokerError && error.isDenial) throw error;
    return () => Promise.reject(error);
  }
}
