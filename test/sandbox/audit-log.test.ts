// The audit log as `isb who` reads it: backwards, page by page, to the end of what it reads, and no further.
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../client/cli/audit-log.ts';
import type { Wanted } from '../../client/cli/wanted-decisions.ts';
import { group, served, start, useLogs, write } from './fixtures/logs-account.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Seconds since the start at which a decision was written. */
const ofToday = Array.from({ length: 40 }, (_, at) => at * 60);

useLogs();
beforeAll(() => {
  for (const at of ofToday) decide(at * 1_000, 'Shop', String(at));
  for (let at = 0; at < 25; at += 1) decide(3 * DAY, 'Burst', String(at));
  for (let at = 0; at < 12; at += 1) decide(5 * DAY, 'Long', `${at}`, 'x'.repeat(200_000));
});
let seen = 0;
beforeEach(() => {
  seen = served.account.trail.events.length;
});

function decide(afterMs: number, application: string, requestId: string, padding = ''): void {
  write(afterMs, { operation: 'GetCredentials', outcome: 'allowed', application, requestId, padding });
}

async function newest(application: string, window: readonly [number, number], limit: number) {
  const client = new CloudWatchLogsClient(served.administrator);
  const wanted: Wanted = { tags: [], application, isRefused: false };
  const [from, to] = window;
  const { records, isCutOff } = await new AuditLog(client, group).newest(
    wanted,
    { from: start + from, to: start + to },
    limit,
  );
  return { requests: records.map(({ requestId }) => Number(requestId)), isCutOff };
}

const requestsSent = () => served.account.trail.events.length - seen;
const newestFirst = [...ofToday].reverse();

describe('the audit log', () => {
  it('gives the newest of a window, the newest first, and says whether there are more', async () => {
    expect(await newest('Shop', [0, DAY], 40)).toEqual({ requests: newestFirst, isCutOff: false });
    expect(await newest('Shop', [0, DAY], 39)).toEqual({
      requests: newestFirst.slice(0, 39),
      isCutOff: true,
    });
    expect(await newest('Shop', [0, DAY], 3)).toEqual({ requests: newestFirst.slice(0, 3), isCutOff: true });
    expect(await newest('Shop', [60_000, 180_000], 9)).toEqual({ requests: [180, 120, 60], isCutOff: false });
    expect(await newest('Shop', [60_001, 179_999], 9)).toEqual({ requests: [120], isCutOff: false });
    expect(await newest('Shop', [60_000, 60_000], 9)).toEqual({ requests: [60], isCutOff: false });
  });

  it('reads no further back than it takes', async () => {
    const end = 40 * 60_000;
    await newest('Shop', [end - 30 * DAY, end], 3);
    expect(requestsSent()).toBe(1);
    seen += 1;
    await newest('Nobody', [end - 30 * DAY, end], 3);
    // An hour, two, four …: 720 hours are in ten spans.
    expect(requestsSent()).toBe(10);
  });

  it('loses none of one millisecond, where a span or a page ends in it', async () => {
    const all = Array.from({ length: 25 }, (_, at) => 24 - at);
    for (const to of [3 * DAY, 3 * DAY + HOUR - 1, 3 * DAY + HOUR, 4 * DAY])
      expect(await newest('Burst', [0, to], 25)).toEqual({ requests: all, isCutOff: false });
    expect(await newest('Burst', [0, 4 * DAY], 7)).toEqual({ requests: all.slice(0, 7), isCutOff: true });
  });

  it('reads every page of a span', async () => {
    const all = Array.from({ length: 12 }, (_, at) => 11 - at);
    expect(await newest('Long', [5 * DAY - HOUR, 5 * DAY], 12)).toEqual({ requests: all, isCutOff: false });
    expect(requestsSent()).toBeGreaterThan(2);
  });
});
