// DescribeLogStreams: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
import type { Operation } from '../../account/operation.ts';
import { authorizeOnLogGroup, logGroupArn, namedLogGroup, requireLogGroup } from './log-group-request.ts';
import { integerOf, pageOf, refuseParameters, textOf } from './parameters.ts';

interface LogStream {
  readonly name: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

export const describeLogStreams: Operation = {
  authorize: authorizeOnLogGroup('DescribeLogStreams'),
  run(call) {
    const { account, input } = call;
    refuseParameters(input, 'descending', ...(input['orderBy'] === 'LogStreamName' ? [] : ['orderBy']));
    const logGroup = namedLogGroup(call);
    const prefix = textOf(input, 'logStreamNamePrefix') ?? '';
    const limit = integerOf(input, 'limit', { min: 1, max: 50, otherwise: 50 });
    requireLogGroup(account, logGroup);
    const streams = new Map<string, LogStream>();
    for (const { logStream: name, timestamp } of account.logGroups.events(logGroup)) {
      if (!name.startsWith(prefix)) continue;
      streams.set(name, { name, firstAt: streams.get(name)?.firstAt ?? timestamp, lastAt: timestamp });
    }
    const sorted = [...streams.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    const { page, nextToken } = pageOf(input, sorted, limit, ({ name }) => name);
    return {
      logStreams: page.map(({ name, firstAt, lastAt }) => ({
        logStreamName: name,
        creationTime: firstAt,
        firstEventTimestamp: firstAt,
        lastEventTimestamp: lastAt,
        lastIngestionTime: lastAt,
        arn: logGroupArn(account, logGroup).replace(/\*$/, `log-stream:${name}`),
        storedBytes: 0,
      })),
      nextToken,
    };
  },
};
