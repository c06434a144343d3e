// The URL of a token's issuer: what IAM takes as one, and what the sandbox takes besides.
import { parsedUrl } from '../parsed-url.ts';

/**
 * Why IAM takes no provider of this URL, and `undefined` where it does. On loopback the sandbox takes plain HTTP and a port
 * as well: what listens there has no certificate that a client would trust.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
 */
export function issuerProblem(text: string): string | undefined {
  const url = /[\s\\]/.test(text) ? undefined : parsedUrl(text);
  if (!url) return 'it is no URL';
  const { protocol, port, username, password } = url;
  const local = isLoopback(url);
  if (protocol !== 'https:' && !(local && protocol === 'http:')) return 'it must begin with https://';
  if (port !== '' && !local) return 'it must not contain a port';
  if (username !== '' || password !== '') return 'it must not contain a user';
  if (text.includes('?') || text.includes('#')) return 'it must have no query and no fragment';
  return undefined;
}

/** Whether it leads to this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

export function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//i, '');
}

/**
 * Whether a condition key is a claim that STS makes one of: the issuer without its scheme, and `aud`, `sub` or `amr`.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
export function isIssuerKey(key: string): boolean {
  const [, issuer] = /^([^/:\s]+.*):(?:aud|sub|amr)$/i.exec(key) ?? [];
  if (issuer === undefined) return false;
  // A service's key has one word before its colon, a host has dots.
  const isLocal = /^(localhost|\[::1\])([:/]|$)/i.test(issuer);
  return (
    (isLocal || /^[^/:]+\./.test(issuer)) &&
    issuerProblem(`${isLocal || /^127\./.test(issuer) ? 'http' : 'https'}://${issuer}`) === undefined
  );
}
