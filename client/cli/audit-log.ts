// The audit log as an operator reads it: the newest decisions of a window of time, from the function's log group.
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import type { TimeWindow } from './time-window.ts';
import { type AuditRecord, isWanted, patternOf, type Wanted } from './wanted-decisions.ts';

export interface Found {
  /** The newest first. */
  readonly records: readonly AuditRecord[];
  /** Whether the window has more of them, which are older. */
  readonly isCutOff: boolean;
}

/** How far back is looked first; each time after that, twice as far. */
const FIRST_SPAN_MS = 3_600_000;

/**
 * By FilterLogEvents and not by Logs Insights: it costs nothing, where a query is paid by the gigabyte that it scans;
 * it pages to the end of a window, where a query ends at 10,000 rows, and so says for certain whether there is more; and
 * it takes one permission, on one log group. What it cannot do is begin with the newest. So a window is read in spans,
 * backwards, each to its end, until there are enough: most who ask want what was just now. A query would be faster over
 * weeks of a busy broker; docs/operations.md has one.
 */
export class AuditLog {
  constructor(
    private readonly client: CloudWatchLogsClient,
    private readonly logGroupName: string,
  ) {}

  /** The newest so many. Rejects as the SDK does. */
  async newest(wanted: Wanted, { from, to }: TimeWindow, limit: number): Promise<Found> {
    const found: AuditRecord[] = [];
    let spanMs = FIRST_SPAN_MS;
    let end = to;
    while (end >= from && found.length <= limit) {
      const begin = Math.max(end - spanMs + 1, from);
      found.push(...(await this.#read(wanted, { from: begin, to: end }, limit + 1 - found.length)));
      end = begin - 1;
      spanMs *= 2;
    }
    return { records: found.slice(0, limit), isCutOff: found.length > limit };
  }

  /** The newest of a span first. All of it is read, and no more are kept than are needed. */
  async #read(wanted: Wanted, { from, to }: TimeWindow, most: number): Promise<AuditRecord[]> {
    const { client, logGroupName } = this;
    const pages = paginateFilterLogEvents(
      { client },
      { logGroupName, startTime: from, endTime: to, filterPattern: patternOf(wanted) },
    );
    let kept: AuditRecord[] = [];
    for await (const { events = [] } of pages) {
      const records = events.map(({ message = '' }) => recordOf(message));
      kept.push(...records.filter((record) => isWanted(record, wanted)));
      kept = kept.slice(-most);
    }
    return kept.reverse();
  }
}

/** Nothing is known of a line that is no JSON: it is none of the audit's. */
function recordOf(line: string): AuditRecord {
  try {
    return Object(JSON.parse(line)) as AuditRecord;
  } catch {
    return {};
  }
}
