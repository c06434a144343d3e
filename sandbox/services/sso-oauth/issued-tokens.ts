// What IAM Identity Center gives for a token: an access token, an ID token, and the identity context for STS.
import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Account } from '../../account/account.ts';
import type { Application } from '../../identity-center/application.ts';
import type { DirectoryUser } from '../../identity-center/directory.ts';
import type { Instance } from '../../identity-center/identity-center.ts';

/** Assumed for the context assertion too. */
const VALID_SECONDS = 3_600;
const IDENTITY_CONTEXT = 'sts:identity_context';
/** What every application has beside its own scopes. */
const DEFAULT_SCOPES = ['openid', 'aws', IDENTITY_CONTEXT];

/** Nobody outside of IAM Identity Center can verify an ID token of it: it has no JWK set. */
const idTokenKey = randomBytes(48);

/** All scopes that the application may have. */
export function scopesOf({ scopes }: Application): string[] {
  return [...DEFAULT_SCOPES, ...scopes.keys()];
}

/** https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateTokenWithIAM.html */
export async function issueTokens(
  account: Account,
  { application, instance, user }: { application: Application; instance: Instance; user: DirectoryUser },
  scope: readonly string[],
): Promise<Record<string, unknown>> {
  const expiresAt = account.now() + VALID_SECONDS * 1_000;
  const { userId } = user;
  const identityContext = scope.includes(IDENTITY_CONTEXT)
    ? account.identityCenter.assertions.seal({ userId, applicationArn: application.arn, expiresAt })
    : undefined;
  const claims = idTokenClaims(account, { application, instance, user });
  return {
    accessToken: `aoa${randomBytes(120).toString('base64url')}`,
    tokenType: 'Bearer',
    expiresIn: VALID_SECONDS,
    idToken: scope.includes('openid')
      ? await sign({ ...claims, [IDENTITY_CONTEXT]: identityContext })
      : undefined,
    issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    scope,
    awsAdditionalDetails: identityContext === undefined ? undefined : { identityContext },
  };
}

function idTokenClaims(
  account: Account,
  { application, instance, user }: { application: Application; instance: Instance; user: DirectoryUser },
): Record<string, unknown> {
  const issuedAt = Math.floor(account.now() / 1_000);
  return {
    iss: `https://identitycenter.amazonaws.com/${instance.instanceId}`,
    sub: user.userId,
    aud: application.arn,
    iat: issuedAt,
    auth_time: issuedAt,
    exp: issuedAt + VALID_SECONDS,
    'aws:credential_id': randomUUID(),
    'aws:identity_store_id': instance.identityStoreId,
    'aws:identity_store_arn': instance.identityStoreArn,
    'aws:instance_account': instance.accountId,
    'aws:instance_arn': instance.arn,
  };
}

function sign(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'HS384', kid: 'key-1' }).sign(idTokenKey);
}
