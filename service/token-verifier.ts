// The token verifier: whether a JWT is what the registration asks for, and what it claims.
import { hash } from 'node:crypto';
import { decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import { type CacheSettings, cacheDefaults } from './environment.ts';
import { BrokerError } from './errors.ts';
import type { JwkSet, JwkSets } from './jwk-sets.ts';
import { type Registration, type SignatureAlgorithm, signatureAlgorithms } from './registration.ts';
import type { VerifiedClaims } from './session-tags.ts';

/** Longest token read, in characters. */
export const MAX_TOKEN_LENGTH = 32 * 1024;

const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const tokenType = /^(application\/)?(at\+)?jwt$/i;

/** Hexadecimal SHA-256 of a token: what logs and caches know it by. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What is kept of a token. */
interface VerifiedToken {
  readonly claims: VerifiedClaims;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export class TokenVerifier {
  readonly #verified: Cache<VerifiedToken>;

  constructor(
    private readonly jwkSets: JwkSets,
    private readonly now: Clock,
    {
      tokenCacheSeconds,
      maxCachedSessions,
    }: Pick<CacheSettings, 'tokenCacheSeconds' | 'maxCachedSessions'> = cacheDefaults,
  ) {
    this.#verified = new Cache(
      {
        max: maxCachedSessions,
        freshUntil: ({ expiresAt }, loadedAt) => Math.min(expiresAt, loadedAt + tokenCacheSeconds * 1000),
      },
      now,
    );
  }

  /**
   * Verifies a JWT (RFC 7519) signed as JWS (RFC 7515) against the registered JWK set, and returns
   * those of its claims that become session tags.
   *
   * A token verified before is served from the cache while neither the registration nor the key set has
   * changed, at most `tokenCacheSeconds` and never past `exp`.
   *
   * @param token compact serialization, at most {@link MAX_TOKEN_LENGTH} characters
   * @param tokenDigest {@link digestOf} the token
   * @param version of the registration
   * @throws BrokerError Token…, JwksUnavailable
   */
  async verify(
    token: string,
    tokenDigest: string,
    registration: Registration,
    version: string,
  ): Promise<VerifiedClaims> {
    const jwkSet = await this.jwkSets.get(registration.jwksUrl);
    const keyOf = ({ generation }: JwkSet) => `${tokenDigest} ${version} ${generation}`;
    const known = this.#verified.fresh(keyOf(jwkSet));
    if (known) return known.claims;
    try {
      const verified = await this.#verified.get(keyOf(jwkSet), () =>
        this.#verify(token, registration, jwkSet.findKey),
      );
      return verified.claims;
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'TokenKeyNotFound') throw error;
      const refetched = await this.jwkSets.refetch(registration.jwksUrl, jwkSet);
      if (refetched.generation === jwkSet.generation) throw error;
      const verified = await this.#verified.get(keyOf(refetched), () =>
        this.#verify(token, registration, refetched.findKey),
      );
      return verified.claims;
    }
  }

  async #verify(token: string, registration: Registration, findKey: JWTVerifyGetKey): Promise<VerifiedToken> {
    const algorithms = [...(registration.algorithms ?? signatureAlgorithms)];
    checkHeader(token, algorithms);
    const claims = await this.#verifySignatureAndTime(token, findKey, algorithms);
    // JSON has 1e400, which JavaScript reads as infinity: a token for ever.
    if (!Number.isFinite(claims.exp))
      throw new BrokerError('TokenMalformed', 'the token’s exp must be a number');
    checkAudience(claims, registration);
    return { claims: keptOf(claims, registration), expiresAt: (claims.exp as number) * 1000 };
  }

  async #verifySignatureAndTime(
    token: string,
    findKey: JWTVerifyGetKey,
    algorithms: string[],
  ): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, findKey, {
        algorithms,
        requiredClaims: ['exp'],
        currentDate: new Date(this.now()),
      });
      return payload;
    } catch (cause) {
      throw denialOf(cause);
    }
  }
}

/** Kept in the place of a longer claim, to be refused as that would be. A slice of it would keep all of it in memory. */
const TOO_LONG = '-'.repeat(257);

/** The claims that become session tags; what is no string is kept as `null`, and the others not at all. */
function keptOf(claims: JWTPayload, { jwtClaimName, sessionTags }: Registration): VerifiedClaims {
  const names = [jwtClaimName, ...sessionTags.map(([, claimName]) => claimName)];
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(claims, name)).map((name) => [name, keptValueOf(claims[name])]),
  );
}

function keptValueOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return value.length < TOO_LONG.length ? value : TOO_LONG;
}

/**
 * Refuses what needs no key to be refused: the form, the algorithm, the type.
 *
 * RFC 8725, section 3.11: a token typed for another use (`logout+jwt`, `dpop+jwt`, …) is no access or ID token.
 */
function checkHeader(token: string, algorithms: readonly string[]): void {
  if (token.length > MAX_TOKEN_LENGTH) {
    throw new BrokerError('TokenMalformed', `the token is longer than ${MAX_TOKEN_LENGTH} characters`);
  }
  if (!compactForm.test(token) || !token.split('.').every(isCanonical)) {
    throw new BrokerError('TokenMalformed', 'the token is not a signed JWT in compact form');
  }
  let header: { readonly alg?: unknown; readonly typ?: unknown };
  try {
    header = decodeProtectedHeader(token);
  } catch (cause) {
    throw new BrokerError('TokenMalformed', 'the token’s header is not a JSON object in base64url', {
      cause,
    });
  }
  if (typeof header.alg !== 'string' || !algorithms.includes(header.alg as SignatureAlgorithm)) {
    throw new BrokerError(
      'TokenAlgorithmNotAllowed',
      `the token’s alg must be one of ${algorithms.join(', ')}`,
    );
  }
  if (header.typ !== undefined && !(typeof header.typ === 'string' && tokenType.test(header.typ))) {
    throw new BrokerError('TokenMalformed', 'the token’s typ must be JWT or at+jwt');
  }
}

/**
 * Whether base64url has no other spelling (RFC 4648, section 3.5): the digest that a token is known by in logs and
 * caches then belongs to one token only.
 */
function isCanonical(part: string): boolean {
  const beyond = part.length % 4;
  if (beyond === 0) return true;
  // Of the last character, four bits or two stand for nothing, and must be zero.
  return beyond === 2 ? /[AQgw]$/.test(part) : beyond === 3 && /[AEIMQUYcgkosw048]$/.test(part);
}

/** Issuer, audience and use, as the registration pins them. */
function checkAudience(claims: JWTPayload, { issuer, audience, tokenUse }: Registration): void {
  if (issuer !== undefined && claims.iss !== issuer) {
    throw new BrokerError('TokenIssuerMismatch', 'the token’s iss is not the registered Issuer');
  }
  if (audience !== undefined && !audiencesOf(claims).some((value) => audience.includes(value))) {
    throw new BrokerError(
      'TokenAudienceMismatch',
      'neither aud nor client_id of the token is a registered Audience',
    );
  }
  if (tokenUse !== undefined && claims['token_use'] !== tokenUse) {
    throw new BrokerError('TokenUseMismatch', `the token’s token_use must be ${tokenUse}`);
  }
}

/**
 * `aud`, one or a list (RFC 7519, section 4.1.3). A Cognito access token has none and names its client in
 * `client_id`: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
function audiencesOf(claims: JWTPayload): string[] {
  const isAccessToken = claims.aud === undefined && claims['token_use'] === 'access';
  const audiences: unknown[] = isAccessToken ? [claims['client_id']] : [claims.aud].flat();
  return audiences.filter((value): value is string => typeof value === 'string');
}

function denialOf(cause: unknown): BrokerError {
  const refuse = (code: BrokerError['code'], message: string) => new BrokerError(code, message, { cause });
  if (cause instanceof errors.JWTExpired) return refuse('TokenExpired', 'the token has expired');
  if (cause instanceof errors.JWTClaimValidationFailed) {
    if (cause.claim === 'nbf' && cause.reason === 'check_failed') {
      return refuse('TokenNotYetValid', 'the token is not valid yet: its nbf lies ahead');
    }
    return refuse(
      'TokenMalformed',
      `the token’s ${cause.claim} must be ${cause.reason === 'missing' ? 'present' : 'a number'}`,
    );
  }
  if (cause instanceof errors.JWSSignatureVerificationFailed) {
    return refuse(
      'TokenSignatureInvalid',
      'the token’s signature does not verify with the key that it names',
    );
  }
  if (cause instanceof errors.JWKSNoMatchingKey) {
    return refuse('TokenKeyNotFound', 'the registered JWK set has no key for this token');
  }
  if (cause instanceof errors.JWKSMultipleMatchingKeys) {
    // OpenID Connect Core 1.0, section 10.1: with several keys in the set, the token must name one.
    return refuse(
      'TokenKeyNotFound',
      'several keys of the registered JWK set fit this token: it must name one (kid)',
    );
  }
  if (cause instanceof errors.JOSEAlgNotAllowed) {
    return refuse('TokenAlgorithmNotAllowed', 'the token’s alg is not allowed');
  }
  if (
    cause instanceof errors.JWSInvalid ||
    cause instanceof errors.JWTInvalid ||
    cause instanceof errors.JOSENotSupported
  ) {
    return refuse('TokenMalformed', 'the token is not a valid signed JWT');
  }
  // What is left concerns the key: too short, of a wrong type or use, not importable.
  return refuse('TokenKeyNotFound', 'the registered JWK set has no usable key for this token');
}
