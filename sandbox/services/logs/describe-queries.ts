// DescribeQueries: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueries.html
import type { Operation } from '../../account/operation.ts';
import { refuseParameters, textOf } from './parameters.ts';

export const describeQueries: Operation = {
  authorize: () => ({ action: 'logs:DescribeQueries', resource: '*' }),
  run({ account, input }) {
    refuseParameters(input, 'nextToken', 'maxResults', 'queryLanguage');
    const logGroup = textOf(input, 'logGroupName');
    const status = textOf(input, 'status') ?? 'Complete';
    const queries = [...account.logQueries.values()].reverse();
    return {
      queries: queries
        .filter(({ logGroupNames }) => logGroup === undefined || logGroupNames.includes(logGroup))
        .filter(() => status === 'Complete')
        .map(({ queryId, queryString, logGroupNames, createdAt }) => ({
          queryLanguage: 'CWLI',
          queryId,
          queryString,
          status: 'Complete',
          createTime: createdAt,
          logGroupName: logGroupNames[0],
        })),
    };
  },
};
