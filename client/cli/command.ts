// A command of `isb`: what it offers, and how it ends otherwise than well.

/** Where a command runs: the process, or what stands for it in a test. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly usage: string;
  /** @throws WrongUsage, CommandFailure; anything else is told by its name alone */
  run(args: readonly string[], surroundings: Surroundings): Promise<void>;
}

/** The command line does not say what to do. Exit code 2. */
export class WrongUsage extends Error {}

/** What failed, in words that hold no secret. Exit code 1. */
export class CommandFailure extends Error {}
