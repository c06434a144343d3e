// A registration as a file, or standard input, holds it: JSON, which is sent as it is written.
import { readFrom, TooLong } from '../input.ts';
import { CommandFailure, type Surroundings } from './command.ts';
import { shownName } from './shown-text.ts';

/** Bytes that the broker takes at most. */
const LARGEST = 65_536;

/**
 * The text of the registration. It is not written anew: a member that stands twice is the broker's to refuse.
 *
 * @param path `-`: standard input
 * @param applicationName whom a registrar registers, if the file need not say it
 * @throws CommandFailure
 */
export async function readRegistration(
  path: string,
  applicationName: string | undefined,
  { stdin }: Surroundings,
): Promise<string> {
  const where = path === '-' ? 'standard input' : shownName(path);
  const text = (await read(path, where, stdin)).replace(/^\uFEFF/, '').trim();
  const document = objectIn(text, where);
  const named = document['ApplicationName'];
  if (applicationName === undefined || named === applicationName) return text;
  if (named !== undefined) {
    throw new CommandFailure(`${where} has another ApplicationName than --application says`);
  }
  const member = `"ApplicationName":${JSON.stringify(applicationName)}`;
  return `{${member}${Object.keys(document).length > 0 ? ',' : ''}${text.slice(1)}`;
}

async function read(path: string, where: string, stdin: Surroundings['stdin']): Promise<string> {
  try {
    return await readFrom(path, stdin, LARGEST);
  } catch (error) {
    if (error instanceof TooLong) throw new CommandFailure(`${where} is too large: 65,536 bytes at most`);
    const { code = 'an error' } = error as NodeJS.ErrnoException;
    throw new CommandFailure(`${where} ${unreadable[code] ?? `cannot be read: ${code}`}`);
  }
}

const unreadable: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EISDIR: 'is a folder, and no file',
  EACCES: 'may not be read',
};

function objectIn(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure(`${where} is no JSON${placeOf(error, text)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new CommandFailure(`${where} is no JSON object`);
}

/** Of what the parser says, the place alone: its message may quote the text. */
function placeOf(error: unknown, text: string): string {
  if (text === '') return ': it is empty';
  const { message } = error as Error;
  if (/end of JSON/.test(message)) return ': it ends too soon';
  const [, position] = /position (\d+)/.exec(message) ?? [];
  if (position === undefined) return '';
  const before = text.slice(0, Number(position)).split('\n');
  return `: see line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
