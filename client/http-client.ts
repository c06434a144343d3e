// One HTTP request, to the address that its host name stands for.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import { text } from 'node:stream/consumers';

export interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request before its answer is whole. */
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Sends a request and reads the whole answer.
 * @param resolve `NAME:PORT:ADDRESS`, as curl's `--resolve` takes it: where that name and port are, for a name that
 *   no resolver knows
 */
export function send({ url, body, ...options }: HttpCall, resolve?: string): Promise<HttpAnswer> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const lookup = resolve === undefined ? undefined : lookupOf(resolve, target);
  return new Promise((done, fail) => {
    request(target, { ...options, ...(lookup && { lookup }) }, (response) => {
      const { statusCode = 0, headers } = response;
      text(response).then(
        (answer) => done({ status: statusCode, headers: headersOf(headers), text: answer }),
        fail,
      );
    })
      .on('error', fail)
      .end(body);
  });
}

/**
 * The address that the entry gives a URL's host; `undefined` where the entry is for another name or port.
 * @throws Error for an entry that is none
 */
export function addressIn(resolve: string, target: URL): string | undefined {
  const [, name, port, address = ''] = /^([^:]+):(\d+):\[?([^[\]]+)\]?$/.exec(resolve) ?? [];
  if (!name) throw new Error(`${resolve} is not NAME:PORT:ADDRESS`);
  const defaultPort = target.protocol === 'https:' ? '443' : '80';
  const isMeant = name.toLowerCase() === target.hostname && port === (target.port || defaultPort);
  return isMeant ? address : undefined;
}

function lookupOf(resolve: string, target: URL): LookupFunction | undefined {
  const address = addressIn(resolve, target);
  if (address === undefined) return undefined;
  const family = isIPv6(address) ? 6 : 4;
  return (_, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value = '']) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
}
