// Reading a request whole, as it was sent.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '../account/operation.ts';

/** The body is longer than the endpoint takes. */
export class BodyTooLarge extends Error {
  constructor(readonly maxBytes: number) {
    super(`The request's body is longer than ${maxBytes} bytes.`);
    this.name = 'BodyTooLarge';
  }
}

/**
 * Reads the body to its end, also past the limit, so that the client can read the answer.
 * @throws BodyTooLarge
 */
export async function readHttpRequest(incoming: IncomingMessage, maxBytes: number): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  if (length > maxBytes) throw new BodyTooLarge(maxBytes);
  const url = originForm(incoming.url ?? '/');
  const at = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    rawPath: at < 0 ? url : url.slice(0, at),
    rawQuery: at < 0 ? '' : url.slice(at + 1),
    headers: incoming.headers,
    body: Buffer.concat(chunks),
    requestId: randomUUID(),
  };
}

/**
 * The path and query of a request's target. A client that takes the endpoint for its proxy sends a whole URL, whose host is also in
 * the header: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
function originForm(target: string): string {
  const [, rest] = /^http:\/\/[^/?]*(.*)$/is.exec(target) ?? [];
  if (rest === undefined) return target;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
