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
