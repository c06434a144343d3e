// The token verifier: whether a JWT is what the registration asks for, and what it claims.
import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import type { FindKey, JwkSet, JwkSets } from './jwk-sets.ts';
import { readJwt, verifyJwt } from './jwt.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from './signature-algorithms.ts';

/** What a token must be, and which of its claims are kept: a registration says so. */
export interface TokenRules {
  readonly jwksUrl: string;
  /** Exact `iss`; any where absent. */
  readonly issuer?: string;
  /** At least one of them; any where absent. */
  readonly audience?: readonly string[];
  /** Exact `token_use`; any where absent. */
  readonly tokenUse?: 'id' | 'access';
  /** Every asymmetric algorithm where absent. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** The claims that are kept, by name: this one, and those of the session tags. */
  readonly jwtClaimName: string;
  readonly sessionTags: readonly (readonly [key: string, claimName: string])[];
}

/** The claims of a token whose signature, time and audience have been verified. */
export type VerifiedClaims = Readonly<Record<string, unknown>>;

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
   * @param version of the rules: changes when they do
   * @throws BrokerError Token…, JwksUnavailable
   */
  async verify(
    token: string,
    tokenDigest: string,
    rules: TokenRules,
    version: string,
  ): Promise<VerifiedClaims> {
    const jwkSet = await this.jwkSets.get(rules.jwksUrl);
    const keyOf = ({ generation }: JwkSet) => `${tokenDigest} ${version} ${generation}`;
    const known = this.#verified.fresh(keyOf(jwkSet));
    if (known) return known.claims;
    try {
      const verified = await this.#verified.get(keyOf(jwkSet), () =>
        this.#verify(token, rules, jwkSet.findKey),
      );
      return verified.claims;
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'TokenKeyNotFound') throw error;
      const refetched = await this.jwkSets.refetch(rules.jwksUrl, jwkSet);
      if (refetched.generation === jwkSet.generation) throw error;
      const verified = await this.#verified.get(keyOf(refetched), () =>
        this.#verify(token, rules, refetched.findKey),
      );
      return verified.claims;
    }
  }

  async #verify(token: string, rules: TokenRules, findKey: FindKey): Promise<VerifiedToken> {
    const jwt = readJwt(token, rules.algorithms ?? signatureAlgorithms);
    const claims = await verifyJwt(jwt, findKey, this.now());
    checkAudience(claims, rules);
    return { claims: keptOf(claims, rules), expiresAt: claims.exp * 1000 };
  }
}

/** Kept in the place of a longer claim, to be refused as that would be. A slice of it would keep all of it in memory. */
const TOO_LONG = '-'.repeat(257);

/** The claims that become session tags; what is no string is kept as `null`, and the others not at all. */
function keptOf(claims: JWTPayload, { jwtClaimName, sessionTags }: TokenRules): VerifiedClaims {
  const names = [jwtClaimName, ...sessionTags.map(([, claimName]) => claimName)];
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(claims, name)).map((name) => [name, keptValueOf(claims[name])]),
  );
}

function keptValueOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  return value.length < TOO_LONG.length ? value : TOO_LONG;
}

/** Issuer, audience and use, as the rules pin them. */
function checkAudience(claims: JWTPayload, { issuer, audience, tokenUse }: TokenRules): void {
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
