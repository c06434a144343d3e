// Where a token comes from: a file, a variable or a command, and never an argument.
import { spawn } from 'node:child_process';
import { readFrom, readWhole, TooLong } from '../input.ts';
import { CommandFailure, type Surroundings, WrongUsage } from './command.ts';
import { RUNNING } from './own-credentials.ts';
import { shownName } from './shown-text.ts';

export const tokenOptions = {
  'token-file': { type: 'string' },
  'token-variable': { type: 'string' },
  'token-command': { type: 'string' },
  // Known, so that it is refused with a word of how.
  token: { type: 'string' },
} as const;

export type TokenValues = Partial<Record<keyof typeof tokenOptions, string | undefined>>;

/** Of a command's usage. */
export const tokenUsage = `  --token-file FILE      holds the token; - is standard input. Default: the file that
                         ISB_TOKEN_FILE names
  --token-variable NAME  the environment variable that holds it
  --token-command 'COMMAND'
                         prints it; run by the shell`;

/** What the broker takes at most. */
const LONGEST_TOKEN = 32_768;
/** Bytes, with a byte order mark, line ends and blanks around it. */
const MOST_READ = LONGEST_TOKEN + 64;

const hint = 'give --token-file FILE (- is standard input), --token-variable NAME or --token-command COMMAND';

/**
 * Gets the token, once. `undefined` where no source is named.
 * @throws WrongUsage for more than one source, or none that can be
 */
export function tokenSource(
  values: TokenValues,
  words: readonly string[],
  surroundings: Surroundings,
): (() => Promise<string>) | undefined {
  if (values.token !== undefined || words.length > 0) {
    throw new WrongUsage(`a token is no argument, and nothing else is given without its option: ${hint}`);
  }
  const { 'token-file': file, 'token-variable': variable, 'token-command': command } = values;
  const given = [file, variable, command].filter((value) => value !== undefined);
  if (given.length > 1) throw new WrongUsage(`several sources of the token: ${hint}, and only one`);
  if (variable !== undefined) return ofVariable(variable, surroundings.env);
  if (command !== undefined) return ofCommand(command, surroundings.env);
  const path = file ?? (surroundings.env['ISB_TOKEN_FILE'] || undefined);
  return path === undefined ? undefined : ofFile(path, surroundings);
}

/** @throws WrongUsage where no source is named either */
export function requiredToken(...source: Parameters<typeof tokenSource>): () => Promise<string> {
  const found = tokenSource(...source);
  if (!found) throw new WrongUsage(`where is the token? ${hint}, or set ISB_TOKEN_FILE`);
  return found;
}

function ofVariable(name: string, env: Surroundings['env']): () => Promise<string> {
  // Another word may be the token itself.
  if (!/^[A-Za-z_]\w{0,63}$/.test(name)) {
    throw new WrongUsage('--token-variable must be the name of an environment variable');
  }
  return async () => tokenIn(env[name] ?? '', `the variable ${name}`);
}

function ofFile(path: string, { stdin }: Surroundings): () => Promise<string> {
  const where = path === '-' ? 'standard input' : 'the token file';
  return async () => {
    try {
      return tokenIn(await readFrom(path, stdin, MOST_READ), where);
    } catch (error) {
      if (error instanceof TooLong) throw noToken(where);
      if (error instanceof CommandFailure) throw error;
      const { code = 'an error' } = error as NodeJS.ErrnoException;
      throw new CommandFailure(`${where} cannot be read: ${code}`);
    }
  };
}

function ofCommand(command: string, env: Surroundings['env']): () => Promise<string> {
  if (command.trim() === '') throw new WrongUsage('--token-command must be a command for the shell');
  return async () => {
    const where = 'the token command';
    // What it says of a failure may hold the token, too: its standard error is nobody's.
    const child = spawn(command, {
      shell: true,
      env: { ...env, [RUNNING]: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = new Promise<string>((done, fail) => {
      child.once('error', fail);
      child.once('close', (code, signal) => done(signal ?? String(code)));
    });
    const text = readWhole(child.stdout, MOST_READ).catch((error: unknown) => {
      child.kill();
      throw error;
    });
    const [read, end] = await Promise.allSettled([text, ended]);
    if (end.status === 'rejected') throw new CommandFailure(`${where} could not be started`);
    if (read.status === 'rejected') throw noToken(where);
    if (end.value !== '0') throw new CommandFailure(`${where} failed: ${exitOf(end.value)}`);
    return tokenIn(read.value, where);
  };
}

function exitOf(end: string): string {
  return /^\d+$/.test(end) ? `exit code ${end}` : shownName(end);
}

/** A byte order mark before it, and line ends after it, are none of it. */
function tokenIn(text: string, where: string): string {
  const token = text.trim();
  if (token === '') throw new CommandFailure(`${where} holds no token: it is empty`);
  if (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) throw noToken(where);
  return token;
}

function noToken(where: string): CommandFailure {
  return new CommandFailure(`${where} holds no token: one word of 32,768 characters at most`);
}
