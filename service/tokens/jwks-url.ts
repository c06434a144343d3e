// The rules of a JWKSetURL: where the broker will fetch keys from, and where it never will.
import { isIP } from 'node:net';
import { parsedUrl } from '../parsed-url.ts';

/**
 * Says what is wrong with a JWKSetURL, or `undefined`.
 *
 * https with a DNS name, no user info and no fragment. Without a list of allowed hosts the name must be a
 * public one, no `localhost`, no single label. With one it must be on it: an exact name, or a suffix written
 * `*.example.com`, with its port where that is not 443. Unless it is there by its exact name, it must lead to a public
 * address: see https-fetcher.ts.
 */
export function findJwksUrlProblem(jwksUrl: string, allowedHosts: readonly string[]): string | undefined {
  const url = parsedUrl(jwksUrl);
  if (!url) return 'must be an absolute URL';
  if (url.protocol !== 'https:') return 'must be an https URL';
  // One address, one spelling: what is fetched, cached and audited is what was registered.
  if (url.href !== jwksUrl && url.href !== `${jwksUrl}/`) return 'must be written as a browser would show it';
  if (url.username !== '' || url.password !== '') return 'must have no user info';
  if (url.hash !== '' || jwksUrl.includes('#')) return 'must have no fragment';
  // The URL parser has turned every other way to write an IPv4 address into dotted decimals.
  if (isIP(url.hostname) !== 0 || url.hostname.startsWith('['))
    return 'must have a DNS name, not an IP address';
  if (allowedHosts.length > 0) {
    return isAllowed(jwksUrl, allowedHosts)
      ? undefined
      : 'must be on a host, and a port, that this deployment allows (jwksHosts)';
  }
  if (!isPublicName(url.hostname)) return 'must have a public DNS name';
  if (url.port !== '') return 'must have no port: keys are fetched from 443';
  return undefined;
}

/** Whether the deployment allows the host of a URL, and its port: `keys.example.com`, `*.example.com:8443`. */
function isAllowed(jwksUrl: string, allowedHosts: readonly string[]): boolean {
  // Without a port where that is 443.
  const { host } = new URL(jwksUrl);
  return allowedHosts
    .map(withoutDefaultPort)
    .some((allowed) => (allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed));
}

/**
 * Whether the deployment names this very host, and not only a domain that it lies in: whoever may add names to that, or has
 * one of them, could lead the broker into a private network.
 */
export function isNamed(jwksUrl: string, allowedHosts: readonly string[]): boolean {
  const { host } = new URL(jwksUrl);
  // A URL may have an asterisk for a label.
  return !host.startsWith('*') && allowedHosts.some((allowed) => withoutDefaultPort(allowed) === host);
}

function withoutDefaultPort(host: string): string {
  return host.replace(/:443$/, '');
}

/**
 * Top-level names that never resolve publicly: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and those that ICANN
 * will not delegate because private networks use them.
 */
const privateTopLevelNames = new Set([
  'localhost',
  'local',
  'internal',
  'test',
  'invalid',
  'onion',
  'arpa',
  'corp',
  'home',
  'lan',
  'mail',
]);

function isPublicName(hostname: string): boolean {
  const labels = hostname.split('.');
  return (
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) &&
    !privateTopLevelNames.has(labels.at(-1) as string)
  );
}
