// The deployed handler and what it is sent: imported by the modules that measure it.
import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { callerNamed } from '../../test/support/callers.ts';
import { eventOf } from '../../test/support/events.ts';

export interface Result {
  readonly statusCode: number;
  readonly body: string;
}

export type Handler = (event: unknown, context: Context) => Promise<Result>;

export async function loadHandler(bundlePath: string): Promise<Handler> {
  return (await import(pathToFileURL(bundlePath).href)).handler;
}

/** `GET /credentials?jwt=…` as API Gateway passes it on. */
export function credentialsEvent(token: string, application = 'App'): unknown {
  return eventOf('GET /credentials', { query: { jwt: token }, caller: callerNamed(application) });
}

export const context = { awsRequestId: 'lambda-request-1' } as Context;

/** Sends the event, and throws where the answer is not 200. */
export async function expectCredentials(handler: Handler, event: unknown): Promise<Result> {
  const result = await handler(event, context);
  if (result.statusCode !== 200) throw new Error(`answered ${result.statusCode}: ${result.body}`);
  return result;
}

/** Of the requests that X-Ray is told of beyond the first in a second, its default rule samples 1 in 20. */
const SAMPLED_EVERY = 20;
let traces = 0;

/**
 * What the runtime does before a request: a new trace.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
 */
export function beginTrace(isSampled = traces % SAMPLED_EVERY === 0): void {
  traces += 1;
  const id = randomBytes(20).toString('hex');
  process.env['_X_AMZN_TRACE_ID'] =
    `Root=1-${id.slice(0, 8)}-${id.slice(8, 32)};Parent=${id.slice(24)};Sampled=${isSampled ? 1 : 0}`;
}
