// Values of a Logs Insights query: how they compare, and how results show them.

/** A moment, in milliseconds since the epoch. */
export class Time {
  constructor(readonly epochMs: number) {}
}

/** `undefined`: a field that the event has not. */
export type Value = string | number | Time | undefined;

/** The number that it is, or that its text says. */
export function numberOf(value: Value): number | undefined {
  if (value instanceof Time) return value.epochMs;
  if (typeof value === 'number') return value;
  return value !== undefined && /^\s*-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$/.test(value)
    ? Number(value)
    : undefined;
}

/** Numbers as numbers, and whatever else as text; `undefined` where one of them is not there. */
export function compare(one: Value, other: Value): number | undefined {
  if (one === undefined || other === undefined) return undefined;
  const [a, b] = [numberOf(one), numberOf(other)];
  const isOfTexts = typeof one === 'string' && typeof other === 'string';
  // Two texts of one number, as ids of more digits than a number keeps, are not the same.
  if (a !== undefined && b !== undefined && (a !== b || !isOfTexts)) return a - b;
  const [text, otherText] = [shown(one), shown(other)];
  return text < otherText ? -1 : text > otherText ? 1 : 0;
}

/** In the order of `sort`: what is not there, texts, numbers. */
export function compareForSort(one: Value, other: Value): number {
  const rank = (value: Value) => (value === undefined ? 0 : numberOf(value) === undefined ? 1 : 2);
  return rank(one) - rank(other) || (compare(one, other) ?? 0);
}

/** As in a result: `2026-11-21 12:00:00.000`. */
export function shown(value: Exclude<Value, undefined>): string {
  if (value instanceof Time) return new Date(value.epochMs).toISOString().replace('T', ' ').slice(0, -1);
  return String(value);
}
