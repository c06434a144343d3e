// GetQueryResults: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html
import type { Operation } from '../../account/operation.ts';
import { logGroupArn } from './log-group-request.ts';
import { refuseParameters } from './parameters.ts';
import { startedQuery } from './started-query.ts';

export const getQueryResults: Operation = {
  // On the log groups that were queried; of an unknown query there is none to ask about.
  authorize: ({ account, input }) => {
    const groups = account.logQueries.get(String(input['queryId']))?.logGroupNames ?? [];
    const resources = groups.length > 0 ? groups.map((name) => logGroupArn(account, name)) : ['*'];
    return resources.map((resource) => ({ action: 'logs:GetQueryResults', resource }));
  },
  run(call) {
    refuseParameters(call.input, 'nextToken', 'maxItems');
    const { rows, statistics } = startedQuery(call);
    return { queryLanguage: 'CWLI', results: rows, statistics, status: 'Complete' };
  },
};
