// A process that answers each line that it is asked with a line, both JSON; everything that it said is kept.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Command } from './client-toolchains.ts';

export interface DrivenAnswer {
  readonly text?: string;
  readonly error?: string;
  readonly code?: string | null;
  readonly status?: number | null;
  /** Seconds. */
  readonly retryAfter?: number | null;
}

export class DrivenProcess {
  /** All of its output and its errors. */
  said = '';
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #ended: Promise<void>;

  /** Ends with the test. @param variables all of its environment, but for the search path and the home */
  constructor({ file, args, variables: own }: Command, variables: Readonly<Record<string, string>>) {
    const { PATH, HOME, TMPDIR } = process.env;
    this.#child = spawn(file, args, {
      env: { PATH, HOME, ...(TMPDIR && { TMPDIR }), ...own, ...variables },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    this.#ended = new Promise((ended) => this.#child.once('close', () => ended()));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => {
        this.said += chunk;
      });
    }
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(line: object): Promise<DrivenAnswer> {
    this.#child.stdin.write(`${JSON.stringify(line)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`the process has ended: ${this.said}`);
    return JSON.parse(value) as DrivenAnswer;
  }

  /** Closes its input. @returns all that it said */
  async end(): Promise<string> {
    this.#child.stdin.end();
    await this.#ended;
    return this.said;
  }
}
