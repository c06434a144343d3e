// Events: what API Gateway sends the function, payload format 2.0.
import type { Caller } from '../../service/caller.ts';
import { callerNamed, iamOf } from './callers.ts';

export interface EventOptions {
  readonly caller?: Caller;
  /** Decoded query parameters; API Gateway leaves the field out where there are none. */
  readonly query?: Record<string, string>;
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown;
  readonly base64?: boolean;
}

/** Every route of the API. */
export const routes = [
  'POST /applications',
  'PUT /applications',
  'GET /applications',
  'DELETE /applications',
  'GET /credentials',
  'POST /credentials',
] as const;

/** @param route method and path, `POST /applications` */
export function eventOf(route: string, options: EventOptions = {}): Record<string, unknown> {
  const [method, path] = route.split(' ') as [string, string];
  const { caller = callerNamed('App'), query, body, base64 = false } = options;
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path,
    rawQueryString: query ? new URLSearchParams(query).toString() : '',
    headers: { host: 'api.execute-api.eu-west-1.amazonaws.com', 'content-type': 'application/json' },
    ...(query && { queryStringParameters: query }),
    requestContext: {
      accountId: '111122223333',
      apiId: 'api',
      authorizer: { iam: iamOf(caller) },
      domainName: 'api.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '01/Apr/2030:12:00:00 +0000',
      timeEpoch: 1901275200000,
    },
    ...(text !== undefined && { body: base64 ? Buffer.from(text).toString('base64') : text }),
    isBase64Encoded: base64,
  };
}
