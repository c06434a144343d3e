// JWK sets: fetching, bounding and caching the keys that verify tokens.
import { hash } from 'node:crypto';
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';
import { createLRU } from 'lru.min';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { isForgeable } from './forgeable-key.ts';
import { findJwksUrlProblem } from './jwks-url.ts';

/** Longest JWK set read, in bytes. */
export const MAX_JWK_SET_BYTES = 100 * 1024;
const MAX_SETS = 200;
const USABLE_MS = 60 * 60_000;
/** An address that hangs belongs to one application; the time it costs is taken from all. */
const FAILED_MS = 5_000;
const REFETCH_MS = 30_000;

/**
 * Finds the key that a token's header names, imported for the header's algorithm and no other; rejects with jose's
 * `ERR_JWKS_*` errors, or with what importing it failed on.
 */
export type FindKey = (header: JWTHeaderParameters) => Promise<CryptoKey>;

export interface JwkSet {
  readonly findKey: FindKey;
  /** Changes when the published set does: part of every key under which a verified token is cached. */
  readonly generation: string;
}

/** Reads a URL's body, at most {@link MAX_JWK_SET_BYTES}. Rejects on anything but a 200. */
export type Fetcher = (url: string) => Promise<Uint8Array>;

/** Keys by JWKSetURL: fresh for 10 minutes by default, served for an hour while their source fails. */
export class JwkSets {
  readonly #cache: Cache<JwkSet>;
  /** The last fetch that an unknown key caused, by URL. */
  readonly #refetches = createLRU<string, { at: number; failed: boolean }>({ max: MAX_SETS });

  constructor(
    private readonly fetcher: Fetcher,
    private readonly allowedHosts: readonly string[],
    private readonly now: Clock,
    { jwksCacheSeconds }: Pick<CacheSettings, 'jwksCacheSeconds'> = cacheDefaults,
  ) {
    this.#cache = new Cache(
      {
        max: MAX_SETS,
        freshUntil: (_, loadedAt) => loadedAt + jwksCacheSeconds * 1000,
        usableUntil: (_, loadedAt) => loadedAt + USABLE_MS,
        failedMs: FAILED_MS,
      },
      now,
    );
  }

  /** @throws BrokerError JwksUnavailable */
  get(url: string): Promise<JwkSet> {
    return this.#cache.get(url, () => this.#fetch(url));
  }

  /**
   * The set once more from its source, for a token whose key it lacks: at most once in 30 seconds a URL,
   * so that tokens with invented key ids cannot make the broker flood an identity provider.
   *
   * @param known the set that lacks the key
   * @returns a newer set, or `known` where asking again is too early
   * @throws BrokerError JwksUnavailable while the last attempt failed: the key may well exist
   */
  async refetch(url: string, known: JwkSet): Promise<JwkSet> {
    const current = this.#cache.fresh(url);
    if (current && current !== known) return current;
    const last = this.#refetches.get(url);
    const tooEarly = last !== undefined && this.now() - last.at < REFETCH_MS;
    if (tooEarly && !this.#cache.isLoading(url)) {
      if (last.failed) throw unavailable();
      return known;
    }
    const attempt = last && tooEarly ? last : { at: this.now(), failed: false };
    this.#refetches.set(url, attempt);
    const refetched = await this.#cache.refresh(url, () => this.#fetch(url));
    attempt.failed = refetched === known;
    if (attempt.failed) throw unavailable();
    return refetched;
  }

  async #fetch(url: string): Promise<JwkSet> {
    const problem = findJwksUrlProblem(url, this.allowedHosts);
    if (problem) throw new BrokerError('JwksUrlNotAllowed', `the registered JWKSetURL ${problem}`);
    try {
      const body = await this.fetcher(url);
      const { keys } = JSON.parse(new TextDecoder().decode(body)) as JSONWebKeySet;
      return {
        findKey: createLocalJWKSet({ keys: keys.filter((key) => !isForgeable(key)) }),
        generation: hash('sha256', body, 'base64url').slice(0, 16),
      };
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

function unavailable(cause?: unknown): BrokerError {
  return new BrokerError(
    'JwksUnavailable',
    'the JWK set at the registered JWKSetURL could not be fetched or read',
    {
      cause,
    },
  );
}

/**
 * A {@link Fetcher} over https: no redirects, no more bytes than a JWK set may have, and a time-out over
 * the whole exchange.
 */
export function httpsFetcher({ timeoutMs }: { timeoutMs: number }): Fetcher {
  return async (url) => {
    const response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'application/json, application/jwk-set+json' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel();
      throw new Error(`answered ${response.status}`);
    }
    return readBounded(response.body);
  };
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the rest of the transfer.
    if (length > MAX_JWK_SET_BYTES) throw new Error(`longer than ${MAX_JWK_SET_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
