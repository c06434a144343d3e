// What the library has against an exchange, as a refusal of the portal: by codes and names, never by what was sent.
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { PortalError } from '../portal-errors.ts';
import { SignInError, type SignInErrorCode } from '../sign-in/sign-in-error.ts';

/** Errors of a token endpoint that are the portal's own: RFC 6749, section 5.2. */
const ofClient = ['invalid_client', 'unauthorized_client', 'invalid_request', 'unsupported_grant_type'];
const ofProvider = ['server_error', 'temporarily_unavailable', 'slow_down'];

const byClaim: Readonly<Record<string, readonly [SignInErrorCode, string]>> = {
  iss: ['IssuerMismatch', 'the ID token is of another issuer (iss)'],
  aud: ['AudienceMismatch', 'the ID token is for another client (aud)'],
  azp: ['AudienceMismatch', 'the ID token was issued to another client (azp)'],
  nonce: ['RequestMismatch', 'the ID token is not to the request of this browser (nonce)'],
  exp: ['ResponseExpired', 'the ID token has expired (exp)'],
  nbf: ['ResponseNotYetValid', 'the ID token is not valid yet (nbf)'],
};

const byCode: Readonly<Record<string, readonly [SignInErrorCode, string]>> = {
  OAUTH_KEY_SELECTION_FAILED: [
    'SignatureInvalid',
    'the ID token names no one key of the identity provider’s',
  ],
  OAUTH_UNSUPPORTED_OPERATION: [
    'SignatureNotAllowed',
    'the ID token is signed, or encrypted, in a way that is not accepted',
  ],
  OAUTH_RESPONSE_IS_NOT_CONFORM: [
    'IdentityProviderUnavailable',
    'the identity provider answers with a status that says nothing',
  ],
};

/** The refusal; what no refusal is known for is given back as it is. */
export function exchangeRefusal(error: unknown): unknown {
  if (error instanceof ResponseBodyError) return ofTokenEndpoint(error.error);
  if (error instanceof WWWAuthenticateChallengeError) return ofTokenEndpoint('invalid_client');
  if (!(error instanceof ClientError)) return error;
  // What was thrown while the library asked: by the fetch, or by the key.
  if (error.cause instanceof SignInError || error.cause instanceof PortalError) return error.cause;
  const [code, message] = refusalOf(error);
  // The library's words stay behind: they may quote claims, and what the provider wrote.
  return new SignInError(code, message, { cause: error });
}

function refusalOf({ code = '', cause }: ClientError): readonly [SignInErrorCode, string] {
  const { claim, header, signature, body } = detailsOf(cause);
  const known = (typeof claim === 'string' && byClaim[claim]) || byCode[code];
  if (known && body === undefined) return known;
  if (signature !== undefined) return ['SignatureInvalid', 'the signature of the ID token does not verify'];
  if (header !== undefined)
    return ['SignatureNotAllowed', 'the ID token is signed by an algorithm that is not accepted (alg)'];
  return ['ResponseMalformed', 'the identity provider’s answer to the code cannot be read'];
}

/** The library's error, below the one that it throws, has what it is about as its cause. */
function detailsOf(cause: unknown): Readonly<Record<string, unknown>> {
  const details = cause instanceof Error ? cause.cause : undefined;
  return typeof details === 'object' && details !== null
    ? (details as Readonly<Record<string, unknown>>)
    : {};
}

function ofTokenEndpoint(error: string): SignInError {
  if (error === 'invalid_grant')
    return new SignInError('CodeNotAccepted', 'the identity provider does not accept the code');
  if (ofProvider.includes(error))
    return new SignInError('IdentityProviderUnavailable', 'the identity provider has trouble of its own');
  const shown = ofClient.find((name) => name === error);
  return new SignInError(
    'ClientNotAccepted',
    `the identity provider does not accept the portal as its client${shown ? `: ${shown}` : ''}`,
  );
}
