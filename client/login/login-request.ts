// What `isb login` asks a portal for, in the browser: an authorization code for this one program on this one computer.
// Proof of possession: RFC 7636; the loopback redirect: RFC 8252, section 7.3.
import { createHash, randomBytes } from 'node:crypto';
import { parsedUrl } from '../library/parsed-url.ts';

export interface LoginRequest {
  /** Where the user says yes. */
  readonly url: string;
  /** 256 bits: an answer that lacks it is not to this request. */
  readonly state: string;
  /** Never leaves the program, but with the code. */
  readonly codeVerifier: string;
}

export interface Asked {
  /** Ends in a slash. */
  readonly portal: URL;
  readonly service: string;
  /** `http://127.0.0.1:PORT/…` */
  readonly redirectUri: string;
  /** Seconds of the session, as the user gave them; default: the target's. */
  readonly duration?: string | undefined;
}

export function loginRequest({ portal, service, redirectUri, duration }: Asked): LoginRequest {
  const state = randomBytes(32).toString('base64url');
  const codeVerifier = randomBytes(32).toString('base64url');
  const url = new URL(`${service}/login`, portal);
  url.search = new URLSearchParams({
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(duration !== undefined && { duration }),
  }).toString();
  return { url: url.href, state, codeVerifier };
}

/**
 * The address of a portal, with a slash at its end; `undefined` where it can be none. What the browser and this program
 * bring there opens AWS accounts: so https, or this machine itself.
 */
export function portalUrl(text: string): URL | undefined {
  const url = parsedUrl(text);
  const isConfidential =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname));
  if (!url || !isConfidential || url.search || url.hash || url.username || url.password) return undefined;
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
