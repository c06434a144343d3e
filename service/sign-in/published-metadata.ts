// What an identity provider publishes of itself: read again every hour, and served on for a day while it cannot be had.
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { type BoundedFetchOptions, boundedFetch, isFetchable } from './bounded-fetch.ts';
import { SignInError } from './sign-in-error.ts';

export interface MetadataSource<T extends object> {
  /** Of the whole document; rejects where it cannot be had. */
  readonly read: () => Promise<string>;
  /** @throws SignInError for a document by which nobody can sign in */
  readonly parse: (text: string) => T;
  readonly now: Clock;
}

/** What was read is served for so long without being asked for again. */
const FRESH_MS = 3_600_000;
/** And for so long while it cannot be had: an identity provider that has an hour's trouble does not lose its portal. */
const USABLE_MS = 24 * 3_600_000;

/** The document as it is now. Its promise rejects with SignInError MetadataUnavailable, or with what `parse` throws. */
export function keptMetadata<T extends object>(source: MetadataSource<T>): () => Promise<T> {
  const { read, parse, now } = source;
  const cache = new Cache<T>(
    {
      max: 1,
      freshUntil: (_, askedAt) => askedAt + FRESH_MS,
      usableUntil: (_, askedAt) => askedAt + USABLE_MS,
    },
    now,
  );
  const load = async () => {
    const text = await read().catch((cause: unknown) => {
      throw new SignInError('MetadataUnavailable', 'the identity provider’s metadata cannot be read', {
        cause,
      });
    });
    return parse(text);
  };
  return () => cache.get('', load);
}

/**
 * Reads a document at its address.
 *
 * @throws Error for a URL that is not https, or http on loopback where that is allowed
 */
export function metadataReader(
  address: string,
  options: BoundedFetchOptions & { readonly accept: string },
): () => Promise<string> {
  if (!isFetchable(address, options.allowHttpOnLoopback ?? false))
    throw new Error('the address of the identity provider’s metadata must be https');
  const fetchBounded = boundedFetch(options);
  return async () => {
    const answer = await fetchBounded(address, { headers: { accept: options.accept } });
    if (answer.status !== 200) throw new Error(`the metadata’s server answered ${answer.status}`);
    return answer.text();
  };
}
