// API Gateway's limits on a request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
import type { IncomingMessage } from 'node:http';
import { GatewayError } from './exchange.ts';

/** "Total combined size of request line and header values" */
const maxHeadBytes = 10_240;
const maxBodyBytes = 10 * 1_024 * 1_024;

export function requireSmallHead({ method, url, httpVersion, rawHeaders }: IncomingMessage): void {
  const values = rawHeaders.filter((_, at) => at % 2 === 1);
  const requestLine = `${method} ${url} HTTP/${httpVersion}`;
  const size = [requestLine, ...values].reduce((sum, text) => sum + Buffer.byteLength(text, 'latin1'), 0);
  if (size > maxHeadBytes) {
    throw new GatewayError(431, 'Request Header Fields Too Large', 'REQUEST_TOO_LARGE');
  }
}

/** Reads to the end, past the limit too, so that the client is there to read the answer. */
export async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) throw new GatewayError(413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE');
  return Buffer.concat(chunks);
}
