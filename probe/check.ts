// One check: what is expected, what was seen instead, and the time that it may take.
import { nameOfError } from '../client/account/error-name.ts';
import { NotDeployed } from '../client/account/not-deployed.ts';
import { ForeignAnswer } from '../client/broker-client.ts';
import { NoAnswer } from '../client/no-answer.ts';
import { foreign } from './answer.ts';

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

/** What failed, in words that are known to hold nothing that was sent or answered. */
export function describeError(error: unknown): string {
  if (error instanceof ForeignAnswer) return foreign(error.status);
  const isOurs = [ProbeError, NotDeployed, NoAnswer].some((ours) => error instanceof ours);
  return isOurs ? (error as Error).message : [nameOfError(error), ...addressesOf(error)].join(' ');
}

/** Where an AWS service was looked for, if it was not found there. */
function addressesOf(error: unknown): string[] {
  const { errors = [error] } = Object(error) as { errors?: readonly unknown[] };
  return errors.flatMap((each) => {
    const { address, port, hostname } = Object(each) as Record<'address' | 'port' | 'hostname', unknown>;
    if (typeof address === 'string') return [`${address}${port === undefined ? '' : `:${port}`}`];
    return typeof hostname === 'string' ? [hostname] : [];
  });
}
