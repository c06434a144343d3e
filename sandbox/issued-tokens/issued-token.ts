// A signed token of an issuer: its claims, its signature, and the time that it is for.
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import { fetchIssuerKeys } from './issuer-keys.ts';
import { TokenProblem } from './token-problem.ts';

export type Claims = Readonly<Record<string, unknown>>;

/**
 * The claims of a token that nobody has verified yet: enough to tell its issuer.
 * @throws TokenProblem no-token, incomplete
 */
export function decodeToken(
  token: string,
  algorithms: readonly string[],
  required: readonly string[],
): Claims {
  let claims: Claims;
  try {
    const { alg } = decodeProtectedHeader(token);
    if (!algorithms.includes(String(alg))) throw new Error('another algorithm');
    claims = decodeJwt(token);
  } catch {
    throw new TokenProblem('no-token', `it is no JWT signed by ${algorithms.join(', ')}`);
  }
  const missing = required.find((name) => claims[name] === undefined);
  if (missing === undefined) return claims;
  throw new TokenProblem('incomplete', `it has no ${missing}`, missing);
}

/**
 * That a key of this issuer signed it.
 * @throws TokenProblem wrong-signature, no-key, unreachable
 * @throws AwsError NotImplemented for an issuer that is not on loopback
 */
export async function requireSignature(
  token: string,
  issuerUrl: string,
  algorithms: readonly string[],
): Promise<void> {
  const keySet = await fetchIssuerKeys(issuerUrl);
  try {
    await compactVerify(token, createLocalJWKSet(keySet), { algorithms: [...algorithms] });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      throw new TokenProblem('wrong-signature', 'the signature is not its issuer’s');
    const { message } = error as Error;
    throw new TokenProblem('no-key', `the JWK set of ${issuerUrl} has no key for it: ${message}`);
  }
}

/**
 * That it is for now: `exp`, and where they are there `iat` and `nbf`.
 * @param skewSeconds how far either end of the time may be passed
 * @throws TokenProblem malformed, expired, early
 */
export function requireTime(claims: Claims, nowSeconds: number, skewSeconds: number): void {
  const [expires = 0, issued = 0, begins = 0] = ['exp', 'iat', 'nbf'].map((name) => secondsOf(claims, name));
  if (expires + skewSeconds <= nowSeconds) throw new TokenProblem('expired', 'it has expired', `${expires}`);
  if (issued - skewSeconds > nowSeconds) throw new TokenProblem('early', 'it is issued in the future');
  if (begins - skewSeconds > nowSeconds) throw new TokenProblem('early', 'it is not valid yet');
}

/** Whole seconds since the epoch. */
function secondsOf(claims: Claims, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  throw new TokenProblem('malformed', `its ${name} is no whole number of seconds`);
}
