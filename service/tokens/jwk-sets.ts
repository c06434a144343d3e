// JWK sets: fetching, bounding and caching the keys that verify tokens.
import { hash } from 'node:crypto';
import { createLRU } from 'lru.min';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { FairLru } from '../fair-lru.ts';
import { bytesOfKey, keysOf, type PublishedKey } from './jwk-set-document.ts';
import { UnfitJwkSet, unfitBecause } from './jwks-problem.ts';
import { findJwksUrlProblem, isNamed } from './jwks-url.ts';
import { type FindKey, keyFinderOf, selectionsOf } from './key-finder.ts';

/** Longest JWK set read, in bytes. */
export const MAX_JWK_SET_BYTES = 100 * 1024;
const MAX_SETS = 200;
/** Of all sets in memory: some 2,800 RSA keys that name their algorithm, or 550 that do not. */
const MAX_SETS_BYTES = 32 * 1024 * 1024;
/** Applications whose URLs are remembered: as many as registrations are. */
const MAX_OWNERS = 1_000;
/** Refetches remembered: of ten applications that have a hundred issuers each, and all cause them within 5 seconds. */
const MAX_REFETCHES = 2_000;
const USABLE_MS = 60 * 60_000;
/** An address that hangs belongs to one application; the time it costs is taken from all. */
const FAILED_MS = 5_000;
/**
 * Between fetches that unknown keys cause: of one application, and of all that go by one URL. An application’s users can
 * invent key ids, and then its tokens of a new key wait as long; no other application’s do.
 */
const REFETCH_MS = 5_000;
const SHARED_REFETCH_MS = 1_000;

interface Published {
  readonly keys: readonly PublishedKey[];
  readonly generation: string;
}

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

/** Where the keys of an application's issuers are. */
type Sources = readonly { readonly jwksUrl: string }[];

/** What is kept of them: the addresses, and not the rules of the issuers that they belong to. */
interface KeptSources {
  readonly of: WeakRef<Sources>;
  readonly urls: readonly string[];
}

/** What came of asking a source once more. */
export interface Refetched {
  readonly set: JwkSet;
  /** Whole seconds until it may be asked, where that was too early. */
  readonly retryAfterSeconds?: number;
}

interface Refetch {
  readonly at: number;
  failed: boolean;
}

/**
 * Keys by JWKSetURL: fresh for 10 minutes by default, served for an hour while their source fails. Applications that
 * register the same URL share its set; it takes up the share of the one that asked first. An application has those of its
 * issuers: when it has others, its earlier ones are forgotten, unless others go by them too.
 */
export class JwkSets {
  readonly #cache: Cache<JwkSet>;
  /** Where each application's keys were when it asked last. */
  readonly #sources = createLRU<string, KeptSources>({ max: MAX_OWNERS });
  /** The last fetch that an unknown key caused, by application and URL, and by URL. */
  readonly #refetches = new FairLru<Refetch>({ max: MAX_REFETCHES });

  constructor(
    private readonly fetcher: Fetcher,
    private readonly allowedHosts: readonly string[],
    readonly now: Clock,
    { jwksCacheSeconds }: Pick<CacheSettings, 'jwksCacheSeconds'> = cacheDefaults,
  ) {
    this.#cache = new Cache(
      {
        max: MAX_SETS,
        maxBytes: MAX_SETS_BYTES,
        bytesOf: ({ bytes }) => bytes,
        freshUntil: (_, askedAt) => askedAt + jwksCacheSeconds * 1000,
        usableUntil: (_, askedAt) => askedAt + USABLE_MS,
        failedMs: FAILED_MS,
      },
      now,
    );
  }

  /**
   * @param owner the application that asks; by default nobody, who may have any number of sets
   * @param sources all of the application's, this one among them
   * @throws BrokerError JwksUnavailable
   */
  get(url: string, owner = '', sources: Sources = [{ jwksUrl: url }]): Promise<JwkSet> {
    if (owner !== '') this.#keepNoOthers(sources, owner);
    return this.#cache.get(url, () => this.#fetch(url), owner);
  }

  /**
   * Fetches a set that is to be registered, whatever is cached of it.
   *
   * @throws UnfitJwkSet where no token could be verified with it; `NoUsableKey` among the reasons
   */
  async try(url: string): Promise<void> {
    const { keys } = await this.#read(url);
    if (keys.length === 0) throw new UnfitJwkSet('NoUsableKey');
  }

  /**
   * The set once more from its source, for a token whose key it lacks: at most once in 5 seconds an application and once in
   * a second a URL, so that tokens with invented key ids cannot make the broker flood an identity provider.
   *
   * @param known the set that lacks the key
   * @returns a newer set, or `known` where asking again is too early
   * @throws BrokerError JwksUnavailable while the last attempt failed: the key may well exist
   */
  async refetch(url: string, known: JwkSet, owner = ''): Promise<Refetched> {
    const current = this.#cache.fresh(url);
    if (current && current !== known) return { set: current };
    const now = this.now();
    const own = `${owner} ${url}`;
    const [ofOwner, ofAll] = [this.#refetches.get(own), this.#refetches.get(url)];
    const waitMs = Math.max(
      ofOwner ? ofOwner.at + REFETCH_MS - now : 0,
      ofAll ? ofAll.at + SHARED_REFETCH_MS - now : 0,
    );
    if (waitMs > 0 && !this.#cache.isLoading(url)) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      // The last attempt counts, whoever caused it.
      if ((ofAll ?? ofOwner)?.failed) throw unavailable(url, undefined, retryAfterSeconds);
      return { set: known, retryAfterSeconds };
    }
    const attempt: Refetch = { at: now, failed: false };
    this.#refetches.set(own, attempt, owner, 0);
    this.#refetches.set(url, attempt, owner, 0);
    const set = await this.#cache.refresh(url, () => this.#fetch(url), owner);
    attempt.failed = set === known;
    if (attempt.failed) throw unavailable(url);
    return { set };
  }

  #keepNoOthers(sources: Sources, owner: string): void {
    const earlier = this.#sources.get(owner);
    if (earlier?.of.deref() === sources) return;
    const urls = [...new Set(sources.map(({ jwksUrl }) => jwksUrl))];
    this.#sources.set(owner, { of: new WeakRef(sources), urls });
    const given = earlier?.urls.filter((url) => !urls.includes(url)) ?? [];
    if (given.length === 0) return;
    const kept = new Set([...this.#sources.values()].flatMap((one) => one.urls));
    for (const url of given) {
      if (!kept.has(url)) this.#cache.forget(url);
    }
  }

  async #fetch(url: string): Promise<JwkSet> {
    try {
      const { keys, generation } = await this.#read(url);
      const bytes = keys.reduce((sum, key) => sum + bytesOfKey(key), 1_024);
      return { findKey: keyFinderOf(keys), generation, bytes: bytes * selectionsOf(keys) };
    } catch (cause) {
      throw cause instanceof UnfitJwkSet ? unavailable(url, cause) : cause;
    }
  }

  /** @throws UnfitJwkSet, BrokerError JwksUrlNotAllowed */
  async #read(url: string): Promise<Published> {
    const problem = findJwksUrlProblem(url, this.allowedHosts);
    if (problem) throw new BrokerError('JwksUrlNotAllowed', `the registered JWKSetURL ${problem}`);
    try {
      const body = await this.fetcher(url, { isNamed: isNamed(url, this.allowedHosts) });
      return { keys: keysOf(body), generation: hash('sha256', body, 'base64url').slice(0, 16) };
    } catch (cause) {
      throw unfitBecause(cause);
    }
  }
}

/** Says which it is, to an application that may have registered a hundred, and why where that is known. */
function unavailable(url: string, cause?: UnfitJwkSet, retryAfterSeconds?: number): BrokerError {
  const reason = cause ? `: it ${cause.message}` : '';
  return new BrokerError(
    'JwksUnavailable',
    `the JWK set at the registered JWKSetURL ${url} could not be fetched or read${reason}`,
    {
      cause,
      ...(cause && { problem: cause.problem }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  );
}
