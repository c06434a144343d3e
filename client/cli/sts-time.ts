// What time it is for STS: the clock by which sessions are issued, and `aws:TokenIssueTime` is told.
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { CommandFailure } from './command.ts';

/**
 * Milliseconds since the epoch, in whole seconds, as STS itself dates its answer: an operator's own clock may be
 * minutes off. GetCallerIdentity needs no permission.
 */
export async function stsTime(sts: STSClient): Promise<number> {
  const command = new GetCallerIdentityCommand({});
  let date: string | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Readonly<Record<string, string>> };
      date = headers?.['date'];
      return result;
    },
    { step: 'deserialize', name: 'date', priority: 'low' },
  );
  await sts.send(command);
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) throw new CommandFailure('STS does not say what time it is');
  return time;
}

/** The clocks of AWS's hosts agree to far less than this. */
export const CLOCK_MARGIN_MS = 2_000;

export interface StsClock {
  /** What time it is for STS, in whole seconds: milliseconds since the epoch. */
  readonly stsTime: () => Promise<number>;
  readonly wait: (ms: number) => Promise<void>;
}

/** Until it is that time for STS, which is asked so often. */
export async function untilStsTime(
  time: number,
  { stsTime: now, wait }: StsClock,
  pollMs: number,
): Promise<void> {
  while ((await now()) < time) await wait(pollMs);
}
