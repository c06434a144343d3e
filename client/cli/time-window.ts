// The window of time that a command looks at: `--since` and `--until`, a span back from now or a time.
import { WrongUsage } from './command.ts';

/** Milliseconds since the epoch, both included. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

const spans: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * @param since `24h`, `30m`, `7d`, or an ISO 8601 time
 * @param until likewise; default now
 * @throws WrongUsage
 */
export function timeWindow(now: number, since: string, until?: string): TimeWindow {
  const window = {
    from: timeOf('--since', since, now),
    to: until === undefined ? now : timeOf('--until', until, now),
  };
  if (window.from > window.to) throw new WrongUsage('--since must not be after --until');
  return window;
}

function timeOf(option: string, text: string, now: number): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return Math.max(now - Number(count) * (spans[unit] ?? 0), 0);
  // A time without a zone would be the operator's own, and a month one that Date makes up.
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const time = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time) || time < 0)
    throw new WrongUsage(`${option} must be a span, as 30m, 24h or 7d, or a time, as 2030-04-01T12:00:00Z`);
  return time;
}
