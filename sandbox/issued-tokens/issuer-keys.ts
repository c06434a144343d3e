// The keys of a token's issuer: its discovery document, and the JWK set that this names.
import type { JSONWebKeySet } from 'jose';
import { AwsError } from '../aws-error.ts';
import { isLoopback } from '../identities/issuer-url.ts';
import { parsedUrl } from '../parsed-url.ts';
import { TokenProblem } from './token-problem.ts';

/** So long for each of the two. */
const DEADLINE_MS = 5_000;

/**
 * Fetched anew for every token; from loopback only.
 * https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig
 * @param url the issuer, letter by letter
 * @throws TokenProblem unreachable, no-key
 * @throws AwsError NotImplemented for one that is not on loopback
 */
export async function fetchIssuerKeys(url: string): Promise<JSONWebKeySet> {
  const document = await fetchObject(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (document['issuer'] !== url) throw noKey(`the discovery document of ${url} is of another issuer`);
  const { jwks_uri: jwksUri } = document;
  if (typeof jwksUri !== 'string' || !parsedUrl(jwksUri))
    throw noKey(`the discovery document of ${url} has no jwks_uri`);
  const keySet = await fetchObject(jwksUri);
  if (!Array.isArray(keySet['keys'])) throw noKey(`${jwksUri} is no JWK set`);
  return keySet as unknown as JSONWebKeySet;
}

function noKey(reason: string): TokenProblem {
  return new TokenProblem('no-key', reason);
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
  if (response.status !== 200) throw noKey(`${url} answered ${response.status}`);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Told below, as what is JSON and no object.
  }
  throw noKey(`${url} is no JSON object`);
}

async function reach(url: string): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) });
  } catch (error) {
    throw unreachable(url, error);
  }
}

function unreachable(url: string, error: unknown): TokenProblem {
  const { message, cause } = error as Error;
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new TokenProblem('unreachable', `${url} did not answer: ${why}`);
}
