// The JWT: its form, its header, its signature and its times, for whoever issued it.
import { decodeJwt, decodeProtectedHeader, errors, type JWTHeaderParameters, type JWTPayload } from 'jose';
import { defaultClockLeewaySeconds } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { parseJson } from '../json.ts';
import { UnfitJwkSet } from './jwks-problem.ts';
import type { FindKey } from './key-finder.ts';
import { VerificationKey } from './signature.ts';
import type { SignatureAlgorithm } from './signature-algorithms.ts';
import { MAX_TOKEN_LENGTH, unverifiedClaims } from './token-text.ts';

/** A token whose form and header are in order, and whose signature nobody has looked at yet. */
export interface UnverifiedJwt {
  readonly token: string;
  readonly header: JWTHeaderParameters;
}

/** The claims of a verified token: those that RFC 7519 registers are of its types, the others are as the issuer wrote them. */
export type Claims = JWTPayload & { readonly exp: number };

/** The end of the year 9999, in seconds: beyond it, dates are no longer written in four digits, and mean an error. */
const LATEST = 253_402_300_799;

const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const paddedForm = /^[\w-]+=*\.[\w-]+=*\.[\w-]+=*$/;
/** Of a JWT-SVID it may be JOSE: https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md#23-type */
const tokenType = /^(jose|(application\/)?(at\+)?jwt)$/i;

/** What the deployment says of a token's times, in seconds. */
export interface TimeRules {
  /** How far an issuer's clock may be ahead: of `nbf` and `iat`. `exp` is exact. Default {@link defaultClockLeewaySeconds}. */
  readonly clockLeewaySeconds?: number;
  /** Since `iat`, which is then required; no limit where absent. */
  readonly maxTokenAgeSeconds?: number | undefined;
}

/**
 * Reads a JWT in compact serialization (RFC 7519, section 7.2, steps 1 to 5) and refuses what needs no key to be
 * refused: the form, the algorithm, the type, critical extensions.
 *
 * @throws BrokerError TokenMalformed, TokenAlgorithmNotAllowed
 */
export function readJwt(token: string, algorithms: readonly SignatureAlgorithm[]): UnverifiedJwt {
  if (token.length > MAX_TOKEN_LENGTH)
    throw malformed(`the token is longer than ${MAX_TOKEN_LENGTH} characters`);
  if (!compactForm.test(token) || !token.split('.').every(isCanonical)) {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    throw malformed(
      paddedForm.test(token) && token.includes('=')
        ? 'the token is padded base64url, as a load balancer writes x-amzn-oidc-data: send x-amzn-oidc-accesstoken'
        : 'the token is not a signed JWT in compact form',
    );
  }
  const header = headerOf(token);
  if (!isAllowed(header.alg, algorithms)) {
    throw new BrokerError(
      'TokenAlgorithmNotAllowed',
      `the token’s alg must be one of ${algorithms.join(', ')}`,
    );
  }
  // RFC 8725, section 3.11: a token typed for another use (`logout+jwt`, `dpop+jwt`, …) is no access or ID token.
  if (header.typ !== undefined && !(typeof header.typ === 'string' && tokenType.test(header.typ))) {
    throw malformed('the token’s typ must be JWT, at+jwt or JOSE');
  }
  // RFC 7515, section 4.1.11: what is critical must be understood, and there is nothing here that could be.
  if (Object.hasOwn(header, 'crit'))
    throw malformed('the token has a critical extension (crit), and none is supported');
  return { token, header: header as JWTHeaderParameters };
}

/**
 * Verifies the signature with the key that the header names, then the times.
 *
 * @param nowMs since the epoch; compared in whole seconds, as `jose` does
 * @throws BrokerError TokenKeyNotFound, TokenSignatureInvalid, TokenMalformed, TokenNotYetValid, TokenExpired
 */
export async function verifyJwt(
  { token, header }: UnverifiedJwt,
  findKey: FindKey,
  nowMs: number,
  times: TimeRules = {},
): Promise<Claims> {
  const now = Math.floor(nowMs / 1000);
  const key = await verificationKey(header, token, findKey).catch((error: unknown) => {
    // Its key may be gone because it has had its time: asking for newer keys would bring none.
    const { exp } = unverifiedClaims(token);
    throw typeof exp === 'number' && exp <= now ? expired() : error;
  });
  const end = token.lastIndexOf('.');
  const signingInput = Buffer.from(token.slice(0, end), 'latin1');
  const signature = Buffer.from(token.slice(end + 1), 'base64url');
  if (!key.verifies(signingInput, signature)) {
    throw new BrokerError(
      'TokenSignatureInvalid',
      'the token’s signature does not verify with the key that it names',
    );
  }
  const claims = claimsOf(token);
  checkTimes(claims, now, times);
  checkNames(claims);
  return claims as Claims;
}

/** RFC 9864, section 2.2: what is `EdDSA` with the one curve that is known here has `Ed25519` for a name of its own. */
function isAllowed(alg: unknown, algorithms: readonly SignatureAlgorithm[]): boolean {
  if (algorithms.includes(alg as SignatureAlgorithm)) return true;
  const other = alg === 'EdDSA' ? 'Ed25519' : alg === 'Ed25519' ? 'EdDSA' : undefined;
  return other !== undefined && algorithms.includes(other);
}

/** Its members may be of any type. */
function headerOf(token: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    requireSingleMembers(token.slice(0, token.indexOf('.')));
    return decodeProtectedHeader(token);
  } catch (cause) {
    throw malformed('the token’s header is not a JSON object in base64url', cause);
  }
}

async function verificationKey(
  header: JWTHeaderParameters,
  token: string,
  findKey: FindKey,
): Promise<VerificationKey> {
  try {
    return new VerificationKey(await findKey(header, token));
  } catch (cause) {
    throw keyNotFound(cause);
  }
}

/** Of a token whose signature has been verified. */
function claimsOf(token: string): JWTPayload {
  try {
    requireSingleMembers(token.split('.')[1] as string);
    return decodeJwt(token);
  } catch (cause) {
    throw malformed('the token’s claims are not a JSON object', cause);
  }
}

/** RFC 7519, section 4, and RFC 7515, section 4: a name that stands twice is refused, not chosen from. */
function requireSingleMembers(part: string): void {
  parseJson(new TextDecoder().decode(Buffer.from(part, 'base64url')));
}

/** RFC 7519, sections 4.1.1, 4.1.2 and 4.1.7: case-sensitive strings, where they are there. */
function checkNames(claims: JWTPayload): void {
  const wrong = (['iss', 'sub', 'jti'] as const).find(
    (name) => claims[name] !== undefined && typeof claims[name] !== 'string',
  );
  if (wrong) throw malformed(`the token’s ${wrong} must be a string`);
}

/** RFC 7519, sections 4.1.4 to 4.1.6; here `exp` is required. */
function checkTimes(
  { exp, nbf, iat }: JWTPayload,
  now: number,
  { clockLeewaySeconds = defaultClockLeewaySeconds, maxTokenAgeSeconds }: TimeRules,
): void {
  if (exp === undefined) throw malformed('the token’s exp must be present');
  if (iat !== undefined && typeof iat !== 'number') throw malformed('the token’s iat must be a number');
  if (nbf !== undefined) {
    if (typeof nbf !== 'number') throw malformed('the token’s nbf must be a number');
    if (nbf > now + clockLeewaySeconds) {
      throw new BrokerError('TokenNotYetValid', 'the token is not valid yet: its nbf lies ahead');
    }
  }
  if (typeof exp !== 'number') throw malformed('the token’s exp must be a number');
  if (exp <= now) throw expired();
  // JSON has 1e400, which JavaScript reads as infinity: a token for ever.
  if (exp > LATEST) throw malformed('the token’s exp must be a date before the year 10000');
  if (iat !== undefined && iat > now + clockLeewaySeconds) {
    throw new BrokerError('TokenNotYetValid', 'the token is not valid yet: its iat lies ahead');
  }
  if (maxTokenAgeSeconds === undefined) return;
  if (iat === undefined) throw malformed('the token’s iat must be present where its age is limited');
  if (now - iat >= maxTokenAgeSeconds) {
    throw new BrokerError('TokenExpired', `the token is older than ${maxTokenAgeSeconds} seconds`);
  }
}

/**
 * Whether base64url has no other spelling (RFC 4648, section 3.5): nobody but the issuer can then make two tokens of one,
 * but for ECDSA, whose signatures (r, s) and (r, n − s) are equally good. Nothing relies on a token's digest being its only
 * one: a second spelling is verified, cached and logged as a token of its own, with the same claims.
 */
function isCanonical(part: string): boolean {
  const beyond = part.length % 4;
  if (beyond === 0) return true;
  // Of the last character, four bits or two stand for nothing, and must be zero.
  return beyond === 2 ? /[AQgw]$/.test(part) : beyond === 3 && /[AEIMQUYcgkosw048]$/.test(part);
}

function keyNotFound(cause: unknown): BrokerError {
  const refuse = (message: string, problem?: string) =>
    new BrokerError('TokenKeyNotFound', message, { cause, ...(problem !== undefined && { problem }) });
  if (cause instanceof UnfitJwkSet) return refuse(`the registered JWK set ${cause.message}`, cause.problem);
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return refuse('the registered JWK set has no key for this token');
  }
  if (cause instanceof errors.JWKSMultipleMatchingKeys) {
    // OpenID Connect Core 1.0, section 10.1: with several keys in the set, the token must name one.
    return refuse('several keys of the registered JWK set fit this token: it must name one (kid)');
  }
  // What is left concerns the key: too short or too long, of a wrong type or use, not importable.
  return refuse('the registered JWK set has no usable key for this token');
}

function expired(): BrokerError {
  return new BrokerError('TokenExpired', 'the token has expired');
}

function malformed(message: string, cause?: unknown): BrokerError {
  return new BrokerError('TokenMalformed', message, { cause });
}
