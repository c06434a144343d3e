// The HTTP APIs' endpoints: a request's way from the socket through API Gateway to the function and back.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from '../account/account.ts';
import { behalfOf } from '../account/trail.ts';
import { newRootTraceId } from '../lambda/lambda-function.ts';
import type { LogGroups } from '../log-groups.ts';
import { listenOnLoopback } from '../loopback-listener.ts';
import { accessLogValues } from './access-log-values.ts';
import { authorizeByIam } from './authorizer.ts';
import { decodeQuery } from './event.ts';
import { type Exchange, GatewayError, type HttpAnswer, newRequestId } from './exchange.ts';
import type { HttpApi } from './http-api.ts';
import { HttpApis } from './http-apis.ts';
import { invokeIntegration } from './invocation.ts';
import { refusalOf } from './refusal.ts';
import { readBody, requireSmallHead } from './request-limits.ts';

export interface HttpApiEndpoint {
  /** What templates define; each is served as soon as it is deployed. */
  readonly apis: HttpApis;
  /** Of the first of them: `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpApiEndpointOptions {
  /** Of the API that is deployed first. 0 takes any free one, here and below. */
  readonly port: number;
  /** The stack whose API is the portal's, and that API's port. */
  readonly portal?: { readonly stackName: string; readonly port: number } | undefined;
  /** Of the APIs beside these two, by their number from 0. Default: any free ones. */
  readonly furtherPort?: (number: number) => number;
  readonly account: Account;
  readonly logGroups: LogGroups;
}

/** The one that the stage writes. */
const ACCESS_LOG_STREAM = createHash('md5').update('$default').digest('hex');

/**
 * Listens on 127.0.0.1 for the API that is deployed first; further ones are listened for once they are. The portal's is
 * reached as `http://localhost:PORT`, where browsers keep the cookies that they keep for https.
 */
export async function startHttpApiEndpoint(options: HttpApiEndpointOptions): Promise<HttpApiEndpoint> {
  const closing: (() => Promise<void>)[] = [];
  const serving = (served: () => HttpApi | undefined) => () => {
    // Room above API Gateway's own limit on the head, so that it is the one that applies.
    const server = createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 60_000 });
    server.on('request', (request, response) => void serve(request, response, { apis, served }, options));
    return server;
  };
  let furtherCount = 0;
  const open = async (place: 'portal' | 'further', served: () => HttpApi | undefined): Promise<string> => {
    if (place === 'portal') {
      const listener = await listenOnLoopback(serving(served), options.portal?.port ?? 0);
      closing.push(() => listener.close());
      return `http://localhost:${listener.port}`;
    }
    const port = options.furtherPort?.(furtherCount) ?? 0;
    furtherCount += 1;
    return listenOnIpv4(serving(served)(), port, closing);
  };
  const url = await listenOnIpv4(serving(() => apis.served)(), options.port, closing);
  const apis = new HttpApis({ first: url, portalStack: options.portal?.stackName, open });
  return {
    apis,
    url,
    close: async () => {
      await Promise.all(closing.map((close) => close()));
    },
  };
}

async function listenOnIpv4(server: Server, port: number, closing: (() => Promise<void>)[]): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  closing.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The APIs, and the one of the address that a request came to. */
interface Reached {
  readonly apis: HttpApis;
  readonly served: () => HttpApi | undefined;
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  reached: Reached,
  { account, logGroups }: HttpApiEndpointOptions,
): Promise<void> {
  const startedMs = performance.now();
  const exchange = newExchange(incoming, account.now());
  let gatewayError: GatewayError | undefined;
  const answer = await answerTo(incoming, exchange, reached, account).catch((error): HttpAnswer => {
    if (!(error instanceof GatewayError || incoming.errored)) console.error(error);
    gatewayError =
      error instanceof GatewayError ? error : new GatewayError(500, 'Internal Server Error', 'DEFAULT_5XX');
    return gatewayError.answer;
  });

  if (response.destroyed) return;
  for (const cookie of answer.cookies ?? []) response.appendHeader('set-cookie', cookie);
  response
    .writeHead(answer.statusCode, {
      ...answer.headers,
      'content-length': answer.body.length,
      'apigw-requestid': exchange.request.requestId,
    })
    .end(answer.body);

  const responseLatencyMs = Math.round(performance.now() - startedMs);
  const served = reached.served();
  const accessLog = served?.stage?.accessLog;
  if (served && accessLog) {
    const values = accessLogValues(account, served, exchange, { answer, gatewayError, responseLatencyMs });
    logGroups.append(accessLog.logGroup, accessLog.format.render(values), ACCESS_LOG_STREAM);
  }
  record(account, exchange, answer, gatewayError);
}

async function answerTo(
  incoming: IncomingMessage,
  exchange: Exchange,
  { apis, served }: Reached,
  account: Account,
): Promise<HttpAnswer> {
  exchange.request = { ...exchange.request, body: await readBody(incoming) };
  requireSmallHead(incoming);
  exchange.path = decodedPath(exchange);

  const api = apis.reachedBy(incoming.headers.host, served());
  if (!api && served()) {
    exchange.denialReason = `the default endpoint is disabled: ${incoming.headers.host} is no custom domain name of the API`;
  }
  const match = api?.stage && api.routes.matching(exchange.request.method, exchange.path);
  if (!match) throw new GatewayError(404, 'Not Found', 'RESOURCE_NOT_FOUND');
  const { route } = match;
  exchange.route = route;
  exchange.pathParameters = match.pathParameters;

  if (!api.stage.throttle.admits(route.routeKey))
    throw new GatewayError(429, 'Too Many Requests', 'THROTTLED');
  if (route.authorizationType === 'AWS_IAM') await authorizeByIam(account, api.apiId, exchange);
  return invokeIntegration(account, { accountId: account.accountId, apiId: api.apiId }, exchange, route);
}

function newExchange(incoming: IncomingMessage, startedAt: number): Exchange {
  const [rawPath = '/', ...query] = (incoming.url ?? '/').split('?');
  return {
    request: {
      method: incoming.method ?? 'GET',
      rawPath,
      rawQuery: query.join('?'),
      headers: incoming.headers,
      body: Buffer.alloc(0),
      requestId: newRequestId(),
    },
    rawHeaders: incoming.rawHeaders,
    sourceIp: incoming.socket.remoteAddress ?? '',
    protocol: `HTTP/${incoming.httpVersion}`,
    startedAt,
    rootTraceId: newRootTraceId(),
    path: rawPath,
  };
}

/** Decoded, once it is certain that the query can be, too. */
function decodedPath({ request: { rawPath, rawQuery } }: Exchange): string {
  try {
    decodeQuery(rawQuery);
    return decodeURIComponent(rawPath);
  } catch {
    throw new GatewayError(400, 'Bad Request', 'BAD_REQUEST_BODY');
  }
}

/** A path that leads nowhere is not recorded: nobody knows what stands in it. */
function record(
  { trail }: Account,
  exchange: Exchange,
  answer: HttpAnswer,
  gatewayError: GatewayError | undefined,
): void {
  const { route, caller, request, startedAt, denialReason, integrationError } = exchange;
  const reason = refusalOf(exchange, answer, gatewayError);
  const event = {
    time: startedAt,
    service: 'execute-api',
    operation: route?.routeKey ?? `${request.method} (no route)`,
    callerArn: caller?.arn,
    ...behalfOf(caller),
    statusCode: answer.statusCode,
    ...(gatewayError && {
      errorCode: gatewayError.responseType,
      errorMessage: denialReason ?? integrationError ?? gatewayError.message,
    }),
    ...(reason !== undefined && { reason }),
  };
  trail.record(event, { method: request.method, path: request.rawPath });
}
