// A process with the function's environment, in which something is measured; its output is counted and thrown away.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface Measured<T> {
  readonly result: T;
  /** Lines that it wrote to standard output. */
  readonly lines: number;
}

export interface MeasureOptions {
  /** The whole environment of the process but `PATH`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Node's own options. */
  readonly nodeOptions?: readonly string[];
  /**
   * Where standard output goes. `file`, the default: a write costs what a write costs. `pipe`: to this process, which
   * every line wakes up; on few cores that is measured, too.
   */
  readonly output?: 'file' | 'pipe';
}

/**
 * Runs a module of measured/, gives it the input, and takes what it answers.
 *
 * @throws Error where the process ends without an answer; what went wrong is on standard error
 */
export async function measure<T>(
  module: string,
  input: object,
  { variables, nodeOptions = [], output = 'file' }: MeasureOptions,
): Promise<Measured<T>> {
  const path = fileURLToPath(new URL(`../measured/${module}.ts`, import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-bench-'));
  const outputPath = join(directory, 'output');
  const file = openSync(outputPath, 'w');
  try {
    const child = fork(path, {
      execArgv: ['--import', 'tsx', ...nodeOptions],
      env: { ...variables, PATH: process.env['PATH'] ?? '' },
      stdio: ['ignore', output === 'file' ? file : 'pipe', 'inherit', 'ipc'],
    });
    const piped = child.stdout && linesOf(child.stdout);
    let result: T | undefined;
    child.on('message', (message) => {
      result = message as T;
    });
    child.send(input);
    await once(child, 'close');
    if (result === undefined) throw new Error(`bench/measured/${module}.ts ended without an answer`);
    return { result, lines: await (piped ?? linesOf(createReadStream(outputPath))) };
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function linesOf(stream: Readable): Promise<number> {
  let lines = 0;
  for await (const chunk of stream) for (const byte of chunk as Buffer) if (byte === 0x0a) lines += 1;
  return lines;
}

/** In the process: the input. */
export async function inputOf<T>(): Promise<T> {
  const [input] = await once(process, 'message');
  return input as T;
}

/** In the process: answers, and ends it. */
export function answer(result: object): void {
  process.send?.(result, () => process.stdout.write('', () => process.exit()));
}
