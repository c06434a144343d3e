// `isb login`: a program on the user's computer gets a session, by way of the browser in which the user has signed in.

import { parsedUrl } from '../parsed-url.ts';
import { PortalError } from '../portal-errors.ts';

/** What the program asks for in the browser. */
export interface CommandLineRequest {
  /** `http://127.0.0.1:PORT/…`: where the program listens. */
  readonly redirectUri: URL;
  readonly state: string;
  /** RFC 7636, section 4.2; S256 alone. */
  readonly codeChallenge: string;
}

/** @throws PortalError CommandLineNotAllowed */
export function commandLineRequestOf(parameters: URLSearchParams): CommandLineRequest {
  const redirectUri = loopbackUrl(parameters.get('redirect_uri') ?? '');
  const state = parameters.get('state') ?? '';
  const codeChallenge = parameters.get('code_challenge') ?? '';
  const problem =
    (!redirectUri && 'redirect_uri must be http on 127.0.0.1, with a port') ||
    (!/^[\w-]{22,128}$/.test(state) && 'state must be 22–128 characters of base64url') ||
    (parameters.get('code_challenge_method') !== 'S256' && 'code_challenge_method must be S256') ||
    (!/^[\w-]{43}$/.test(codeChallenge) &&
      'code_challenge must be the SHA-256 of the verifier, in base64url');
  if (problem || !redirectUri)
    throw new PortalError('CommandLineNotAllowed', problem || 'redirect_uri is missing');
  return { redirectUri, state, codeChallenge };
}

/** Of the form with which the user says yes. */
export function fieldsOf({ redirectUri, state, codeChallenge }: CommandLineRequest): Record<string, string> {
  return {
    redirect_uri: redirectUri.href,
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  };
}

/** Where the browser brings the code: RFC 6749, section 4.1.2. */
export function answerTo({ redirectUri, state }: CommandLineRequest, code: string, issuer: string): string {
  const url = new URL(redirectUri);
  url.searchParams.set('code', code);
  url.searchParams.set('state', state);
  // Against mix-up: RFC 9207.
  url.searchParams.set('iss', issuer);
  return url.href;
}

/**
 * A literal address: a name may lead elsewhere (RFC 8252, section 8.3). None of IPv6: a policy of a page's forms cannot name it,
 * and the browser would not go there (CSP Level 3, section 2.3.1).
 */
function loopbackUrl(text: string): URL | undefined {
  if (text.length > 200 || !/^http:\/\/127\.0\.0\.1:\d{1,5}\//.test(text)) return undefined;
  const url = parsedUrl(text);
  const isPlain = url && url.username === '' && url.password === '' && url.hash === '' && url.search === '';
  return isPlain ? url : undefined;
}
