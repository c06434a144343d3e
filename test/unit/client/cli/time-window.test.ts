// The window of time: spans back from now and times, both ends, and what is no time.
import { describe, expect, it } from 'vitest';
import { timeWindow } from '../../../../client/cli/time-window.ts';

const now = Date.parse('2030-04-02T12:00:00.000Z');
const shown = (since: string, until?: string) => {
  const { from, to } = timeWindow(now, since, until);
  return [new Date(from).toISOString(), new Date(to).toISOString()];
};

describe('a window', () => {
  it.each([
    ['90s', undefined, '2030-04-02T11:58:30.000Z', '2030-04-02T12:00:00.000Z'],
    ['30m', '5m', '2030-04-02T11:30:00.000Z', '2030-04-02T11:55:00.000Z'],
    ['24h', undefined, '2030-04-01T12:00:00.000Z', '2030-04-02T12:00:00.000Z'],
    ['7d', '2030-04-01', '2030-03-26T12:00:00.000Z', '2030-04-01T00:00:00.000Z'],
    [
      '2030-04-01T12:00Z',
      '2030-04-01T14:30:00.5+02:00',
      '2030-04-01T12:00:00.000Z',
      '2030-04-01T12:30:00.500Z',
    ],
    ['999999d', undefined, '1970-01-01T00:00:00.000Z', '2030-04-02T12:00:00.000Z'],
  ])('from %s to %s', (since, until, from, to) => {
    expect(shown(since, until)).toEqual([from, to]);
  });

  it.each([
    '',
    '24',
    'h',
    '1w',
    '-1h',
    '1.5h',
    '2030',
    '2030-04',
    '2030-02-31T00:00',
    '2030-04-01T12:00:00',
    '2030-13-01',
    'now',
  ])('does not begin at %j', (since) => {
    expect(() => timeWindow(now, since)).toThrow(
      '--since must be a span, as 30m, 24h or 7d, or a time, as 2030-04-01T12:00:00Z',
    );
  });

  it('does not end before it begins', () => {
    expect(() => timeWindow(now, '1h', '2h')).toThrow('--since must not be after --until');
  });
});
