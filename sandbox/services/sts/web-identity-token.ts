// A web identity token, verified: a provider of the account issued it, for one of its clients, and it is valid now.
import type { Account } from '../../account/account.ts';
import type { WebIdentity } from '../../identities/identity.ts';
import type { OidcProvider } from '../../identities/oidc-providers.ts';
import { type Claims, decodeToken, requireSignature, requireTime } from '../../issued-tokens/issued-token.ts';
import { TokenProblem } from '../../issued-tokens/token-problem.ts';
import { invalidToken, inWordsOfSts } from './web-identity-refusal.ts';

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat'];
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html */
const CLOCK_SKEW_SECONDS = 300;

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
  const nowSeconds = Math.floor(account.now() / 1_000);
  try {
    return await verify(account, token, nowSeconds);
  } catch (error) {
    throw error instanceof TokenProblem ? inWordsOfSts(error, nowSeconds) : error;
  }
}

async function verify(account: Account, token: string, nowSeconds: number): Promise<VerifiedToken> {
  const claims = decodeToken(token, ALGORITHMS, REQUIRED);
  const issuer = String(claims['iss']);
  const provider = account.identities.oidcProviders.ofIssuer(issuer);
  if (!provider) {
    throw invalidToken(
      `account ${account.accountId} has no provider ${issuer}`,
      `No OpenIDConnect provider found in your account for ${issuer}`,
    );
  }
  await requireSignature(token, provider.url, ALGORITHMS);
  const audience = requireAudience(claims, provider);
  requireTime(claims, nowSeconds, CLOCK_SKEW_SECONDS);
  const identity: WebIdentity = {
    providerArn: provider.arn,
    keyPrefix: provider.name,
    audience,
    subject: requireSubject(claims),
    methods: methodsOf(claims),
  };
  return { issuer, identity, claims };
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

function requireSubject({ sub }: Claims): string {
  if (typeof sub === 'string' && sub !== '' && sub.length <= 255) return sub;
  throw invalidToken('its sub is no text of 1 to 255 characters');
}

function methodsOf({ amr }: Claims): string[] {
  return [amr ?? []].flat().filter((method) => typeof method === 'string');
}
