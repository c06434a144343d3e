// The probe run in the test's own process, as a shell that has sourced the sandbox's env file would run it.
import { vi } from 'vitest';
import { type Options, readOptions } from '../../../probe/options.ts';
import { type Report, run } from '../../../probe/run.ts';

/** Of each check, the longest that can be set: only a hang takes as long. */
export const TIMEOUT_MS = 60_000;

/** Whose access key the SDK takes up; until `vi.unstubAllEnvs`. */
export function source(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('ISB_PROBE_PASSWORD', 'Aa1!of-the-probe');
}

export function options(...args: string[]): Options {
  return readOptions(['--timeout-ms', String(TIMEOUT_MS), ...args], process.env);
}

export async function runQuietly(...args: string[]): Promise<Report> {
  return run(options(...args), { tell: () => {} });
}
