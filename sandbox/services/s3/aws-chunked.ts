// The `aws-chunked` encoding: a body in chunks that may carry their own signatures, with headers after it.
import type { HttpRequest } from '../../account/operation.ts';
import { AwsError } from '../../aws-error.ts';

export interface Chunk {
  readonly data: Uint8Array;
  /** Hex, in lower case; `undefined` where the chunk has none. */
  readonly signature: string | undefined;
}

export interface ChunkedBody {
  /** The last is the empty one that ends the body. */
  readonly chunks: readonly Chunk[];
  /** By their names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Takes the framing apart; verifies nothing but the length that the request declares. Throws
 * `MissingContentLength` where it declares none, and `IncompleteBody` for framing that does not add up.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked({ headers, body: encoded }: HttpRequest): ChunkedBody {
  const declaredLength = headers['x-amz-decoded-content-length'];
  if (declaredLength === undefined) {
    throw new AwsError('MissingContentLength', 'You must provide the Content-Length HTTP header.', 411);
  }
  const chunks: Chunk[] = [];
  let position = 0;
  do {
    const { size, signature, start } = readChunkHeader(encoded, position);
    const end = start + size;
    chunks.push({ data: encoded.subarray(start, end), signature });
    position = end;
    if (size > 0) {
      if (encoded.toString('latin1', end, end + 2) !== '\r\n') throw incompleteBody();
      position += 2;
    }
  } while (chunks.at(-1)?.data.length !== 0);
  const length = chunks.reduce((sum, { data }) => sum + data.length, 0);
  if (String(length) !== declaredLength) throw incompleteBody();
  return { chunks, trailers: parseTrailers(encoded.toString('latin1', position)) };
}

function readChunkHeader(
  encoded: Buffer,
  position: number,
): { size: number; signature: string | undefined; start: number } {
  const end = encoded.indexOf('\r\n', position);
  const line = encoded.toString('latin1', position, end < 0 ? position : end);
  const [, size, signature] = /^([0-9a-f]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? [];
  if (size === undefined) throw incompleteBody();
  return { size: Number.parseInt(size, 16), signature, start: end + 2 };
}

function parseTrailers(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([^:\s]+):(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw incompleteBody();
      return [name.toLowerCase(), value.trim()];
    }),
  );
}

function incompleteBody(): AwsError {
  return new AwsError('IncompleteBody', 'The request body terminated unexpectedly');
}
