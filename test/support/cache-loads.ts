// Loads of a cache: what its source answers, as a test decides.
import { vi } from 'vitest';

export interface Value {
  readonly name: string;
}

/** A load that succeeds, with a value of this name. */
export const loads = (name: string) => vi.fn(async () => ({ name }));
/** A load that fails with exactly this. */
export const rejects = (error: unknown) =>
  vi.fn(async (): Promise<Value> => {
    throw error;
  });

/** A load that waits until the test lets it go on. */
export function pending() {
  const { promise, resolve, reject } = withResolvers<Value>();
  return { load: vi.fn(() => promise), resolve, reject };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
