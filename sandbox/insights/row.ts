// A row of a Logs Insights query: an event with the fields that are discovered in it, or what `stats` made.
import type { LogEvent } from '../log-groups.ts';
import { Time, type Value } from './value.ts';

export type Row = ReadonlyMap<string, Value>;

/** So many fields of a JSON event are discovered. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
const MOST_FIELDS = 200;

/** @param log the account and the group: `111122223333:name` */
export function rowOf({ eventId, logStream, message, timestamp }: LogEvent, log: string): Row {
  const row = new Map<string, Value>(discovered(message));
  const time = new Time(timestamp);
  return row
    .set('@timestamp', time)
    .set('@message', message)
    .set('@ingestionTime', time)
    .set('@logStream', logStream)
    .set('@log', log)
    .set('@ptr', Buffer.from(eventId).toString('base64'));
}

function discovered(message: string): [string, Value][] {
  if (!message.startsWith('{')) return [];
  try {
    return flattened('', JSON.parse(message)).slice(0, MOST_FIELDS);
  } catch {
    return [];
  }
}

/** Members and elements by dots: `cause.frames.0`. What begins with `@` gets another one. */
function flattened(name: string, value: unknown): [string, Value][] {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, inner]) =>
      flattened(name === '' ? key.replace(/^@/, '@@') : `${name}.${key}`, inner),
    );
  if (typeof value === 'string' || typeof value === 'number') return [[name, value]];
  // AWS does not document how it shows true and false.
  return typeof value === 'boolean' ? [[name, value ? 1 : 0]] : [];
}
