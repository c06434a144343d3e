// The identity provider's metadata: a file beside the bundle, or what stands at a URL, read again every hour.
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { type IdentityProvider, identityProviderOf, MetadataError } from '../saml/identity-provider.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';

export interface MetadataSource {
  /** Of the whole document; rejects where it cannot be had. */
  readonly read: () => Promise<string>;
  readonly allowHttpOnLoopback: boolean;
  readonly now: Clock;
}

/** What was read is served for so long without being asked for again. */
const FRESH_MS = 3_600_000;
/** And for so long while it cannot be had: an identity provider that has an hour's trouble does not lose its portal. */
const USABLE_MS = 24 * 3_600_000;
const LONGEST = 1_000_000;

/** The identity provider as it is now. Its promise rejects with SignInError SigningKeysOutdated or MetadataUnavailable. */
export function identityProviderFrom(source: MetadataSource): () => Promise<IdentityProvider> {
  const { read, allowHttpOnLoopback, now } = source;
  const cache = new Cache<IdentityProvider>(
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
    try {
      return identityProviderOf(text, now(), { allowHttpOnLoopback });
    } catch (cause) {
      if (!(cause instanceof MetadataError)) throw cause;
      throw new SignInError('SigningKeysOutdated', cause.message);
    }
  };
  return () => cache.get('', load);
}

/**
 * Fetches a document of bounded size.
 *
 * @param options.timeoutMs of the whole exchange
 * @throws Error for a URL that is not https, or http on loopback where that is allowed
 */
export function metadataFetcher(
  address: string,
  options: { readonly timeoutMs: number; readonly allowHttpOnLoopback: boolean },
): () => Promise<string> {
  const url = new URL(address);
  const isLoopback = url.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(isLoopback && options.allowHttpOnLoopback))
    throw new Error('the address of the identity provider’s metadata must be https');
  return async () => {
    const answer = await fetch(url, {
      headers: { accept: 'application/samlmetadata+xml, application/xml, text/xml' },
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      throw new Error(`the metadata’s server answered ${answer.status}`);
    }
    return boundedText(answer);
  };
}

async function boundedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > LONGEST) throw new Error(`the metadata has more than ${LONGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
