// Our broker and a straightforward one, each in an execution environment of its own, before the same stand-ins.
import { dirname } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { type ComparedRow, shown } from '../question.ts';
import type { DeployedBundle, DeployedFunction } from './deployed-function.ts';
import { bundleMeasured, type EsmBundle } from './esm-bundle.ts';
import { type ExecutionEnvironment, withEnvironments } from './execution-environment.ts';
import type { LatencySet } from './latencies.ts';
import { median, type Times } from './rounds.ts';
import { type StandIns, startStandIns } from './stand-ins.ts';
import { ratio, type Sampled } from './verdict.ts';

/** The name of its side in times. */
export const STRAIGHTFORWARD = 'straightforward';

export interface Surroundings {
  readonly latencies: Pick<LatencySet, 'latencyMs' | 'awsOverTls'>;
  readonly jwks: JSONWebKeySet;
  /** Ours, by name. Default: one called `ours`, whose settings have all their defaults. */
  readonly brokers?: Readonly<Record<string, DeployedBundle>>;
}

export interface BothSides {
  /** By name: of the brokers, and {@link STRAIGHTFORWARD}. */
  readonly environments: Readonly<Record<string, ExecutionEnvironment>>;
  readonly standIns: StandIns;
}

export async function withBothSides<T>(
  deployed: DeployedFunction,
  { latencies, jwks, brokers = { ours: deployed } }: Surroundings,
  work: (sides: BothSides) => Promise<T>,
): Promise<T> {
  const { path } = await bundleStraightforward(deployed);
  const { latencyMs, awsOverTls = false } = latencies;
  const standIns = await startStandIns({ latencyMs, awsOverTls, jwks });
  const startOf = (module: string, { variables }: DeployedBundle) => ({
    module,
    variables: { ...variables, ...standIns.variables },
  });
  const ours = Object.entries(brokers).map(([name, bundle]) => [name, startOf(bundle.bundlePath, bundle)]);
  const starts = { ...Object.fromEntries(ours), [STRAIGHTFORWARD]: startOf(path, deployed) };
  try {
    return await withEnvironments(starts, (environments) => work({ environments, standIns }));
  } finally {
    await standIns.stop();
  }
}

export function bundleStraightforward(deployed: DeployedFunction): Promise<EsmBundle> {
  return bundleMeasured('straightforward-broker', dirname(deployed.bundlePath));
}

/** How many times as long as `ours` the straightforward broker takes. */
export function timesOurs(times: Times, ours: string): Sampled {
  return ratio(times, STRAIGHTFORWARD, ours);
}

/** Of the page that compares the two. */
export function comparedRow(what: string, times: Times, ours: string): ComparedRow {
  return { what, unit: 'ms', ours: medianOf(times, ours), straightforward: medianOf(times, STRAIGHTFORWARD) };
}

export function shownTimes(times: Times): string {
  return Object.keys(times)
    .map((name) => `${name} ${shown(medianOf(times, name))} ms`)
    .join(', ');
}

export function medianOf(times: Times, name: string): number {
  return median(times[name] ?? []);
}
