// Fetching JWK sets over https: from public addresses alone, unless the deployment names the host, and within bounds.
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import { lookupBy, type NameResolver, newNameResolver } from './host-addresses.ts';
import { type Fetcher, MAX_JWK_SET_BYTES } from './jwk-sets.ts';
import { UnfitJwkSet } from './unfit-jwk-set.ts';

export interface HttpsFetcherOptions {
  /** Of the whole exchange, from looking up the name to the end of the body. */
  readonly timeoutMs: number;
  /** Default: {@link newNameResolver}. */
  readonly newResolver?: (budgetMs: number) => Promise<NameResolver>;
}

/**
 * A {@link Fetcher} over https: no redirects, no more bytes than a JWK set may have, and a time-out over the whole
 * exchange, after which nothing of it goes on.
 *
 * The address that is connected to is the one that was looked at, so that a name cannot be one thing when it is checked
 * and another when it is used.
 */
export function httpsFetcher({ timeoutMs, newResolver = newNameResolver }: HttpsFetcherOptions): Fetcher {
  return async (url, { isNamed }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    // Each fetch has its own: cancelling is for all that a resolver still asks.
    const resolver = await newResolver(timeoutMs);
    try {
      return await readBounded(await answerOf(url, lookupBy(resolver, isNamed), signal));
    } catch (error) {
      // What fails for being stopped says so in many words, and never why.
      throw signal.aborted ? signal.reason : error;
    } finally {
      resolver.cancel();
    }
  };
}

function answerOf(url: string, lookup: LookupFunction, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'identity' };
    // By default, a variable of the environment decides whether certificates are checked (NODE_TLS_REJECT_UNAUTHORIZED).
    const options = { agent: false, headers, lookup, rejectUnauthorized: true, signal };
    const request = get(url, options, (response) => {
      const encoding = response.headers['content-encoding'] ?? 'identity';
      if (response.statusCode === 200 && encoding === 'identity') return resolve(response);
      response.destroy();
      const { statusCode } = response;
      reject(
        statusCode === 200 ? new UnfitJwkSet('comes in an encoding') : new Error(`answered ${statusCode}`),
      );
    });
    request.on('error', reject);
    // Without a listener, Node.js closes the connection and tells nobody: neither an error nor the time-out would come.
    request.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy();
      reject(new Error(`answered ${statusCode}`));
    });
  });
}

async function readBounded(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    // Leaving the loop destroys the response, and with it the rest of the transfer.
    if (length > MAX_JWK_SET_BYTES) throw new UnfitJwkSet(`is longer than ${MAX_JWK_SET_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('cut off');
  return Buffer.concat(chunks);
}
