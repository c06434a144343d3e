// The two cookies: ids and nothing else, for this host alone, out of the reach of scripts and of other sites' requests.
import type { IncomingMessage } from 'node:http';

/** `__Host-` is a promise of browsers: `Secure`, of this host, of all its paths. https://developer.mozilla.org/docs/Web/HTTP/Headers/Set-Cookie */
export const SESSION = '__Host-shopfast';
export const SIGN_IN = '__Host-shopfast-sign-in';

// Lax, for the way back from the identity provider is a link from another site.
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

export function cookieOf({ headers }: IncomingMessage, name: string): string | undefined {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Until the browser is closed; the server forgets earlier. */
export const setCookie = (name: string, id: string) => `${name}=${id}; ${attributes}`;

export const clearCookie = (name: string) => `${name}=; ${attributes}; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
