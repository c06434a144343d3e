// CloudWatch Logs: log groups and their events, found by time, stream and pattern, page by page, by those who may.
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { runAwsCli } from './fixtures/aws-cli.ts';
import { client, group, served, start, useLogs, write } from './fixtures/logs-account.ts';

const arn = `arn:aws:logs:eu-west-1:123456789012:log-group:${group}`;
const other = '/aws/lambda/Other';

useLogs();
beforeAll(() => {
  served.account.logGroups.create(other);
  write(0, { outcome: 'allowed', application: 'Shop' }, '2026/03/01/[1]aa');
  write(1_000, 'ERROR of the first kind', '2026/03/01/[1]bb');
  write(1_000, { outcome: 'denied', application: 'Shop' }, '2026/03/01/[1]aa');
  write(2_000, { outcome: 'allowed', application: 'Bill' }, '2026/03/01/[1]bb');
});

const filter = async (input: Partial<FilterLogEventsCommandInput> = {}) =>
  client.send(new FilterLogEventsCommand({ logGroupName: group, ...input }));
const messages = async (input: Partial<FilterLogEventsCommandInput> = {}) =>
  (await filter(input)).events?.map(({ message }) => message?.replace(/^.*"application":"(\w+)".*$/, '$1'));

describe('FilterLogEvents', () => {
  it('gives events with their times and streams, the oldest first', async () => {
    const { events, nextToken } = await filter();
    expect(nextToken).toBeUndefined();
    expect(events?.[1]).toEqual({
      logStreamName: '2026/03/01/[1]bb',
      timestamp: start + 1_000,
      ingestionTime: start + 1_000,
      message: 'ERROR of the first kind',
      eventId: expect.stringMatching(/^\d{56}$/),
    });
    expect(events?.map(({ timestamp = 0 }) => timestamp - start)).toEqual([0, 1_000, 1_000, 2_000]);
  });

  it('goes by times, both included, and by streams', async () => {
    expect(await messages({ startTime: start + 1_000, endTime: start + 1_999 })).toEqual([
      'ERROR of the first kind',
      'Shop',
    ]);
    expect(await messages({ startTime: start + 2_000, endTime: start + 2_000 })).toEqual(['Bill']);
    expect(await messages({ logStreamNames: ['2026/03/01/[1]aa'] })).toEqual(['Shop', 'Shop']);
    expect(await messages({ logStreamNamePrefix: '2026/03/02' })).toEqual([]);
  });

  it('goes by a pattern, in the group that a name or an ARN names', async () => {
    const filterPattern = '{ $.outcome = "allowed" && $.application != "Bill" }';
    expect(await messages({ filterPattern })).toEqual(['Shop']);
    for (const logGroupIdentifier of [group, arn])
      expect(await messages({ logGroupName: undefined, logGroupIdentifier, filterPattern })).toEqual([
        'Shop',
      ]);
  });

  it('reads a line once, however many pages there are, and one more where a page is full', async () => {
    const many = '/aws/lambda/Many';
    served.account.logGroups.create(many);
    for (let count = 0; count < 100; count += 1) write(count, { counted: count % 2 }, 'stream', many);
    const parse = vi.spyOn(JSON, 'parse');
    let pages = 0;
    for await (const { events = [] } of paginateFilterLogEvents(
      { client, pageSize: 5 },
      { logGroupName: many, filterPattern: '{ $.counted = 1 }' },
    )) {
      pages += 1;
      expect(events).toHaveLength(5);
    }
    const lines = parse.mock.calls.filter(([text]) => String(text).startsWith('{"counted"'));
    parse.mockRestore();
    expect(pages).toBe(10);
    expect(lines.length).toBeLessThanOrEqual(100 + pages * 2);
  });

  it('gives every event once, over pages', async () => {
    const pages: number[] = [];
    const seen: (string | undefined)[] = [];
    for await (const { events = [] } of paginateFilterLogEvents(
      { client, pageSize: 3 },
      { logGroupName: group },
    )) {
      pages.push(events.length);
      seen.push(...events.map(({ eventId }) => eventId));
    }
    expect(pages).toEqual([3, 1]);
    expect(new Set(seen).size).toBe(4);
  });

  it('gives a page a megabyte at most', async () => {
    const big = '/aws/lambda/Big';
    served.account.logGroups.create(big);
    for (let at = 0; at < 5; at += 1) write(at, 'x'.repeat(300_000), 'big', big);
    const pages = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName: big }))
      pages.push(events.length);
    expect(pages).toEqual([3, 2]);
  });

  it.each([
    [{ logGroupName: '/nowhere' }, 'ResourceNotFoundException', 'The specified log group does not exist.'],
    [{ logGroupIdentifier: group }, 'InvalidParameterException', 'Either logGroupName or logGroupIdentifier'],
    [{ logGroupName: undefined }, 'InvalidParameterException', 'Either logGroupName or logGroupIdentifier'],
    [{ limit: 10_001 }, 'InvalidParameterException', "'limit' failed to satisfy constraint"],
    [{ nextToken: 'none' }, 'InvalidParameterException', 'The specified nextToken is invalid.'],
    [{ unmask: true }, 'InvalidParameterException', 'the parameter unmask'],
    [{ filterPattern: '[ip, user]' }, 'InvalidParameterException', 'space-delimited events: [ip, user]'],
    [{ logStreamNames: ['a'], logStreamNamePrefix: 'a' }, 'InvalidParameterException', 'exclude each other'],
  ])('refuses %j', async (input, name, message) => {
    await expect(filter(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it.each([
    [`${arn}:*`, true],
    [`${arn}*`, true],
    [arn, false],
    [`arn:aws:logs:eu-west-1:123456789012:log-group:${other}:*`, false],
  ])('is allowed by a policy on %s: %j', async (Resource, isAllowed) => {
    const reader = new CloudWatchLogsClient(served.allowed({ Action: 'logs:FilterLogEvents', Resource }));
    const asked = reader.send(new FilterLogEventsCommand({ logGroupName: group }));
    if (isAllowed) await expect(asked).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } });
    else
      await expect(asked).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`logs:FilterLogEvents on resource: ${arn}:* `),
      });
  });
});

describe('DescribeLogGroups and DescribeLogStreams', () => {
  it('show what there is, by prefix or part', async () => {
    const { logGroups } = await client.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/F' }),
    );
    expect(logGroups).toMatchObject([{ logGroupName: group, arn: `${arn}:*`, logGroupArn: arn }]);
    const named = await client.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'Oth' }));
    expect(named.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual([other]);
    const { logStreams } = await client.send(
      new DescribeLogStreamsCommand({ logGroupName: group, limit: 1 }),
    );
    expect(logStreams).toMatchObject([
      { logStreamName: '2026/03/01/[1]aa', firstEventTimestamp: start, lastEventTimestamp: start + 1_000 },
    ]);
  });

  it('need their permissions', async () => {
    const reader = new CloudWatchLogsClient(
      served.allowed({ Action: 'logs:FilterLogEvents', Resource: '*' }),
    );
    for (const command of [
      new DescribeLogGroupsCommand({}),
      new DescribeLogStreamsCommand({ logGroupName: group }),
    ])
      await expect(reader.send(command as DescribeLogGroupsCommand)).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
  });
});

describe('the AWS CLI', () => {
  it('filters, and prints refusals as it does for AWS', async () => {
    const filterEvents = ['logs', 'filter-log-events', '--log-group-name', group, '--output', 'text'];
    const { stdout } = await runAwsCli(served.administrator, [
      ...[...filterEvents, '--filter-pattern', 'ERROR', '--query', 'events[].message'],
    ]);
    expect(stdout.trim()).toBe('ERROR of the first kind');
    const { stderr } = await runAwsCli(served.administrator, [
      ...[...filterEvents, '--filter-pattern', '%regular%'],
    ]).catch((error: { stderr: string }) => error);
    expect(stderr.trim()).toBe(
      'An error occurred (InvalidParameterException) when calling the FilterLogEvents operation: Invalid filter pattern: the sandbox does not understand the term: %regular%',
    );
  });
});
