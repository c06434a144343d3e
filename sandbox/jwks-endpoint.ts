// The https endpoint where user pools publish their JWK sets, as `cognito-idp.REGION.amazonaws.com` does.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, Faults } from './account/faults.ts';
import type { Trail } from './account/trail.ts';
import { listenOnLoopback } from './loopback-listener.ts';
import type { UserPool } from './user-pools/user-pool.ts';

export interface JwksEndpoint {
  /** `https://localhost:PORT`, no slash at the end: known before any pool exists. */
  readonly url: string;
  /** Publishes any JSON under a path, even over a pool's own; returns its URL. */
  publish(path: string, jwks: unknown): string;
  /** How many requests the path has had, those that met a fault included. */
  requestCount(path: string): number;
  close(): Promise<void>;
}

export interface JwksEndpointOptions {
  /** 0 takes any free one. */
  readonly port: number;
  /** A certificate for `localhost`, and its key. */
  readonly certPem: string;
  readonly keyPem: string;
  readonly trail: Trail;
}

interface Answer {
  readonly statusCode: number;
  readonly body: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Serves `GET /POOL/.well-known/jwks.json` and `…/openid-configuration` on loopback. Faults of service
 * `jwks` apply; their operation is the request's method and path.
 */
export async function startJwksEndpoint(
  userPools: () => ReadonlyMap<string, UserPool>,
  faults: Faults,
  { port, certPem, keyPem, trail }: JwksEndpointOptions,
): Promise<JwksEndpoint> {
  const published = new Map<string, unknown>();
  const requestCounts = new Map<string, number>();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    const operation = `${request.method} ${path}`;
    requestCounts.set(path, (requestCounts.get(path) ?? 0) + 1);
    const fault = faults.take('jwks', operation);
    if (fault?.delayMs !== undefined) await delay(fault.delayMs);
    if (fault?.disconnect) {
      request.socket.destroy();
      return;
    }
    const { statusCode, body, error } =
      faultyAnswer(fault) ??
      (published.has(path) ? found(published.get(path)) : poolAnswer(userPools(), request.method, path));
    const event = {
      time: Date.now(),
      service: 'jwks',
      operation,
      callerArn: undefined,
      statusCode,
      ...(error && { errorCode: error.code, errorMessage: error.message }),
    };
    trail.record(event, { method: request.method ?? '', path });
    response.writeHead(statusCode, {
      'content-type': 'application/json',
      ...(!fault?.stall && { 'content-length': Buffer.byteLength(body) }),
      ...(statusCode === 200 && { 'cache-control': 'public, max-age=86400' }),
    });
    if (fault?.stall) response.flushHeaders();
    else response.end(body);
  }

  const listener = await listenOnLoopback(
    () => createServer({ cert: certPem, key: keyPem }, (request, response) => void serve(request, response)),
    port,
  );
  const url = `https://localhost:${listener.port}`;
  return {
    url,
    publish(path, jwks) {
      published.set(path, jwks);
      return `${url}${path}`;
    },
    requestCount: (path) => requestCounts.get(path) ?? 0,
    close: () => listener.close(),
  };
}

function faultyAnswer(fault: Fault | undefined): Answer | undefined {
  if (fault?.error) return failed(fault.error.statusCode, fault.error.code, fault.error.message);
  if (fault?.stall) return { statusCode: 200, body: '' };
  if (fault?.garbage !== undefined) return { statusCode: 200, body: fault.garbage };
  return undefined;
}

function poolAnswer(
  userPools: ReadonlyMap<string, UserPool>,
  method: string | undefined,
  path: string,
): Answer {
  if (method !== 'GET' && method !== 'HEAD') return failed(405, 'MethodNotAllowed', 'Method not allowed');
  const [, userPoolId = '', document] =
    /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(path) ?? [];
  const userPool = userPools.get(userPoolId);
  if (document === undefined) return failed(404, 'NotFound', `No document at ${path}`);
  if (!userPool) return failed(404, 'ResourceNotFoundException', `User pool ${userPoolId} does not exist.`);
  return found(document === 'jwks.json' ? userPool.jwks : openIdConfiguration(userPool));
}

/** What Cognito publishes of a pool that has no domain: no endpoint but the JWK set's. */
function openIdConfiguration({ issuer }: UserPool): Record<string, unknown> {
  return {
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
  };
}

function found(document: unknown): Answer {
  return { statusCode: 200, body: JSON.stringify(document) };
}

function failed(statusCode: number, code: string, message: string): Answer {
  return { statusCode, body: JSON.stringify({ code, message }), error: { code, message } };
}
