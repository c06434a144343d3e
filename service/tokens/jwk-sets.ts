// JWK sets: fetching, bounding and caching the keys that verify tokens.
import { hash } from 'node:crypto';
import { type CryptoKey, createLocalJWKSet, type JWTHeaderParameters } from 'jose';
import { createLRU } from 'lru.min';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { FairLru } from '../fair-lru.ts';
import { bytesOfKey, keysOf } from './jwk-set-document.ts';
import { findJwksUrlProblem, isNamed } from './jwks-url.ts';
import { UnfitJwkSet } from './unfit-jwk-set.ts';

/** Longest JWK set read, in bytes. */
export const MAX_JWK_SET_BYTES = 100 * 1024;
const MAX_SETS = 200;
/** Of all sets in memory: some 2,800 RSA keys that name their algorithm, or 550 that do not. */
const MAX_SETS_BYTES = 32 * 1024 * 1024;
/** Applications whose URL is remembered: as many as registrations are. */
const MAX_OWNERS = 1_000;
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
  /** In memory, about. */
  readonly bytes: number;
}

/**
 * Reads a URL's body, at most {@link MAX_JWK_SET_BYTES}. Rejects on anything but a 200.
 *
 * @param options `isNamed`: the deployment names this very host, which may then be a private one
 */
export type Fetcher = (url: string, options: { readonly isNamed: boolean }) => Promise<Uint8Array>;

/**
 * Keys by JWKSetURL: fresh for 10 minutes by default, served for an hour while their source fails. Applications that
 * register the same URL share its set; it takes up the share of the one that asked first. An application has those of its
 * issuers: when it has registered others, its earlier ones are forgotten, unless others go by them too.
 */
export class JwkSets {
  readonly #cache: Cache<JwkSet>;
  /** What each application had registered when it asked last: its URLs, parted by blanks. */
  readonly #urls = createLRU<string, string>({ max: MAX_OWNERS });
  /** The last fetch that an unknown key caused, by URL. */
  readonly #refetches = new FairLru<{ at: number; failed: boolean }>({ max: MAX_SETS });

  constructor(
    private readonly fetcher: Fetcher,
    private readonly allowedHosts: readonly string[],
    private readonly now: Clock,
    { jwksCacheSeconds }: Pick<CacheSettings, 'jwksCacheSeconds'> = cacheDefaults,
  ) {
    this.#cache = new Cache(
      {
        max: MAX_SETS,
        maxBytes: MAX_SETS_BYTES,
        bytesOf: ({ bytes }) => bytes,
        freshUntil: (_, loadedAt) => loadedAt + jwksCacheSeconds * 1000,
        usableUntil: (_, loadedAt) => loadedAt + USABLE_MS,
        failedMs: FAILED_MS,
      },
      now,
    );
  }

  /**
   * @param owner the application that asks; by default nobody, who may have any number of sets
   * @param registered all URLs that it has registered; by default the one
   * @throws BrokerError JwksUnavailable
   */
  get(url: string, owner = '', registered: readonly string[] = [url]): Promise<JwkSet> {
    if (owner !== '') this.#giveUpAllBut(registered, owner);
    return this.#cache.get(url, () => this.#fetch(url), owner);
  }

  /**
   * The set once more from its source, for a token whose key it lacks: at most once in 30 seconds a URL,
   * so that tokens with invented key ids cannot make the broker flood an identity provider.
   *
   * @param known the set that lacks the key
   * @returns a newer set, or `known` where asking again is too early
   * @throws BrokerError JwksUnavailable while the last attempt failed: the key may well exist
   */
  async refetch(url: string, known: JwkSet, owner = ''): Promise<JwkSet> {
    const current = this.#cache.fresh(url);
    if (current && current !== known) return current;
    const last = this.#refetches.get(url);
    const tooEarly = last !== undefined && this.now() - last.at < REFETCH_MS;
    if (tooEarly && !this.#cache.isLoading(url)) {
      if (last.failed) throw unavailable();
      return known;
    }
    const attempt = last && tooEarly ? last : { at: this.now(), failed: false };
    this.#refetches.set(url, attempt, owner, 0);
    const refetched = await this.#cache.refresh(url, () => this.#fetch(url), owner);
    attempt.failed = refetched === known;
    if (attempt.failed) throw unavailable();
    return refetched;
  }

  #giveUpAllBut(urls: readonly string[], owner: string): void {
    const registered = urls.join(' ');
    const earlier = this.#urls.get(owner);
    if (earlier === registered) return;
    this.#urls.set(owner, registered);
    if (earlier === undefined) return;
    const kept = new Set([...this.#urls.values()].flatMap((each) => each.split(' ')));
    for (const url of earlier.split(' ')) if (!kept.has(url)) this.#cache.forget(url);
  }

  async #fetch(url: string): Promise<JwkSet> {
    const problem = findJwksUrlProblem(url, this.allowedHosts);
    if (problem) throw new BrokerError('JwksUrlNotAllowed', `the registered JWKSetURL ${problem}`);
    try {
      const body = await this.fetcher(url, { isNamed: isNamed(url, this.allowedHosts) });
      const keys = keysOf(body);
      return {
        findKey: createLocalJWKSet({ keys }),
        generation: hash('sha256', body, 'base64url').slice(0, 16),
        bytes: keys.reduce((sum, key) => sum + bytesOfKey(key), 1_024),
      };
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

/** Says why where that is known, to the application that registered the URL. */
function unavailable(cause?: unknown): BrokerError {
  const reason = cause instanceof UnfitJwkSet ? `: it ${cause.message}` : '';
  return new BrokerError(
    'JwksUnavailable',
    `the JWK set at the registered JWKSetURL could not be fetched or read${reason}`,
    { cause },
  );
}
