// `isb` in the test's own process, as a shell with these variables would run it.
import { Readable } from 'node:stream';
import { vi } from 'vitest';
import { main } from '../../../client/cli/main.ts';
import type { Timing } from '../../../client/library/timing.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What else stands for the process. */
export interface Stands {
  readonly stdin?: string;
  readonly timing?: Timing;
}

export function isb(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  return isbWith({}, environment, ...args);
}

/** One at a time: the SDK reads the variables of the process, which are put back when it has ended. */
export async function isbWith(
  { stdin = '', timing }: Stands,
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  try {
    const exitCode = await main(args, {
      env: environment,
      stdin: Readable.from([stdin]),
      stdout: into('stdout'),
      stderr: into('stderr'),
      ...(timing && { timing }),
    });
    return { exitCode, ...written };
  } finally {
    vi.unstubAllEnvs();
  }
}
