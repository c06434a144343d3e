// FilterLogEvents: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
import type { Operation, OperationCall } from '../../account/operation.ts';
import { parseFilterPattern } from '../../filter-patterns/filter-pattern.ts';
import type { LogEvent } from '../../log-groups.ts';
import {
  authorizeOnLogGroup,
  invalidParameter,
  namedLogGroup,
  requireLogGroup,
} from './log-group-request.ts';
import { integerOf, itemsAfterToken, LATEST, refuseParameters, textOf, tokenAfter } from './parameters.ts';

const MOST_EVENTS = 10_000;
/** Of a page; of an event counts its message, and 26 bytes besides. */
const MOST_BYTES = 1024 * 1024;
const EVENT_BYTES = 26;

export const filterLogEvents: Operation = {
  authorize: authorizeOnLogGroup('FilterLogEvents'),
  run(call) {
    const { account, input } = call;
    refuseParameters(input, 'unmask');
    const logGroup = namedLogGroup(call);
    const pattern = textOf(input, 'filterPattern') ?? '';
    if (pattern.length > 1_024) throw invalidParameter('filterPattern has at most 1024 characters.');
    const matches = parseFilterPattern(pattern);
    const isInStream = streamsOf(call);
    const startTime = integerOf(input, 'startTime', { otherwise: 0 });
    const endTime = integerOf(input, 'endTime', { otherwise: LATEST });
    const limit = integerOf(input, 'limit', { min: 1, max: MOST_EVENTS, otherwise: MOST_EVENTS });
    requireLogGroup(account, logGroup);
    const inWindow = account.logGroups
      .events(logGroup)
      .filter(({ timestamp }) => timestamp >= startTime && timestamp <= endTime);
    const { page, nextToken } = firstPage(
      itemsAfterToken(input, inWindow, keyOf),
      ({ logStream, message }) => isInStream(logStream) && matches(message),
      limit,
    );
    return {
      events: page.map(({ eventId, logStream, message, timestamp }) => ({
        logStreamName: logStream,
        timestamp,
        message,
        ingestionTime: timestamp,
        eventId,
      })),
      searchedLogStreams: [],
      nextToken,
    };
  },
};

/** By time, and in one millisecond as they came. */
function keyOf({ eventId, timestamp }: LogEvent): string {
  return `${String(timestamp).padStart(16, '0')} ${eventId}`;
}

/** As many events as have room in a page, one at least. What lies behind the page is not looked at: the next one's request does. */
function firstPage(
  events: readonly LogEvent[],
  isFound: (event: LogEvent) => boolean,
  limit: number,
): { readonly page: readonly LogEvent[]; readonly nextToken?: string } {
  const page: LogEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    if (!isFound(event)) continue;
    bytes += Buffer.byteLength(event.message) + EVENT_BYTES;
    const last = page.at(-1);
    if (last && (page.length === limit || bytes > MOST_BYTES))
      return { page, nextToken: tokenAfter(keyOf(last)) };
    page.push(event);
  }
  return { page };
}

function streamsOf({ input }: OperationCall): (logStream: string) => boolean {
  const { logStreamNames: names } = input;
  const prefix = textOf(input, 'logStreamNamePrefix');
  if (names !== undefined && prefix !== undefined)
    throw invalidParameter('logStreamNames and logStreamNamePrefix exclude each other.');
  if (prefix !== undefined) return (logStream) => logStream.startsWith(prefix);
  if (names === undefined) return () => true;
  if (!Array.isArray(names) || names.length < 1 || names.length > 100)
    throw invalidParameter('logStreamNames must be a list of 1 to 100 names.');
  return (logStream) => names.includes(logStream);
}
