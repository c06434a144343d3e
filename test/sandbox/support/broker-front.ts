// What stands before a sandbox's broker: it may be cut off, repeat an answer, and tell clients that credentials expire earlier.
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { BrokerAnswer } from '../../../client/broker-client.ts';

export interface BrokerFront {
  readonly port: number;
  /** Without a slash at its end. */
  readonly url: string;
  /** What credentials are said to have left; the truth, where it is not set. */
  secondsLeft?: number;
  /** Every connection is cut, unanswered. */
  isCutOff?: boolean;
  /** An answer that the broker gave before, for every request. */
  repeats?: BrokerAnswer;
  /** The secrets and session tokens that have passed. */
  readonly secrets: string[];
}

/** @param broker its endpoint, http on loopback @param tls answers https, with this certificate */
export async function openBrokerFront(
  broker: string,
  tls?: { readonly key: string; readonly cert: string },
): Promise<BrokerFront> {
  const pass = (asked: IncomingMessage, answer: ServerResponse) => {
    if (front.isCutOff) return void asked.socket.destroy();
    if (front.repeats) {
      const { status, headers, body } = front.repeats;
      const retryAfter = headers.get('retry-after') ?? '';
      return void answer.writeHead(status, { 'retry-after': retryAfter }).end(JSON.stringify(body));
    }
    forward(new URL(broker), asked, answer, front).catch(() => asked.socket.destroy());
  };
  const server: Server = tls ? createTlsServer(tls, pass) : createServer(pass);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const front: BrokerFront = { port, url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, secrets: [] };
  return front;
}

/** The request as it came, for its headers are signed. */
async function forward(
  { port }: URL,
  asked: IncomingMessage,
  answer: ServerResponse,
  { secondsLeft, secrets }: BrokerFront,
): Promise<void> {
  const { method, url: path, headers } = asked;
  const body = await buffer(asked);
  const response = await new Promise<IncomingMessage>((answered, failed) => {
    request({ host: '127.0.0.1', port, method, path, headers }, answered).on('error', failed).end(body);
  });
  const text = (await buffer(response)).toString();
  const { 'content-length': _, 'transfer-encoding': __, ...passed } = response.headers;
  answer.writeHead(response.statusCode ?? 502, passed);
  if (response.statusCode !== 200) return void answer.end(text);
  const issued = JSON.parse(text) as Record<string, string>;
  secrets.push(issued['SecretAccessKey'] as string, issued['SessionToken'] as string);
  const isAged = secondsLeft !== undefined;
  const Expiration = new Date(Date.now() + (secondsLeft ?? 0) * 1_000).toISOString();
  answer.end(isAged ? JSON.stringify({ ...issued, Expiration }) : text);
}
