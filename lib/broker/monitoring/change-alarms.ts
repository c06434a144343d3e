// Alarms on what was allowed, and should have been meant.
import type { CountAlarmProps } from '../../monitoring/alarms.ts';
import { registrationChanges, registrationWrites } from './metrics.ts';

export const changeAlarms: readonly Omit<CountAlarmProps, 'onCall'>[] = [
  {
    name: 'RegistrationChanges',
    counts: registrationWrites.map((operation) => registrationChanges(operation)),
    // Whoever changes a registration decides which tenants its application reaches.
    atLeast: 1,
    urgency: 'ticket',
    meaning: 'A registration was created, replaced by a different one, or removed.',
  },
];
