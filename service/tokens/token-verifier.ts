// The token verifier: whether a JWT is what the registration asks for, and what it claims.
import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type CacheSettings, cacheDefaults } from '../broker/environment.ts';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { type Registration, signatureAlgorithms } from '../registrations/registration.ts';
import type { VerifiedClaims } from '../sessions/session-tags.ts';
import type { FindKey, JwkSet, JwkSets } from './jwk-sets.ts';
import { readJwt, verifyJwt } from './jwt.ts';

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
   * @param token compact serialization, at most `MAX_TOKEN_LENGTH` characters
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

  async #verify(token: string, registration: Registration, findKey: FindKey): Promise<VerifiedToken> {
    const jwt = readJwt(token, registration.algorithms ?? signatureAlgorithms);
    const claims = await verifyJwt(jwt, findKey, this.now());
    checkAudience(claims, registration);
    return { claims: keptOf(claims, registration), expiresAt: claims.exp * 1000 };
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
