// Fetching JWK sets over https: from public addresses alone, unless the deployment names the host, and within bounds.
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { lookupBy, type NameResolver, newNameResolver } from './host-addresses.ts';
import { type Fetcher, MAX_JWK_SET_BYTES } from './jwk-sets.ts';
import { type JwksProblem, UnfitJwkSet } from './jwks-problem.ts';

export interface HttpsFetcherOptions {
  /** Of the whole exchange, from looking up the name to the end of the body. */
  readonly timeoutMs: number;
  /** Default: {@link newNameResolver}. */
  readonly newResolver?: (budgetMs: number) => Promise<NameResolver>;
  /**
   * Whom to trust where the deployment names the host, and nowhere else; asked when the first of these is fetched from.
   * Default: Node's own authorities alone.
   */
  readonly trust?: (() => Promise<SecureContext>) | undefined;
}

/**
 * A {@link Fetcher} over https: no redirects, no more bytes than a JWK set may have, and a time-out over the whole
 * exchange, after which nothing of it goes on.
 *
 * The address that is connected to is the one that was looked at, so that a name cannot be one thing when it is checked
 * and another when it is used.
 */
export function httpsFetcher({
  timeoutMs,
  newResolver = newNameResolver,
  trust,
}: HttpsFetcherOptions): Fetcher {
  return async (url, { isNamed }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    // Each fetch has its own: cancelling is for all that a resolver still asks.
    const resolver = await newResolver(timeoutMs);
    try {
      const secureContext = isNamed ? await trust?.() : undefined;
      const lookup = lookupBy(resolver, isNamed);
      return await readBounded(await answerOf(url, { lookup, secureContext, signal }));
    } catch (error) {
      // What fails for being stopped says so in many words, and never why.
      throw signal.aborted ? signal.reason : error;
    } finally {
      resolver.cancel();
    }
  };
}

interface Connecting {
  readonly lookup: LookupFunction;
  /** Whom to trust; Node's own roots where it is not there. */
  readonly secureContext: SecureContext | undefined;
  readonly signal: AbortSignal;
}

function answerOf(url: string, connecting: Connecting): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'identity' };
    // By default, a variable of the environment decides whether certificates are checked (NODE_TLS_REJECT_UNAUTHORIZED).
    const options = { ...connecting, agent: false, headers, rejectUnauthorized: true };
    const request = get(url, options, (response) => {
      const encoding = response.headers['content-encoding'] ?? 'identity';
      if (response.statusCode === 200 && encoding === 'identity') return resolve(response);
      response.destroy();
      reject(new UnfitJwkSet(problemOf(response.statusCode ?? 0)));
    });
    request.on('error', reject);
    // Without a listener, Node.js closes the connection and tells nobody: neither an error nor the time-out would come.
    request.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      reject(new UnfitJwkSet(problemOf(statusCode)));
    });
  });
}

/** Of a status whose answer is not read. */
function problemOf(statusCode: number): JwksProblem {
  if (statusCode === 200) return 'Encoded';
  if (statusCode < 300) return 'NoKeySet';
  if (statusCode >= 300 && statusCode < 400) return 'Redirected';
  if (statusCode === 408 || statusCode === 425 || statusCode === 429) return 'ServerFailed';
  return statusCode >= 400 && statusCode < 500 ? 'Refused' : 'ServerFailed';
}

async function readBounded(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    // Leaving the loop destroys the response, and with it the rest of the transfer.
    if (length > MAX_JWK_SET_BYTES) throw new UnfitJwkSet('TooLong');
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('cut off');
  return Buffer.concat(chunks);
}
