// Text that is read whole, of a file, a stream or an answer, and never more of it than there is a use for.

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
