// The rules of a JWKSetURL: where the broker will fetch keys from, and where it never will.
import { isIP } from 'node:net';

/**
 * Says what is wrong with a JWKSetURL, or `undefined`.
 *
 * https with a DNS name, no user info and no fragment. Without a list of allowed hosts the name must be a
 * public one: no `localhost`, no single label. With one it must be on it: an exact name, or a suffix
 * written `*.example.com`.
 *
 * Together with certificate checks and no redirects this keeps the broker from being sent into its own
 * network: a name that resolves to an internal address has no valid certificate there.
 */
export function findJwksUrlProblem(jwksUrl: string, allowedHosts: readonly string[]): string | undefined {
  if (!URL.canParse(jwksUrl)) return 'must be an absolute URL';
  const url = new URL(jwksUrl);
  if (url.protocol !== 'https:') return 'must be an https URL';
  if (url.username !== '' || url.password !== '') return 'must have no user info';
  if (url.hash !== '' || jwksUrl.includes('#')) return 'must have no fragment';
  // The URL parser has turned every other way to write an IPv4 address into dotted decimals.
  if (isIP(url.hostname) !== 0 || url.hostname.startsWith('['))
    return 'must have a DNS name, not an IP address';
  if (allowedHosts.length > 0) {
    return allowedHosts.some((allowed) => matches(url.hostname, allowed))
      ? undefined
      : 'must be on a host that this deployment allows (jwksHosts)';
  }
  if (!isPublicName(url.hostname)) return 'must have a public DNS name';
  return undefined;
}

function matches(hostname: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? hostname.endsWith(allowed.slice(1)) : hostname === allowed;
}

/** Top-level names that never resolve publicly: RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`. */
const privateTopLevelNames = new Set(['localhost', 'local', 'internal', 'test', 'invalid', 'onion', 'arpa']);

function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.');
  return (
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) &&
    !privateTopLevelNames.has(labels.at(-1) as string)
  );
}
