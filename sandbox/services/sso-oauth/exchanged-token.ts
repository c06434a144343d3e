// A token of a trusted issuer, verified for an application, and the user of the directory that it is about.
import type { AwsError } from '../../aws-error.ts';
import { type Application, JWT_BEARER } from '../../identity-center/application.ts';
import { attributeValues, type DirectoryUser } from '../../identity-center/directory.ts';
import type { Instance } from '../../identity-center/identity-center.ts';
import type { TrustedTokenIssuer } from '../../identity-center/trusted-token-issuers.ts';
import { type Claims, decodeToken, requireSignature, requireTime } from '../../issued-tokens/issued-token.ts';
import { TokenProblem } from '../../issued-tokens/token-problem.ts';
import { refused } from './refusal.ts';

const ALGORITHMS = ['RS256'];
/** https://docs.aws.amazon.com/singlesignon/latest/userguide/using-apps-with-trusted-token-issuer.html */
const REQUIRED = ['iss', 'aud', 'exp', 'jti'];

export interface ExchangedToken {
  readonly user: DirectoryUser;
  readonly issuer: TrustedTokenIssuer;
  /** Of the issuer's, the token's own. */
  readonly tokenId: string;
}

/**
 * It is not marked as used yet.
 * @throws AwsError InvalidGrantException, UnauthorizedClientException, NotImplemented
 */
export async function verifyForExchange(
  application: Application,
  instance: Instance,
  token: string,
  now: number,
): Promise<ExchangedToken> {
  const issuers = application.grants.get(JWT_BEARER)?.issuers;
  if (!issuers) throw refused('unauthorized_client', `the application has no grant ${JWT_BEARER}`);
  try {
    const claims = decodeToken(token, ALGORITHMS, REQUIRED);
    const audiences = [claims['aud']].flat();
    const trusted = issuers.flatMap(({ issuerArn, audiences: authorized }) => {
      const issuer = instance.issuers.find(issuerArn);
      return issuer && issuer.issuerUrl === claims['iss'] ? [{ issuer, authorized }] : [];
    });
    if (trusted.length === 0) throw invalidGrant('its issuer is none that the application’s grant trusts');
    const found = trusted.find(({ authorized }) => audiences.some((one) => authorized.includes(String(one))));
    if (!found) throw invalidGrant('its audience is none that the application’s grant authorizes');
    const { issuer } = found;
    await requireSignature(token, issuer.issuerUrl, ALGORITHMS);
    requireTime(claims, Math.floor(now / 1_000), 0);
    return { issuer, tokenId: tokenIdOf(claims), user: userOf(claims, issuer, instance) };
  } catch (error) {
    throw error instanceof TokenProblem ? invalidGrant(error.message) : error;
  }
}

function tokenIdOf({ jti }: Claims): string {
  if (typeof jti === 'string' && jti !== '') return jti;
  throw invalidGrant('its jti is no text');
}

/** The one user whose attribute is the token's claim. */
function userOf(
  claims: Claims,
  { claimPath, attributePath }: TrustedTokenIssuer,
  { store }: Instance,
): DirectoryUser {
  const [value, ...more] = claimValues(claims, claimPath);
  if (value === undefined || value === '' || more.length > 0) {
    throw invalidGrant(`it has not one text as its claim ${claimPath}`);
  }
  const [user, another] = store.usersWith(attributePath, value);
  if (!user) throw invalidGrant(`no user of the directory has the token’s ${claimPath} as ${attributePath}`);
  if (another)
    throw invalidGrant(`several users of the directory have the token’s ${claimPath} as ${attributePath}`);
  return user;
}

/** A claim that is written with dots may be one name, or a way into a structure. */
function claimValues(claims: Claims, path: string): string[] {
  const whole = Object.hasOwn(claims, path) ? claims[path] : undefined;
  return typeof whole === 'string' ? [whole] : attributeValues(claims, path);
}

export function invalidGrant(reason: string): AwsError {
  return refused('invalid_grant', reason);
}
