// StartQuery: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
import { randomUUID } from 'node:crypto';
import type { Operation } from '../../account/operation.ts';
import { Query } from '../../insights/query.ts';
import { rowOf } from '../../insights/row.ts';
import { invalidParameter, logGroupArn, namedLogGroups, requireLogGroup } from './log-group-request.ts';
import { integerOf, textOf } from './parameters.ts';

/** Queries that are remembered, the newest. */
const MOST_QUERIES = 1_000;

/** Carries the query out at once: whoever asks for its results finds them complete. */
export const startQuery: Operation = {
  authorize: (call) =>
    namedLogGroups(call).map((name) => ({
      action: 'logs:StartQuery',
      resource: logGroupArn(call.account, name),
    })),
  run(call) {
    const { account, input } = call;
    const { accountId, logGroups, logQueries } = account;
    const names = namedLogGroups(call);
    if ((input['queryLanguage'] ?? 'CWLI') !== 'CWLI')
      throw invalidParameter('The sandbox has no query language but CWLI.');
    const queryString = textOf(input, 'queryString');
    if (queryString === undefined || input['startTime'] === undefined || input['endTime'] === undefined)
      throw invalidParameter('queryString, startTime and endTime must not be null.');
    if (queryString.length > 10_000) throw invalidParameter('queryString has at most 10000 characters.');
    const startTime = integerOf(input, 'startTime', { otherwise: 0 }) * 1_000;
    const endTime = integerOf(input, 'endTime', { otherwise: 0 }) * 1_000;
    if (startTime > endTime) throw invalidParameter('The start time is after the end time.');
    const limit = integerOf(input, 'limit', { min: 1, max: 100_000, otherwise: 10_000 });
    for (const name of names) requireLogGroup(account, name);
    const query = new Query(queryString);
    const events = names.flatMap((name) =>
      logGroups
        .events(name)
        // Both ends are included, and are whole seconds.
        .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime + 1_000)
        .map((event) => rowOf(event, `${accountId}:${name}`)),
    );
    const { rows, recordsMatched } = query.run(events, limit);
    const queryId = randomUUID();
    const bytesScanned = events.reduce((sum, row) => sum + Buffer.byteLength(String(row.get('@message'))), 0);
    logQueries.set(queryId, {
      queryId,
      queryString,
      logGroupNames: names,
      createdAt: account.now(),
      rows,
      statistics: { recordsMatched, recordsScanned: events.length, bytesScanned },
    });
    for (const oldest of [...logQueries.keys()].slice(0, -MOST_QUERIES)) logQueries.delete(oldest);
    return { queryId };
  },
};
