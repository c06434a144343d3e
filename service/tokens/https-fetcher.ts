// Fetching JWK sets over https: from public addresses alone, unless the deployment names the host, and within bounds.
import type { LookupAddress } from 'node:dns';
import type { Resolver } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type Fetcher, MAX_JWK_SET_BYTES } from './jwk-sets.ts';
import { isPublicAddress } from './public-address.ts';

/**
 * A {@link Fetcher} over https: no redirects, no more bytes than a JWK set may have, and a time-out over the whole
 * exchange.
 *
 * The address that is connected to is the one that was looked at, so that a name cannot be one thing when it is checked
 * and another when it is used. It is found by a resolver with a time-out of its own: the system's has none, and holds a
 * thread for as long as it waits.
 */
export function httpsFetcher({ timeoutMs }: { readonly timeoutMs: number }): Fetcher {
  /** Made with the first fetch, and not while the function starts. */
  let resolver: Promise<Resolver> | undefined;
  return async (url, { isListed }) => {
    const signal = AbortSignal.timeout(timeoutMs);
    resolver ??= newResolver(timeoutMs);
    try {
      return await readBounded(await answerOf(url, lookup(await resolver, isListed), signal));
    } catch (error) {
      // What fails for being stopped says so in many words, and never why.
      throw signal.aborted ? signal.reason : error;
    }
  };
}

async function newResolver(timeout: number): Promise<Resolver> {
  const { Resolver } = await import('node:dns/promises');
  return new Resolver({ timeout, tries: 1 });
}

function answerOf(url: string, lookup: LookupFunction, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { accept: 'application/json, application/jwk-set+json', 'accept-encoding': 'identity' };
    get(url, { agent: false, headers, lookup, signal }, (response) => {
      const encoding = response.headers['content-encoding'] ?? 'identity';
      if (response.statusCode === 200 && encoding === 'identity') return resolve(response);
      response.destroy();
      const { statusCode } = response;
      reject(new Error(statusCode === 200 ? 'answered in an encoding' : `answered ${statusCode}`));
    }).once('error', reject);
  });
}

async function readBounded(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    // Leaving the loop destroys the response, and with it the rest of the transfer.
    if (length > MAX_JWK_SET_BYTES) throw new Error(`longer than ${MAX_JWK_SET_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('cut off');
  return Buffer.concat(chunks);
}

/** In the place of the system's look-up, which `connect` would ask. */
function lookup(resolver: Resolver, isListed: boolean): LookupFunction {
  return (hostname, { all }, callback) => {
    addressesOf(hostname, resolver).then(
      (found) => {
        const addresses = isListed ? found : found.filter(({ address }) => isPublicAddress(address));
        const [first] = addresses;
        if (!first) callback(new Error('has no public address'), '');
        else if (all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

/** Of `localhost`, which no name server is asked for (RFC 6761, section 6.3), the loopback addresses. */
async function addressesOf(hostname: string, resolver: Resolver): Promise<LookupAddress[]> {
  if (hostname === 'localhost') {
    return [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ];
  }
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
  return [
    ...(v4.status === 'fulfilled' ? v4.value : []).map((address) => ({ address, family: 4 })),
    ...(v6.status === 'fulfilled' ? v6.value : []).map((address) => ({ address, family: 6 })),
  ];
}
