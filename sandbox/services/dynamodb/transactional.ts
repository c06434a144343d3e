// A dynalite that takes transactions too: they are carried out in front of it, one at a time and with nothing beside.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { AwsError } from '../../aws-error.ts';
import { Exclusive } from './exclusive.ts';
import { answerOf, headersOf } from './forward.ts';
import { Transactions } from './transactions.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

/** The server itself, which also answers TransactWriteItems from now on. */
export function transactional<T extends Server>(dynalite: T): T {
  const [handle] = dynalite.listeners('request') as Handle[];
  if (!handle) throw new Error('dynalite listens to no requests');
  const exclusive = new Exclusive();
  const transactions = new Transactions((operation, input) => runIn(handle, operation, input));
  dynalite.removeAllListeners('request');
  dynalite.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    if (/\.TransactWriteItems$/.test(String(request.headers['x-amz-target']))) {
      const input = await readBody(request);
      return answer(response, () => exclusive.alone(() => transactions.write(input)));
    }
    const end = await exclusive.share();
    response.once('close', end);
    return handle(request, response);
  });
  return dynalite;
}

/** Asks dynalite past its socket, which may be closed meanwhile: a transaction is never left half done. */
async function runIn(handle: Handle, operation: string, input: unknown): Promise<unknown> {
  const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(input))]), {
    method: 'POST',
    url: '/',
    headers: headersOf(operation),
  });
  const [statusCode, body] = await new Promise<[number, string]>((resolve) => {
    const response = {
      statusCode: 200,
      setHeader: () => undefined,
      end: (text: string) => resolve([response.statusCode, text]),
    };
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  return answerOf(statusCode, JSON.parse(body));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

async function answer(response: ServerResponse, run: () => Promise<unknown>): Promise<void> {
  response.setHeader('content-type', 'application/x-amz-json-1.0');
  try {
    response.end(JSON.stringify(await run()));
  } catch (error) {
    const { code, message, statusCode, fields } =
      error instanceof AwsError ? error : new AwsError('InternalServerError', String(error), 500);
    response.statusCode = statusCode;
    response.end(JSON.stringify({ ...fields, __type: `com.amazonaws.dynamodb.v20120810#${code}`, message }));
  }
}
