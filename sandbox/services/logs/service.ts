// Amazon CloudWatch Logs: what was written, found by pattern or by query. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
import type { JsonService } from '../../account/service.ts';
import { describeLogGroups } from './describe-log-groups.ts';
import { describeLogStreams } from './describe-log-streams.ts';
import { describeQueries } from './describe-queries.ts';
import { describeQueryDefinitions } from './describe-query-definitions.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getQueryResults } from './get-query-results.ts';
import { startQuery } from './start-query.ts';
import { stopQuery } from './stop-query.ts';

export const logs: JsonService = {
  name: 'logs',
  protocol: 'json',
  targetPrefix: 'Logs_20140328',
  jsonVersion: '1.1',
  operations: {
    DescribeLogGroups: describeLogGroups,
    DescribeLogStreams: describeLogStreams,
    DescribeQueries: describeQueries,
    DescribeQueryDefinitions: describeQueryDefinitions,
    FilterLogEvents: filterLogEvents,
    GetQueryResults: getQueryResults,
    StartQuery: startQuery,
    StopQuery: stopQuery,
  },
};
