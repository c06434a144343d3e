// The AWS endpoint: one loopback address for all services, from the signed request to the answer.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from '../account/account.ts';
import type { HttpRequest } from '../account/operation.ts';
import type { LateService, RestXmlService, Service } from '../account/service.ts';
import { AwsError } from '../aws-error.ts';
import { jsonTarget } from '../protocols/json.ts';
import type { HttpAnswer } from '../protocols/protocol.ts';
import { queryParameters } from '../protocols/query.ts';
import { parseAuthorizationHeader } from '../signatures/authorization-header.ts';
import { Exchange } from './exchange.ts';
import { BodyTooLarge, readHttpRequest } from './http-request.ts';
import { protocolOf } from './protocol-of.ts';

export interface AwsEndpoint {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Those of AWS whose requests have paths and whose errors are XML. */
const restXmlServices = ['s3', 's3-outposts', 'route53', 'cloudfront'];

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Answers requests to these services; what it does not know it answers 501 by name.
 * @param options.port on 127.0.0.1; 0 takes any that is free
 */
export async function startAwsEndpoint(
  account: Account,
  services: readonly (Service | LateService)[],
  { port }: { port: number },
): Promise<AwsEndpoint> {
  const server = createServer((incoming, response) => {
    serve(account, services, incoming, response).catch((error: unknown) => {
      // Only a client that hung up may come here; every other failure has been answered.
      if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') console.error('sandbox:', error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  account: Account,
  services: readonly (Service | LateService)[],
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let answer: HttpAnswer | undefined;
  try {
    const request = await readHttpRequest(incoming, MAX_BODY_BYTES);
    const service = findService(services, request);
    answer =
      typeof service === 'string'
        ? refuseService(account, service, request)
        : await new Exchange(account, await loaded(service), request).answer();
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    answer = {
      statusCode: 413,
      headers: { 'content-type': 'text/plain' },
      body: `${error.message}\n`,
    };
  }
  if (!answer) {
    incoming.socket.destroy();
    return;
  }
  const { statusCode, headers, body, stalls } = answer;
  response.sendDate = false;
  response.writeHead(statusCode, {
    // Clients set their clocks by it: the account's time, not the machine's.
    date: new Date(account.now()).toUTCString(),
    ...(statusCode !== 204 && !stalls && { 'content-length': String(Buffer.byteLength(body)) }),
    ...headers,
  });
  if (stalls) response.flushHeaders();
  else response.end(body);
}

function loaded(service: Service | LateService): Service | Promise<Service> {
  return 'load' in service ? service.load() : service;
}

/** The service by the signature's scope; an unsigned request is told by its target or action. Else what it asked for. */
function findService(
  services: readonly (Service | LateService)[],
  request: HttpRequest,
): Service | LateService | string {
  const name = scopeService(request);
  if (name !== undefined) {
    const named = services.filter((service) => service.name === name);
    return named.find((service) => isMeant(service, request)) ?? name;
  }
  const target = jsonTarget(request);
  if (target) {
    const found = services.find(
      (service) => service.protocol === 'json' && service.targetPrefix === target.prefix,
    );
    return found ?? target.prefix;
  }
  const action = queryParameters(request).get('Action');
  if (action) {
    const found = services.find(
      (service) =>
        service.protocol === 'query' && 'operations' in service && Object.hasOwn(service.operations, action),
    );
    return found ?? `with the operation ${action}`;
  }
  return (
    services.find((service) => service.protocol === 'rest-xml' && isMeant(service, request)) ??
    'for unsigned requests'
  );
}

function isMeant(service: Pick<Service, 'name'>, request: HttpRequest): boolean {
  return (service as Partial<RestXmlService>).isMeant?.(request) ?? true;
}

function scopeService(request: HttpRequest): string | undefined {
  try {
    return parseAuthorizationHeader(request)?.scope.service;
  } catch {
    // A broken header is refused by the service that the rest of the request points to.
    return undefined;
  }
}

/** In JSON to a client that speaks it, else in XML, so that any client can show what is missing. */
function refuseService({ trail, now }: Account, name: string, request: HttpRequest): HttpAnswer {
  const error = new AwsError('NotImplemented', `The sandbox has no service ${name}.`, 501);
  const event = {
    time: now(),
    service: 'unknown',
    operation: 'unknown',
    callerArn: undefined,
    statusCode: error.statusCode,
    errorCode: error.code,
    errorMessage: 'The sandbox has no such service.',
  };
  trail.record(event, { method: request.method, path: request.rawPath });
  return protocolOf(unknownService(name, request)).fail(error, request);
}

function unknownService(name: string, request: HttpRequest): Service {
  const target = jsonTarget(request);
  if (target) {
    return { name, operations: {}, protocol: 'json', targetPrefix: target.prefix, jsonVersion: '1.0' };
  }
  // Of services with paths most speak JSON.
  return request.rawPath !== '/' && !restXmlServices.includes(name)
    ? { name, operations: {}, protocol: 'rest-json', operationOf: () => undefined }
    : { name, operations: {}, protocol: 'query', xmlNamespace: '' };
}
