// The keys of an OpenID Connect provider: its discovery document, and the JWK set that this names.
import type { JSONWebKeySet } from 'jose';
import { AwsError } from '../../aws-error.ts';
import { isLoopback } from '../../identities/issuer-url.ts';
import type { OidcProvider } from '../../identities/oidc-providers.ts';
import { invalidToken } from './web-identity-refusal.ts';

/** So long for each of the two. */
const DEADLINE_MS = 5_000;

/**
 * Fetched anew for every token; from loopback only.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @throws AwsError IDPCommunicationError where the provider does not answer; InvalidIdentityToken where it answers anything
 * else; NotImplemented for one that is not on loopback
 */
export async function fetchVerificationKeys({ url }: OidcProvider): Promise<JSONWebKeySet> {
  const document = await fetchObject(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (document['issuer'] !== url) throw noKeys(`the discovery document of ${url} is of another issuer`);
  const { jwks_uri: jwksUri } = document;
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri))
    throw noKeys(`the discovery document of ${url} has no jwks_uri`);
  const keySet = await fetchObject(jwksUri);
  if (!Array.isArray(keySet['keys'])) throw noKeys(`${jwksUri} is no JWK set`);
  return keySet as unknown as JSONWebKeySet;
}

export function noKeys(reason: string): AwsError {
  return invalidToken(
    reason,
    "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
  );
}

async function fetchObject(url: string): Promise<Record<string, unknown>> {
  if (!isLoopback(new URL(url))) {
    throw new AwsError(
      'NotImplemented',
      `The sandbox fetches keys from loopback only, not from ${url}.`,
      501,
    );
  }
  const response = await reach(url);
  const text = await response.text().catch((error: unknown) => {
    throw unreachable(url, error);
  });
  if (response.status !== 200) throw noKeys(`${url} answered ${response.status}`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, as what is JSON and no object.
  }
  throw noKeys(`${url} is no JSON object`);
}

async function reach(url: string): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

function unreachable(url: string, error: unknown): AwsError {
  const { message, cause } = error as Error;
  return new AwsError(
    'IDPCommunicationError',
    'The request could not be fulfilled because the identity provider (IDP) that was asked to verify the incoming identity token could not be reached.',
    400,
    `${url} did not answer: ${message}${cause instanceof Error ? `: ${cause.message}` : ''}`,
  );
}
