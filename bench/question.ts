// A question: what is measured, and how its answer is told against its target.
import type { DeployedFunction } from './support/deployed-function.ts';
import { type Bound, plainVerdict, type Sampled, type Verdict, verdictOf } from './support/verdict.ts';

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
  /** Its bound, in the same unit; none: the figure is stated, and not judged. */
  readonly target?: string;
  /** By a run with rounds enough. */
  readonly verdict: Verdict | 'stated';
  /** By one with few, which may be too noisy to tell. */
  readonly quickVerdict: Verdict | 'stated';
  /** Share by which the same thing differs from itself in the run; none where nothing varies. */
  readonly noise?: number;
}

/** A figure on both sides, for the page that compares them. */
export interface ComparedRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly straightforward: number;
}

export interface Answer {
  readonly findings: readonly Finding[];
  /** Where the figures come from, line by line: printed below the table. */
  readonly details: readonly string[];
  /** What the page says of ours and of a straightforward broker. */
  readonly compared?: readonly ComparedRow[];
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
export function atMost(what: string, value: number | Sampled, limit: number, unit: string): Finding {
  return judged(what, value, { limit, side: 'at most' }, unit);
}

/** A finding that is met at `limit` and above. Throws where nothing was measured. */
export function atLeast(what: string, value: number | Sampled, limit: number, unit: string): Finding {
  return judged(what, value, { limit, side: 'at least' }, unit);
}

/** A figure that has no target. Throws where nothing was measured. */
export function stated(what: string, value: number | Sampled, unit: string): Finding {
  const figure = requireFigure(what, value);
  return { what, figure: `${shown(figure)} ${unit}`, verdict: 'stated', quickVerdict: 'stated' };
}

function judged(what: string, value: number | Sampled, bound: Bound, unit: string): Finding {
  const figure = requireFigure(what, value);
  const verdict = plainVerdict(figure, bound);
  return {
    what,
    figure: `${shown(figure)} ${unit}`,
    target: `${bound.side === 'at most' ? '≤' : '≥'} ${bound.limit} ${unit}`,
    verdict,
    ...(typeof value === 'number'
      ? { quickVerdict: verdict }
      : { quickVerdict: verdictOf(value, bound), noise: value.noise }),
  };
}

/** Not a number is what comes of no samples: a broken measurement, and no target that was missed. */
function requireFigure(what: string, value: number | Sampled): number {
  const figure = typeof value === 'number' ? value : value.value;
  if (Number.isNaN(figure)) throw new Error(`nothing was measured: ${what}`);
  return figure;
}

/** Three significant digits. */
export function shown(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
