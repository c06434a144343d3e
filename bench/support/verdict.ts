// Verdicts: whether a figure meets its target, or the run it comes of was too noisy to tell. Decided from the run alone.
import { median, type Times } from './rounds.ts';

/** A figure, and how far off it may be: what the same run says of itself. */
export interface Sampled {
  /** In the unit of the finding: the median over the rounds. */
  readonly value: number;
  /** Share by which two measurements of the same thing differ in this run: 0.1 is 10%. */
  readonly noise: number;
  /** What the figure may be in truth, at the least and at the most, if it is off by as much. */
  readonly low: number;
  readonly high: number;
}

export interface Bound {
  readonly limit: number;
  /** Whether the figure is to stay below the limit, or above it. */
  readonly side: 'at most' | 'at least';
}

export type Verdict = 'pass' | 'missed' | 'cannot be judged here';

/** Up to here a run is quiet, and its figure counts as it is. */
export const QUIET = 0.05;
/** No noise excuses more: whatever a run says of itself, twice the target is missed. */
export const MOST_NOISE = 1;

/** By the figure alone: of a full form, which has rounds enough, and of what does not vary, as a number of calls. */
export function plainVerdict(value: number, { limit, side }: Bound): Verdict {
  return (side === 'at most' ? value <= limit : value >= limit) ? 'pass' : 'missed';
}

/** Cannot be judged: what is nearer to its limit than the run's noise, on either side of it. */
export function verdictOf({ value, noise, low, high }: Sampled, bound: Bound): Verdict {
  const verdicts = [low, high].map((edge) => plainVerdict(edge, bound));
  return noise <= QUIET || verdicts[0] === verdicts[1] ? plainVerdict(value, bound) : 'cannot be judged here';
}

/** How many times as long `task` takes as `base`. */
export function ratio(times: Times, task: string, base: string): Sampled {
  return sampled(ratiosOf(times, task, base), [times[task] ?? [], times[base] ?? []]);
}

/**
 * The median of a ratio that was taken in every round.
 *
 * @param sides what was measured in the same rounds: each against itself says how noisy the run was
 */
export function sampled(ratios: readonly number[], sides: readonly (readonly number[])[]): Sampled {
  const value = median(ratios);
  const found = Math.max(spreadOf(ratios), ...sides.map(unrestOf));
  // Not a number is what comes of times that came out below nothing: as noisy as can be.
  const noise = Number.isNaN(found) ? MOST_NOISE : Math.min(found, MOST_NOISE);
  return { value, noise, low: value / (1 + noise), high: value * (1 + noise) };
}

/** A ratio as what it adds: 1.2 × is 20 %. */
export function asPercentAdded({ noise, ...figures }: Sampled): Sampled {
  const added = (factor: number) => (factor - 1) * 100;
  return { noise, value: added(figures.value), low: added(figures.low), high: added(figures.high) };
}

/** Of every round. */
export function ratiosOf(times: Times, task: string, base: string): number[] {
  const bases = times[base] ?? [];
  return (times[task] ?? []).map((time, round) => time / (bases[round] ?? Number.NaN));
}

/**
 * The same thing against itself, from one round to the next: half of the differences are larger. What slows down both sides
 * of a ratio alike does not show in the ratio, but may well slow one of them more.
 */
function unrestOf(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => Math.abs(Math.log(value / (values[index] ?? value))));
  return steps.length === 0 ? 0 : Math.expm1(median(steps));
}

/** By how much the median of so many may be off: the notch of a box plot, 1.57 × the box ÷ √n (McGill, Tukey, Larsen 1978). */
function spreadOf(values: readonly number[]): number {
  const logs = values.map(Math.log).sort((a, b) => a - b);
  const at = (share: number) => logs[Math.round((logs.length - 1) * share)] ?? 0;
  return Math.expm1((1.57 * (at(0.75) - at(0.25))) / Math.sqrt(values.length));
}
