// Requests of the portal to its identity provider: https alone, within a time and a size, and to nowhere else than was asked.
import { parsedUrl } from '../parsed-url.ts';

export interface BoundedFetchOptions {
  /** Of the whole exchange: connecting, waiting, and the answer to its end. */
  readonly timeoutMs: number;
  /** Bytes that an answer may have. Default 1,000,000. */
  readonly longest?: number;
  /** For an identity provider of the sandbox. Default: no. */
  readonly allowHttpOnLoopback?: boolean;
}

/** Resolves once the answer is there as a whole; rejects where there is none. Redirects are not followed. */
export type BoundedFetch = (address: string, init?: RequestInit) => Promise<Response>;

const LONGEST = 1_000_000;
const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];
/** Statuses whose answers have no body: https://fetch.spec.whatwg.org/#null-body-status */
const bodiless = [204, 205, 304];

/**
 * Whether the portal asks there at all: https, or http on loopback where that is allowed. Which host it is of is not looked at:
 * the operator has named the identity provider, and that keeps keys and tokens on whichever hosts it likes.
 */
export function isFetchable(address: string, allowHttpOnLoopback: boolean): boolean {
  const url = parsedUrl(address);
  if (!url) return false;
  const isLoopback = url.protocol === 'http:' && loopbackHosts.includes(url.hostname);
  const isPlain = url.username === '' && url.password === '' && url.hash === '';
  return isPlain && (url.protocol === 'https:' || (allowHttpOnLoopback && isLoopback));
}

export function boundedFetch(options: BoundedFetchOptions): BoundedFetch {
  const { timeoutMs, longest = LONGEST, allowHttpOnLoopback = false } = options;
  return async (address, init = {}) => {
    if (!isFetchable(address, allowHttpOnLoopback)) throw new Error('the address is not https');
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(address, { ...init, redirect: 'error', signal });
    const body = await bodyOf(answer, longest);
    const { status, headers } = answer;
    return new Response(bodiless.includes(status) ? null : body, { status, headers });
  };
}

async function bodyOf(answer: Response, longest: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > longest) throw new Error(`the answer has more than ${longest} bytes`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
