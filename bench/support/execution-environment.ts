// Execution environments as processes of their own, which are sent one event after the other.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { median, type Times } from './rounds.ts';
import type { Start } from './starts.ts';

/** What an environment says of a request that it has answered. */
export interface Served {
  readonly statusCode: number;
  /** From the event until the result. */
  readonly ms: number;
  /** From the start of the process until its handler was imported. */
  readonly readyMs: number;
  /** All that the process occupies when it has answered, in bytes. */
  readonly rss: number;
  /** Of an answer that is none of success. */
  readonly body?: string;
}

/** Of the requests that X-Ray is told of beyond the first in a second, its default rule samples 1 in 20. */
const SAMPLED_EVERY = 20;

export class ExecutionEnvironment {
  readonly #child: ChildProcess;
  /** Settled when the process has ended, whenever that is asked for. */
  readonly #closed: Promise<undefined>;
  #requests = 0;

  /** Imports the module when the first request is there, and serves it at once: nothing is done ahead in between. */
  constructor({ module, variables }: Start) {
    const path = fileURLToPath(new URL('../measured/environment.mjs', import.meta.url));
    this.#child = fork(path, module ? [pathToFileURL(module).href] : [], {
      // On Lambda's Node.js there is none: the SDK warns of Node.js 20, in the middle of the first request.
      execArgv: ['--no-warnings'],
      env: { ...variables },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#closed = once(this.#child, 'close').then(() => undefined);
  }

  /** @throws Error where the answer is none of success, or the process ends without one */
  async serve(event: unknown, isSampled = this.#isNextSampled()): Promise<Served> {
    this.#requests += 1;
    const noLonger = new AbortController();
    const answered = once(this.#child, 'message', { signal: noLonger.signal });
    this.#child.send({ event, isSampled });
    const message = await Promise.race([answered, this.#closed]);
    if (!message) {
      noLonger.abort();
      await answered.catch(() => undefined);
      throw new Error('the execution environment ended without an answer');
    }
    const served = message[0] as Served;
    if (served.statusCode >= 300) throw new Error(`answered ${served.statusCode}: ${served.body}`);
    return served;
  }

  async stop(): Promise<void> {
    this.#child.kill();
    await this.#closed;
  }

  /** The first is not: of those that are sent in a second to all environments, most are not. */
  #isNextSampled(): boolean {
    return this.#requests % SAMPLED_EVERY === SAMPLED_EVERY - 1;
  }
}

/** One request to every side in each round, each in an environment of its own, which is new. */
export async function serveFirst(
  sides: Readonly<Record<string, Start & { readonly event: unknown; readonly isSampled?: boolean }>>,
  rounds: number,
): Promise<Record<string, Served[]>> {
  const served: Record<string, Served[]> = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { event, isSampled = false, ...start }] of Object.entries(sides)) {
      const environment = new ExecutionEnvironment(start);
      try {
        served[name]?.push(await environment.serve(event, isSampled));
      } finally {
        await environment.stop();
      }
    }
  }
  return served;
}

export interface Turn {
  readonly environment: ExecutionEnvironment;
  /** A request that this side has not been sent before, or one that it has: what is to be measured. */
  readonly next: () => unknown;
  /** Another that is sent every request before it, and is not measured. Default: none. */
  readonly ahead?: ExecutionEnvironment;
}

/**
 * Median milliseconds of every side in each round. Its requests alternate with those of the others, so that a noisy moment is
 * in all of them.
 */
export async function serveByTurns(
  sides: Readonly<Record<string, Turn>>,
  { warmUps, rounds, requests }: TurnsExtent,
): Promise<Times> {
  const times: Times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const turns = async (amount: number) => {
    const served: Times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
    for (let turn = 0; turn < amount; turn += 1)
      for (const [name, { environment, next, ahead }] of Object.entries(sides)) {
        const event = next();
        await ahead?.serve(event);
        served[name]?.push((await environment.serve(event)).ms);
      }
    return served;
  };
  await turns(warmUps);
  for (let round = 0; round < rounds; round += 1)
    for (const [name, ms] of Object.entries(await turns(requests))) times[name]?.push(median(ms));
  return times;
}

export interface TurnsExtent {
  /** Turns before the first round. */
  readonly warmUps: number;
  readonly rounds: number;
  /** Of a side in a round. */
  readonly requests: number;
}

/** Runs `work` with an environment for each start, and stops them. */
export async function withEnvironments<T, K extends string>(
  starts: Readonly<Record<K, Start>>,
  work: (environments: Readonly<Record<K, ExecutionEnvironment>>) => Promise<T>,
): Promise<T> {
  const environments = Object.entries<Start>(starts).map(
    ([name, start]) => [name, new ExecutionEnvironment(start)] as const,
  );
  try {
    return await work(Object.fromEntries(environments) as Record<K, ExecutionEnvironment>);
  } finally {
    await Promise.all(environments.map(([, environment]) => environment.stop()));
  }
}

/** Of what environments said, one figure. */
export function figuresOf(
  served: Readonly<Record<string, readonly Served[]>>,
  figure: (one: Served) => number,
): Times {
  return Object.fromEntries(Object.entries(served).map(([name, all]) => [name, all.map(figure)]));
}
