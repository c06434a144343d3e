// How often a property is tried: a moderate number, times PROPERTY_RUNS_FACTOR: `npm run test:long` tries eight times as often.
import { vi } from 'vitest';

const factor = Number(process.env['PROPERTY_RUNS_FACTOR'] ?? 1);

vi.setConfig({ testTimeout: 300_000 * factor });

/** The parameters of a property; importing this gives the file's tests the time that they need. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: Math.ceil(count * factor) };
}
