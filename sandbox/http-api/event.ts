// The event of payload format 2.0: what the function sees of a request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
import type { Caller } from '../identities/identities.ts';
import { commonLogTime, type Exchange } from './exchange.ts';

/** The account and the API that the event names. */
export interface EventOrigin {
  readonly accountId: string;
  readonly apiId: string;
}

/** Bodies of these types are text; any other is base64, one without a type too. */
const textType = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+json|[\w.-]+\+xml)\b)/i;

/** Throws `URIError` where path or query are not well-formed. */
export function proxyEvent(exchange: Exchange, { accountId, apiId }: EventOrigin): Record<string, unknown> {
  const { request, caller, route } = exchange;
  const { cookie, ...headers } = eventHeaders(exchange);
  const host = headers['host'] ?? '';
  const domainName = host.replace(/:\d+$/, '');
  const query = decodeQuery(request.rawQuery);
  const isText = textType.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: route?.routeKey,
    rawPath: exchange.path,
    rawQueryString: request.rawQuery,
    ...(cookie !== undefined && { cookies: cookie.split(/; */) }),
    headers,
    ...(query && { queryStringParameters: query }),
    ...(exchange.pathParameters && { pathParameters: exchange.pathParameters }),
    requestContext: {
      accountId,
      apiId,
      ...(caller && { authorizer: { iam: iamContext(caller) } }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: exchange.path,
        protocol: exchange.protocol,
        sourceIp: exchange.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: request.requestId,
      routeKey: route?.routeKey,
      stage: '$default',
      time: commonLogTime(exchange.startedAt),
      timeEpoch: exchange.startedAt,
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

function iamContext(caller: Caller): Record<string, string | null> {
  return {
    accessKey: caller.accessKeyId,
    accountId: caller.accountId,
    callerId: caller.userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId: caller.userId,
  };
}

/** Names in lower case, repeated ones joined by commas, and the headers that API Gateway adds. */
function eventHeaders({ rawHeaders, sourceIp, rootTraceId, request }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  const add = (name: string, value: string): void => {
    const earlier = headers[name];
    // Cookies are a list of their own, of which a client may send parts: RFC 6265, 5.4; RFC 9113, 8.2.3.
    const separator = name === 'cookie' ? '; ' : ',';
    headers[name] = earlier === undefined ? value : `${earlier}${separator}${value}`;
  };
  for (let at = 0; at < rawHeaders.length; at += 2) {
    add((rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? '');
  }
  if (request.body.length === 0) headers['content-length'] ??= '0';
  headers['x-amzn-trace-id'] ??= `Root=${rootTraceId}`;
  add('x-forwarded-for', sourceIp);
  headers['x-forwarded-port'] = (headers['host'] ?? '').replace(/^.*:/, '');
  headers['x-forwarded-proto'] = 'http';
  for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'expect']) delete headers[name];
  return headers;
}

/** Names and values decoded, repeated ones joined by commas; `undefined` where there is no query. */
export function decodeQuery(rawQuery: string): Record<string, string> | undefined {
  if (rawQuery === '') return undefined;
  const parameters = new Map<string, string>();
  for (const pair of rawQuery.split('&').filter(Boolean)) {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(pair) ?? [];
    const key = decode(name);
    const earlier = parameters.get(key);
    parameters.set(key, earlier === undefined ? decode(value) : `${earlier},${decode(value)}`);
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
