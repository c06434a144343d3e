// Dates as AWS shows those that it keeps in whole seconds.

/** `2026-03-01T12:00:00Z`; what is past the second is cut off. */
export function wholeSeconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
