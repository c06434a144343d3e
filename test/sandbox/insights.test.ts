// Logs Insights: what a query makes of events, and who may ask.
import {
  CloudWatchLogsClient,
  DescribeQueriesCommand,
  GetQueryResultsCommand,
  type StartQueryCommandInput,
  StopQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, it } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { begin, client, group, seconds, served, useLogs, write } from './fixtures/logs-account.ts';

const arn = `arn:aws:logs:eu-west-1:123456789012:log-group:${group}:*`;

useLogs();
beforeAll(() => {
  const line = (operation: string, outcome: string, more: object) => ({ operation, outcome, ...more });
  write(
    0,
    line('Get', 'allowed', {
      application: 'Shop',
      Duration: 10,
      cacheHit: true,
      tags: [{ value: 'Yellow' }],
    }),
  );
  write(
    60_000,
    line('Get', 'allowed', { application: 'Shop', Duration: 30, cacheHit: false, status: '200' }),
  );
  write(
    120_000,
    line('Get', 'denied', { application: 'Bill', Duration: 20, code: 'Expired', status: '403' }),
  );
  write(
    360_000,
    line('Put', 'failed', { Duration: 400, cause: { name: 'Late', frames: ['at one', 'at two'] } }),
  );
  write(361_000, 'plain text: user=Ann id=7');
});

/** Rows as objects, without `@ptr`. */
async function ask(queryString: string, input: Partial<StartQueryCommandInput> = {}) {
  const queryId = await begin({ queryString, ...input });
  const { results = [], status } = await client.send(new GetQueryResultsCommand({ queryId }));
  expect(status).toBe('Complete');
  return results.map((row) =>
    Object.fromEntries(row.filter(({ field }) => field !== '@ptr').map(({ field, value }) => [field, value])),
  );
}

const oldestFirst = '| sort @timestamp';

describe('a query', () => {
  it('shows time and message of the newest events first, with a pointer', async () => {
    const queryId = await begin({ queryString: 'limit 1' });
    const { results, statistics } = await client.send(new GetQueryResultsCommand({ queryId }));
    expect(results).toEqual([
      [
        { field: '@timestamp', value: '2026-03-01 12:06:01.000' },
        { field: '@message', value: 'plain text: user=Ann id=7' },
        { field: '@ptr', value: expect.any(String) },
      ],
    ]);
    expect(statistics).toMatchObject({ recordsScanned: 5 });
  });

  it('looks at events from the first to the last second, both included', async () => {
    const times = await ask('fields @timestamp', { startTime: seconds + 60, endTime: seconds + 120 });
    expect(times.map((row) => row['@timestamp'])).toEqual([
      '2026-03-01 12:02:00.000',
      '2026-03-01 12:01:00.000',
    ]);
  });

  it.each([
    ["filter outcome = 'allowed'", [10, 30]],
    ["filter outcome != 'allowed'", [20, 400]],
    ["filter not outcome = 'allowed'", [20, 400, undefined]],
    ['filter outcome = "allowed" and Duration > 10', [30]],
    ["filter outcome = 'denied' or outcome = 'failed' and Duration < 1", [20]],
    ["filter (outcome = 'denied' or outcome = 'failed') and Duration < 1", []],
    ["filter code in ['Expired', 'Late'] # and so on", [20]],
    ["filter outcome not in ['allowed']", [20, 400, undefined]],
    ['filter status like /^4/', [20]],
    ['filter status not like /^4/ and ispresent(status)', [30]],
    ["filter status like '0'", [30, 20]],
    ['filter @message like /(?i)PLAIN/', [undefined]],
    ['filter ispresent(code)', [20]],
    ['filter status >= 403', [20]],
    ["filter cause.frames.1 = 'at two'", [400]],
    ["filter tags.0.value = 'Yellow'", [10]],
    ['filter Duration / 10 - 1 = 2 * 0.5', [20]],
    ["filter strcontains(outcome, 'llow') and tolower(application) = 'shop'", [10, 30]],
    ['filter `Duration` = -(-10)', [10]],
    ["FILTER outcome='denied'", [20]],
  ])('%s', async (query, durations) => {
    const rows = await ask(`${query}\n${oldestFirst} | fields Duration`);
    expect(rows.map((row) => (row['Duration'] === undefined ? undefined : Number(row['Duration'])))).toEqual(
      durations,
    );
  });

  it('counts by groups, of which one may lack the field', async () => {
    expect(
      await ask(
        'stats count(*) as requests, sum(Duration), avg(Duration) as mean, min(Duration), max(Duration) by application | sort requests desc, mean desc',
      ),
    ).toEqual([
      { requests: '2', mean: '400', 'sum(Duration)': '400', 'min(Duration)': '400', 'max(Duration)': '400' },
      {
        application: 'Shop',
        requests: '2',
        mean: '20',
        'sum(Duration)': '40',
        'min(Duration)': '10',
        'max(Duration)': '30',
      },
      {
        application: 'Bill',
        requests: '1',
        mean: '20',
        'sum(Duration)': '20',
        'min(Duration)': '20',
        'max(Duration)': '20',
      },
    ]);
  });

  it('counts what is there, what differs, and percentiles', async () => {
    expect(
      await ask(
        'stats count(code), count_distinct(application) as applications, pct(Duration, 50), pct(Duration, 99)',
      ),
    ).toEqual([
      { 'count(code)': '1', applications: '2', 'pct(Duration, 50)': '20', 'pct(Duration, 99)': '400' },
    ]);
    expect(await ask("filter code = 'None' | stats count(*) as n, max(Duration)")).toEqual([{ n: '0' }]);
    expect(await ask("filter code = 'None' | stats count(*) as n by code")).toEqual([]);
  });

  it('counts by periods', async () => {
    expect(await ask('stats count(*) as n by bin(5m) as period | sort period')).toEqual([
      { period: '2026-03-01 12:00:00.000', n: '3' },
      { period: '2026-03-01 12:05:00.000', n: '2' },
    ]);
    expect(await ask('stats count(*) by bin(1h)')).toEqual([
      { 'bin(1h)': '2026-03-01 12:00:00.000', 'count(*)': '5' },
    ]);
  });

  it('goes on after stats with what stats has left', async () => {
    expect(
      await ask('stats count(*) by operation | filter operation = "Get" | sort count(*) desc | limit 1'),
    ).toEqual([{ operation: 'Get', 'count(*)': '3' }]);
    await expect(ask('stats count(*) by operation | sort @timestamp')).rejects.toThrow(
      'the field @timestamp is none that stats leaves',
    );
  });

  it('sorts by what stats has called by its own words, be it a function', async () => {
    expect(await ask('stats count(*) by bin(5m) | sort bin(5m) desc')).toEqual([
      { 'bin(5m)': '2026-03-01 12:05:00.000', 'count(*)': '2' },
      { 'bin(5m)': '2026-03-01 12:00:00.000', 'count(*)': '3' },
    ]);
  });

  it('tells two texts apart that are one number, for ids have more digits than a number keeps', async () => {
    const of = (id: string) => `fields '${id}' as id | filter id = '12345678901234567' | stats count(*) as n`;
    expect(await ask(of('12345678901234567'))).toEqual([{ n: '5' }]);
    expect(await ask(of('12345678901234568'))).toEqual([{ n: '0' }]);
  });

  it('calls a column by its words, without the comment behind them', async () => {
    expect(await ask('fields code # of the refusal\n| filter ispresent(code)')).toEqual([
      { code: 'Expired' },
    ]);
  });

  it('parses texts', async () => {
    expect(
      await ask('parse @message "user=* id=*" as user, id | filter ispresent(id) | display user, id'),
    ).toEqual([{ user: 'Ann', id: '7' }]);
    expect(
      await ask('parse @message /user=(?<name>\\w+)/ | stats count(*) as n by name | filter n = 1'),
    ).toEqual([{ name: 'Ann', n: '1' }]);
  });

  it('shows fields that are reckoned, and of several events with one value the first', async () => {
    expect(
      await ask(
        `fields Duration * 2 as twice ${oldestFirst} desc | filter application = 'Shop' | dedup application`,
      ),
    ).toEqual([{ twice: '60' }]);
    expect(await ask(`fields code, status | filter ispresent(code) | display code`)).toEqual([
      { code: 'Expired' },
    ]);
  });

  it('has the rows that limit says, in the query or beside it', async () => {
    expect(await ask('fields Duration | limit 2')).toHaveLength(2);
    expect(await ask('fields Duration', { limit: 3 })).toHaveLength(3);
  });
});

describe('queries', () => {
  it('are listed, and found no more where nobody knows them', async () => {
    const queryString = 'stats count(*) as listed';
    const queryId = await begin({ queryString, logGroupName: undefined, logGroupNames: [group] });
    const { queries = [] } = await client.send(new DescribeQueriesCommand({ logGroupName: group }));
    expect(queries[0]).toMatchObject({ queryId, queryString, status: 'Complete', logGroupName: group });
    await expect(client.send(new StopQueryCommand({ queryId }))).rejects.toThrow('is not running');
    await expect(client.send(new GetQueryResultsCommand({ queryId: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('are started, and their results given, to who may on the log group', async () => {
    const may = (...Action: string[]) => new CloudWatchLogsClient(served.allowed({ Action, Resource: arn }));
    const queryId = await begin({}, may('logs:StartQuery'));
    const results = new GetQueryResultsCommand({ queryId });
    expect((await may('logs:GetQueryResults').send(results)).status).toBe('Complete');
    await expect(may('logs:StartQuery').send(results)).rejects.toThrow('logs:GetQueryResults on resource: ');
    await expect(begin({}, may('logs:GetQueryResults'))).rejects.toThrow(
      `logs:StartQuery on resource: ${arn} `,
    );
    await expect(may('logs:StopQuery').send(new StopQueryCommand({ queryId }))).rejects.toThrow(
      'not authorized to perform: logs:StopQuery',
    );
  });

  it('are asked with the AWS CLI', async () => {
    const cli = async (...args: string[]) =>
      (await runAwsCli(served.administrator, ['logs', ...args, '--output', 'text'])).stdout.trim();
    const window = ['--start-time', String(seconds), '--end-time', String(seconds + 361)];
    const queryString = "filter code = 'Expired' | fields application, status";
    const queryId = await cli(
      'start-query',
      '--log-group-name',
      group,
      ...window,
      '--query-string',
      queryString,
      '--query',
      'queryId',
    );
    const rows = await cli(
      'get-query-results',
      '--query-id',
      queryId,
      '--query',
      "results[*][?field!='@ptr'].value",
    );
    expect(rows).toBe('Bill\t403');
  });
});
