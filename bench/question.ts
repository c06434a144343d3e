// A question: what is measured, and how its answer is told against its target.
import type { DeployedFunction } from './support/deployed-function.ts';

/**
 * How thoroughly: `full`; `quick`, from fewer samples, with the same table; or `smoke`, just enough for every line of it to
 * run, with figures that say nothing.
 */
export type Form = 'full' | 'quick' | 'smoke';

export interface Conditions {
  readonly form: Form;
  /** The function as `cdk deploy` would deploy it. */
  readonly deployed: DeployedFunction;
}

export interface Finding {
  /** What was measured, in a few words. */
  readonly what: string;
  /** The figure with its unit: `1.4 × crypto.verify`. */
  readonly figure: string;
  /** Its bound, in the same unit. */
  readonly target: string;
  readonly isMet: boolean;
}

export interface Answer {
  readonly findings: readonly Finding[];
  /** Where the figures come from, line by line: printed below the table. */
  readonly details: readonly string[];
  /** Everything measured: written to results/. */
  readonly raw: unknown;
}

export interface Question {
  /** File name of its results, without extension. */
  readonly name: string;
  readonly title: string;
  /** Whether what waits for another thread is to be measured without the time that waking it up takes. */
  readonly needsWakefulCores?: boolean;
  ask(conditions: Conditions): Promise<Answer>;
}

/** A finding that is met at `limit` and below. Throws where nothing was measured. */
export function atMost(what: string, value: number, limit: number, unit: string): Finding {
  requireFigure(what, value);
  return { what, figure: `${shown(value)} ${unit}`, target: `≤ ${limit} ${unit}`, isMet: value <= limit };
}

/** A finding that is met at `limit` and above. Throws where nothing was measured. */
export function atLeast(what: string, value: number, limit: number, unit: string): Finding {
  requireFigure(what, value);
  return { what, figure: `${shown(value)} ${unit}`, target: `≥ ${limit} ${unit}`, isMet: value >= limit };
}

/** Not a number is what comes of no samples: a broken measurement, and no target that was missed. */
function requireFigure(what: string, value: number): void {
  if (Number.isNaN(value)) throw new Error(`nothing was measured: ${what}`);
}

/** Three significant digits. */
export function shown(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
