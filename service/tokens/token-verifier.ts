// The token verifier: whether a JWT is what the registration asks for, and what it claims.
import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { Cache } from '../cache.ts';
import { type CacheSettings, cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { BrokerError } from '../errors.ts';
import { type NoText, textOf } from './claim-forms.ts';
import { claimAt } from './claim-reference.ts';
import { IssuerChoice, issuerMismatch, shownList } from './issuer-choice.ts';
import { isIssuedBy } from './issuer-template.ts';
import type { JwkSet, JwkSets } from './jwk-sets.ts';
import { readJwt, type TimeRules, verifyJwt } from './jwt.ts';
import type { FindKey } from './key-finder.ts';
import { findUnmet } from './required-claims.ts';
import { signatureAlgorithms } from './signature-algorithms.ts';
import type { IssuerRules, TokenRules } from './token-rules.ts';

/**
 * The claims that are kept of a token whose signature, time and audience have been verified, by their references: texts, and
 * {@link NoText} for what is none.
 */
export type VerifiedClaims = Readonly<Record<string, unknown>>;

/** Whose token it was, for the audit; each at most 256 characters long. */
export interface TokenIdentity {
  readonly iss?: string;
  /** As it is, or its digest: see {@link AuditSubject}. */
  readonly sub?: string;
  readonly kid?: string;
  readonly jti?: string;
}

/** How the audit knows the user: by `sub` as it is, by the beginning of its SHA-256, or not at all. */
export type AuditSubject = 'plain' | 'hashed' | 'none';

/** What is known of a token that has been verified. */
export interface VerifiedToken {
  readonly claims: VerifiedClaims;
  readonly identity: TokenIdentity;
  /** The tenant that is bound to the token's issuer, whatever it claims. */
  readonly sessionTagValue?: string;
}

/** For whom, and by which version of the rules. */
export interface Verification {
  /** The application, whose share of the caches is taken up. */
  readonly owner: string;
  /** Changes when the rules do. */
  readonly version: string;
}

/** Hexadecimal SHA-256 of a token: what logs and caches know it by. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'hex');
}

/** What is kept of a token. */
interface KeptToken extends VerifiedToken {
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenVerifierOptions
  extends Pick<CacheSettings, 'tokenCacheSeconds' | 'maxCachedSessions'>,
    TimeRules {
  /** Default `hashed`. */
  readonly auditSubject?: AuditSubject;
}

/** Of all verified tokens in memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Of a claim that the audit shows. */
const LONGEST_SHOWN = 256;

export class TokenVerifier {
  readonly #verified: Cache<KeptToken>;
  readonly #issuers = new IssuerChoice();

  constructor(
    private readonly jwkSets: JwkSets,
    private readonly now: Clock,
    private readonly options: TokenVerifierOptions = cacheDefaults,
  ) {
    const { tokenCacheSeconds, maxCachedSessions } = options;
    this.#verified = new Cache(
      {
        max: maxCachedSessions,
        maxBytes: MAX_BYTES,
        bytesOf: bytesOfToken,
        freshUntil: ({ expiresAt }, askedAt) => Math.min(expiresAt, askedAt + tokenCacheSeconds * 1000),
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
   * @throws BrokerError Token…, JwksUnavailable
   */
  async verify(
    token: string,
    tokenDigest: string,
    rules: TokenRules,
    { owner, version }: Verification,
  ): Promise<VerifiedToken> {
    const issuer = this.#issuers.for(token, tokenDigest, rules.issuers);
    const jwkSet = await this.jwkSets.get(issuer.jwksUrl, owner, rules.issuers);
    const keyOf = ({ generation }: JwkSet) => `${tokenDigest} ${version} ${generation}`;
    const known = this.#verified.fresh(keyOf(jwkSet));
    if (known) return known;
    const verifyWith = (set: JwkSet) =>
      this.#verified.get(keyOf(set), () => this.#verify(token, issuer, rules, set.findKey), owner);
    try {
      return await verifyWith(jwkSet);
    } catch (error) {
      if (!(error instanceof BrokerError) || error.code !== 'TokenKeyNotFound') throw error;
      const { set, retryAfterSeconds } = await this.jwkSets.refetch(issuer.jwksUrl, jwkSet, owner);
      if (retryAfterSeconds !== undefined) throw notFoundYet(error, retryAfterSeconds);
      if (set.generation === jwkSet.generation) throw error;
      return await verifyWith(set);
    }
  }

  async #verify(token: string, issuer: IssuerRules, rules: TokenRules, findKey: FindKey): Promise<KeptToken> {
    const { maxTokenAgeSeconds, auditSubject = 'hashed' } = this.options;
    const jwt = readJwt(token, issuer.algorithms ?? signatureAlgorithms);
    const claims = await verifyJwt(jwt, findKey, this.now(), this.options);
    checkClaims(claims, issuer);
    const oldestAt = maxTokenAgeSeconds === undefined ? claims.exp : (claims.iat ?? 0) + maxTokenAgeSeconds;
    return {
      claims: keptOf(claims, rules),
      identity: identityOf(claims, jwt.header.kid, auditSubject),
      ...(issuer.sessionTagValue !== undefined && { sessionTagValue: issuer.sessionTagValue }),
      expiresAt: Math.min(claims.exp, oldestAt) * 1000,
    };
  }
}

/** The key may be one that was published since: the source may be asked again in so many seconds. */
function notFoundYet({ message, cause, problem }: BrokerError, retryAfterSeconds: number): BrokerError {
  return new BrokerError('TokenKeyNotFound', message, {
    cause,
    retryAfterSeconds,
    ...(problem !== undefined && { problem }),
  });
}

/** What the audit shows of a token; a text that is longer than any issuer's is not shown at all. */
function identityOf({ iss, sub, jti }: JWTPayload, kid: unknown, subject: AuditSubject): TokenIdentity {
  const shown = { iss, sub: subject === 'none' ? undefined : sub, kid, jti };
  const identity = Object.fromEntries(
    Object.entries(shown).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= LONGEST_SHOWN,
    ),
  );
  if (subject !== 'hashed' || identity['sub'] === undefined) return identity;
  return { ...identity, sub: `sha256:${hash('sha256', identity['sub'], 'hex').slice(0, 32)}` };
}

/** In memory, about: two bytes a character, and what an object takes up besides. */
function bytesOfToken({ claims, identity }: KeptToken): number {
  const texts = [...Object.entries(claims), ...Object.entries(identity)].flat();
  return texts.reduce<number>(
    (sum, text) => sum + 64 + (typeof text === 'string' ? 2 * text.length : 0),
    512,
  );
}

/** Kept in the place of a longer claim, to be refused as that would be. A slice of it would keep all of it in memory. */
const TOO_LONG = '-'.repeat(257);

/** The claims that the registration names; those that are not there are not kept either. */
function keptOf(claims: JWTPayload, { keptClaims, claimForms }: TokenRules): VerifiedClaims {
  const kept = keptClaims
    .map((reference) => [reference, claimAt(claims, reference)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([reference, value]) => [reference, keptValueOf(value, claimForms)] as const);
  return Object.fromEntries(kept);
}

function keptValueOf(value: unknown, forms: TokenRules['claimForms']): string | NoText {
  const text = textOf(value, forms);
  return typeof text !== 'string' || text.length < TOO_LONG.length ? text : TOO_LONG;
}

/** Issuer, audience, use and whatever else the rules require. */
function checkClaims(claims: JWTPayload, issuer: IssuerRules): void {
  const { audience, tokenUse, requiredClaims } = issuer;
  if (issuer.issuer !== undefined && !isIssuedBy(issuer.issuer, claims)) throw issuerMismatch([issuer]);
  if (audience !== undefined && !audiencesOf(claims).some((value) => audience.includes(value))) {
    throw new BrokerError(
      'TokenAudienceMismatch',
      `neither aud nor client_id of the token is a registered Audience: ${shownList(audience)}`,
    );
  }
  if (tokenUse !== undefined && claims['token_use'] !== tokenUse) {
    throw new BrokerError('TokenUseMismatch', `the token’s token_use must be ${tokenUse}`);
  }
  const unmet = findUnmet(claims, requiredClaims);
  if (unmet !== undefined) {
    throw new BrokerError(
      'TokenClaimMismatch',
      `the token’s ${unmet} has none of the values of RequiredClaims`,
    );
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
