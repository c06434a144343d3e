// StopQuery: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StopQuery.html
import type { Operation } from '../../account/operation.ts';
import { invalidParameter } from './log-group-request.ts';
import { startedQuery } from './started-query.ts';

export const stopQuery: Operation = {
  authorize: () => ({ action: 'logs:StopQuery', resource: '*' }),
  run(call) {
    startedQuery(call);
    throw invalidParameter('The specified query is not running.');
  },
};
