// The alarm on what a broker that shares sessions depends on besides: without it, it serves on, and asks STS more often.
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import { sharedSessionsFallback } from './metrics.ts';

export const sharedSessionsAlarms: readonly Omit<CountAlarmProps, 'onCall'>[] = [
  {
    name: 'SharedSessionsFallback',
    counts: [sharedSessionsFallback()],
    // An environment counts once in ten seconds at most.
    atLeast: 5,
    periods: [2, 3],
    urgency: 'ticket',
    meaning:
      'Each execution environment asks STS by itself, because the table of shared sessions or its key does not answer.',
  },
];
