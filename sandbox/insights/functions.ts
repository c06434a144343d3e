// The functions of Logs Insights that the sandbox has, but for those that aggregate.
import { shown, Time, type Value } from './value.ts';

export interface NamedFunction {
  /** How many arguments. */
  readonly least: number;
  /** Default: no more than the least. */
  readonly most?: number;
  /** Takes the event's time and a period, `bin(5m)`. */
  readonly takesPeriod?: boolean;
  readonly run: (values: readonly Value[]) => Value;
}

const periods: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `5m`; `undefined` for none at all, and for weeks, months and years, of which AWS does not say when they begin. */
export function periodMs(period: string): number | undefined {
  const [, count, unit = ''] = /^(\d+)(\w+)$/.exec(period) ?? [];
  return Number(count) * (periods[unit] ?? 0) || undefined;
}

const ofText = (run: (text: string) => Value): NamedFunction => ({
  least: 1,
  run: ([value]) => (value === undefined ? undefined : run(shown(value))),
});

export const functions: Readonly<Record<string, NamedFunction>> = {
  bin: {
    least: 1,
    takesPeriod: true,
    run: ([time, lengthMs]) =>
      time instanceof Time ? new Time(time.epochMs - (time.epochMs % Number(lengthMs))) : undefined,
  },
  coalesce: { least: 1, most: 20, run: (values) => values.find((value) => value !== undefined) },
  concat: {
    least: 1,
    most: 20,
    run: (values) => values.map((value) => (value === undefined ? '' : shown(value))).join(''),
  },
  isempty: { least: 1, run: ([value]) => (value === undefined || value === '' ? 1 : 0) },
  ispresent: { least: 1, run: ([value]) => (value === undefined ? 0 : 1) },
  strcontains: {
    least: 2,
    run: ([text, part]) =>
      text !== undefined && part !== undefined && shown(text).includes(shown(part)) ? 1 : 0,
  },
  strlen: ofText((text) => text.length),
  tolower: ofText((text) => text.toLowerCase()),
  toupper: ofText((text) => text.toUpperCase()),
};
