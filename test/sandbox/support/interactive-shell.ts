// A person's shell: interactive, on a pseudo-terminal where Python can make one, with blocks of commands pasted into it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { onTestFinished } from 'vitest';

/** How a shell is started as a person has it, history expansion and all, but without the person's own files. */
const interactive = {
  bash: { args: ['--norc', '--noediting', '-i'], traps: 'trap \'echo "failed $?"\' ERR' },
  // Off are its line editor and its way of making room for a prompt: both only draw on the terminal.
  zsh: {
    args: ['-f', '-i', '+Z', '-o', 'no_prompt_sp', '-o', 'no_prompt_cr'],
    traps: 'TRAPZERR() { echo "failed $?"; }',
  },
} as const;

export type ShellName = keyof typeof interactive;

const pseudoTerminal = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';

export function isInstalled(command: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'command -v "$0"', command], { stdio: 'ignore' }).status === 0;
}

export class InteractiveShell {
  readonly #child: ChildProcess;
  #output = '';
  #onOutput: () => void = () => {};
  #pasted = 0;

  /** Within a test, after which it is killed, if need be. */
  constructor(name: ShellName, cwd: string, variables: Readonly<Record<string, string | undefined>>) {
    const shell = [name, ...interactive[name].args] as const;
    const [command, ...args] = isInstalled('python3') ? ['python3', '-c', pseudoTerminal, ...shell] : shell;
    // A terminal that can nothing, so that nothing but what is said comes out of it.
    const env = { ...variables, TERM: 'dumb', PS1: '', PS2: '', HISTFILE: '/dev/null' };
    this.#child = spawn(command, args, { cwd, env, stdio: 'pipe' });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += stripVTControlCharacters(chunk.toString()).replaceAll('\r', '');
        this.#onOutput();
      });
    }
    this.#child.once('exit', () => this.#onOutput());
    // What it reads from a pipe it cannot be told not to repeat, and does not.
    this.#write(`PS1= PS2=; stty -echo 2> /dev/null; ${interactive[name].traps}\n`);
  }

  /** Ends what is printed while it starts: how it greets. */
  async greet(): Promise<void> {
    await this.paste(':');
  }

  /** Resolves with what is said until the block is done: `failed N` for each command that fails, among the rest. */
  async paste(block: string): Promise<string> {
    this.#pasted += 1;
    const from = this.#output.length;
    // Typed in two words, so that the line itself is not taken for what it prints.
    this.#write(`${block.trimEnd()}\necho "pasted"" ${this.#pasted}."\n`);
    const end = `pasted ${this.#pasted}.\n`;
    await new Promise<void>((resolve, reject) => {
      this.#onOutput = () => {
        if (this.#output.includes(end, from)) resolve();
        else if (this.#child.exitCode !== null) reject(new Error(`the shell has ended:\n${this.#output}`));
      };
      this.#onOutput();
    });
    return this.#output.slice(from, this.#output.indexOf(end, from));
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#write('exit\n');
    await ended;
  }

  #write(text: string): void {
    this.#child.stdin?.write(text);
  }
}
