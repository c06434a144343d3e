// A command of `isb`: what it offers, and how it ends otherwise than well.
import type { Timing } from '../library/timing.ts';

/** Where a command runs: the process, or what stands for it in a test. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Default: empty. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Default: the machine's. */
  readonly timing?: Timing;
}

export interface Command {
  /** What `--help` prints. */
  readonly usage: string;
  /** @throws WrongUsage, CommandFailure; anything else is told by its name alone */
  run(args: readonly string[], surroundings: Surroundings): Promise<void>;
}

/** A command in the list: its module, and the clients of AWS that this needs, are loaded where it is asked for. */
export interface ListedCommand {
  /** One line. */
  readonly summary: string;
  load(): Promise<Command>;
}

export type Commands = ReadonlyMap<string, ListedCommand>;

/** The command line does not say what to do. Exit code 2. */
export class WrongUsage extends Error {}

/** What failed, in words that hold no secret. Exit code 1. */
export class CommandFailure extends Error {}

/** What ended a command half-way, in words that hold no secret. */
export function reasonOf(cause: unknown): string {
  return cause instanceof CommandFailure ? cause.message : ((cause as Error | undefined)?.name ?? 'an error');
}
