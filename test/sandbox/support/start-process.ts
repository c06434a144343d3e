// `npm start` as a process of its own, and what it says.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const project = fileURLToPath(new URL('../../..', import.meta.url));

export interface Started {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** What it exports. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the AWS endpoint, the HTTP API and the JWK set endpoint. */
  readonly ports: readonly number[];
  readonly stateDirectory: string;
  readonly exited: Promise<number | null>;
}

/** Runs what `npm start` runs, with these variables added to the environment. */
export function run(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...args], {
    cwd: project,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('exit', resolve));
}

/** Resolves once it is ready, on any free ports, its files below the directory. Killed after the test, if need be. */
export async function start(temporaryDirectory: string, ...args: string[]): Promise<Started> {
  const child = run(['--port', '0', ...args], { TMPDIR: temporaryDirectory });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = exitOf(child);
  const output = await outputUntil(child.stdout, 'ready\n');
  const exports = [...output.matchAll(/^export (\w+)=(.*)$/gm)];
  const variables = Object.fromEntries(exports.map(([, name, value]) => [name, value]));
  const urls = [variables['AWS_ENDPOINT_URL'], variables['ISB_API_ENDPOINT'], variables['ISB_JWKS_URL']];
  const ports = urls.map((url) => Number(new URL(url ?? '').port));
  const stateDirectory = join(project, '.sandbox', String(ports[0]));
  return { process: child, variables, ports, stateDirectory, exited };
}

async function outputUntil(stream: Readable, end: string): Promise<string> {
  let output = '';
  for await (const chunk of stream) {
    output += chunk;
    if (output.endsWith(end)) break;
  }
  return output;
}
