// A web identity token, verified: a provider of the account issued it, for one of its clients, and it is valid now.
import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { Account } from '../../account/account.ts';
import { AwsError } from '../../aws-error.ts';
import type { WebIdentity } from '../../identities/identity.ts';
import type { OidcProvider } from '../../identities/oidc-providers.ts';
import { fetchVerificationKeys, noKeys } from './verification-keys.ts';
import { invalidToken } from './web-identity-refusal.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat'];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html */
const CLOCK_SKEW_SECONDS = 300;

type Claims = Readonly<Record<string, unknown>>;

export interface VerifiedToken {
  readonly issuer: string;
  readonly identity: WebIdentity;
  readonly claims: Claims;
}

/**
 * @param account the one whose provider must have issued it
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError, NotImplemented
 */
export async function verifyWebIdentityToken(account: Account, token: string): Promise<VerifiedToken> {
  const claims = decode(token);
  const issuer = String(claims['iss']);
  const provider = account.identities.oidcProviders.ofIssuer(issuer);
  if (!provider) {
    throw invalidToken(
      `account ${account.accountId} has no provider ${issuer}`,
      `No OpenIDConnect provider found in your account for ${issuer}`,
    );
  }
  await verifySignature(token, provider);
  const audience = requireAudience(claims, provider);
  requireTime(claims, Math.floor(account.now() / 1_000));
  const identity: WebIdentity = {
    providerArn: provider.arn,
    keyPrefix: provider.name,
    audience,
    subject: requireSubject(claims),
    methods: methodsOf(claims),
  };
  return { issuer, identity, claims };
}

function decode(token: string): Claims {
  let claims: Claims;
  try {
    const { alg } = decodeProtectedHeader(token);
    if (!ALGORITHMS.includes(String(alg))) throw new Error('another algorithm');
    claims = decodeJwt(token);
  } catch {
    throw invalidToken(
      `it is no JWT signed by ${ALGORITHMS.join(', ')}`,
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  const missing = REQUIRED.find((name) => claims[name] === undefined);
  if (missing === undefined) return claims;
  throw invalidToken(`it has no ${missing}`, `Missing a required claim: ${missing}`);
}

async function verifySignature(token: string, provider: OidcProvider): Promise<void> {
  const keySet = await fetchVerificationKeys(provider);
  try {
    await compactVerify(token, createLocalJWKSet(keySet), { algorithms: ALGORITHMS });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed)
      throw invalidToken('the signature is not its issuer’s');
    const { message } = error as Error;
    throw noKeys(`the JWK set of ${provider.url} has no key for it: ${message}`);
  }
}

/** `azp` where the token has one, else its only `aud`; one of the provider's clients. */
function requireAudience({ aud, azp }: Claims, { clientIds }: OidcProvider): string {
  const audiences = [aud].flat();
  if (azp === undefined && audiences.length > 1) {
    throw invalidToken(
      'it has several audiences and no azp',
      'Token audience contains more than one audience while authorized party is not present',
    );
  }
  const audience = azp ?? audiences[0];
  if (typeof audience === 'string' && clientIds.has(audience)) return audience;
  throw invalidToken('its audience is no client of the provider', 'Incorrect token audience');
}

function requireTime(claims: Claims, now: number): void {
  const [expires, issued, begins = 0] = ['exp', 'iat', 'nbf'].map((name) => secondsOf(claims, name));
  if ((expires as number) + CLOCK_SKEW_SECONDS <= now) {
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time ${expires}`,
    );
  }
  if ((issued as number) - CLOCK_SKEW_SECONDS > now) throw invalidToken('it is issued in the future');
  if (begins - CLOCK_SKEW_SECONDS > now) throw invalidToken('it is not valid yet');
}

/** Whole seconds since the epoch. */
function secondsOf(claims: Claims, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
  throw invalidToken(`its ${name} is no whole number of seconds`);
}

function requireSubject({ sub }: Claims): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= 255) return sub;
  throw invalidToken('its sub is no text of 1 to 255 characters');
}

function methodsOf({ amr }: Claims): string[] {
  return [amr ?? []].flat().filter((method) => typeof method === 'string');
}
