// Text that is read whole, of a file, a stream or an answer, and never more of it than there is a use for.
import { open } from 'node:fs/promises';

/** There is more of it. */
export class TooLong extends Error {}

/**
 * @param most bytes
 * @throws TooLong
 */
export async function readWhole(
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  most: number,
): Promise<string> {
  const read: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > most) throw new TooLong();
    read.push(bytes);
  }
  return Buffer.concat(read).toString('utf8');
}

/**
 * The text of a file.
 *
 * @param path `-`: standard input
 * @param stdin default: empty
 * @param most bytes
 * @throws TooLong; the system's error, where it cannot be read
 */
export async function readFrom(
  path: string,
  stdin: AsyncIterable<Uint8Array | string> | undefined,
  most: number,
): Promise<string> {
  // The stream closes the file, whole or not.
  return readWhole(path === '-' ? (stdin ?? []) : (await open(path)).createReadStream(), most);
}
