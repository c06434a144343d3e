// One HTTP request, to the address that its host name stands for.
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, isIPv6, type LookupFunction } from 'node:net';
import { readWhole, TooLong } from './input.ts';
import { Journey } from './no-answer.ts';

interface HttpCall {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface SendOptions {
  /**
   * `NAME:PORT:ADDRESS`, as curl's `--resolve` takes it: where that name and port are, for a name that no resolver knows.
   */
  readonly resolve?: string | undefined;
  /** For the whole answer; default 10,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Bytes. API Gateway and Lambda pass on less. */
const LARGEST_ANSWER = 8_388_608;

/**
 * Sends a request and reads the whole answer.
 * @throws NoAnswer
 */
export function send(
  { url, body, ...options }: HttpCall,
  { resolve, timeoutMs = DEFAULT_TIMEOUT_MS }: SendOptions = {},
): Promise<HttpAnswer> {
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const address = resolve === undefined ? undefined : addressIn(resolve, target);
  const lookup = address === undefined ? undefined : lookupOf(address);
  const journey = new Journey(target, address ?? literalOf(target));
  return new Promise((done, fail) => {
    const failWith = (error: Error) =>
      fail(
        error instanceof TooLong
          ? journey.ended(`more than ${LARGEST_ANSWER.toLocaleString('en')} bytes`, error)
          : journey.failed(error),
      );
    const sent = request(target, { ...options, ...(lookup && { lookup }) }, (response) => {
      const { statusCode = 0, headers } = response;
      readWhole(response, LARGEST_ANSWER)
        .then((text) => ({ status: statusCode, headers: headersOf(headers), text }))
        .then(done, failWith);
    });
    const timer = setTimeout(() => {
      fail(journey.ended(`nothing within ${timeoutMs} ms`));
      sent.destroy();
    }, timeoutMs);
    sent
      .on('socket', (socket) => journey.follow(socket))
      .on('error', failWith)
      .on('close', () => clearTimeout(timer))
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

function lookupOf(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4;
  return (_, { all }, found) => (all ? found(null, [{ address, family }]) : found(null, address, family));
}

/** A host that is an address itself, which nobody looks up. */
function literalOf({ hostname }: URL): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) ? address : undefined;
}

function headersOf(headers: IncomingHttpHeaders): Headers {
  return new Headers(
    Object.entries(headers).flatMap(([name, value = '']) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
}
