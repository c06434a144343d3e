// One check: what is expected, what was seen instead, and the time that it may take.
export interface Finding {
  readonly name: string;
  readonly expected: string;
  /** Holds no token and no secret: status, code and names of errors only. */
  readonly seen: string;
  readonly passed: boolean;
  readonly durationMs: number;
}

export interface Check {
  readonly name: string;
  readonly expected: string;
  /** Tells what it sees; the check has passed if that is what is expected, to the letter. */
  readonly see: () => Promise<string>;
}

/** A failure in the probe's own words, which hold no token and no secret. */
export class ProbeError extends Error {}

/** Runs the check. Never rejects, and resolves within `timeoutMs` whatever hangs. */
export async function runCheck({ name, expected, see }: Check, timeoutMs: number): Promise<Finding> {
  const startedAt = performance.now();
  const seen = await within(timeoutMs, see()).catch(describeError);
  return {
    name,
    expected,
    seen,
    passed: seen === expected,
    durationMs: Math.round(performance.now() - startedAt),
  };
}

/** The promise's outcome, or a rejection with a `ProbeError` once the time is up. */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ProbeError(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** By name and code alone: the message of an error may quote what was sent or answered. */
export function describeError(error: unknown): string {
  if (error instanceof ProbeError) return error.message;
  const { name, code, cause } = Object(error) as NodeJS.ErrnoException & { cause?: { code?: unknown } };
  const words = [name, code ?? cause?.code].filter((word) => /^[A-Z][\w.]{0,63}$/.test(String(word)));
  return words.join(' ') || 'an error';
}
