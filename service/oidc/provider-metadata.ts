// The identity provider's metadata, as OpenID Connect Discovery 1.0 publishes it: what of it the portal goes by.
import { isFetchable } from '../sign-in/bounded-fetch.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';

export interface ProviderMetadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  /** Those that the provider signs with and the portal accepts: never `none`, and no shared secret. */
  readonly id_token_signing_alg_values_supported: string[];
  /** Whether its answers must name it: RFC 9207. */
  readonly authorization_response_iss_parameter_supported: boolean;
}

const algorithms = ['RS', 'PS', 'ES'].flatMap((family) => [256, 384, 512].map((bits) => `${family}${bits}`));
const ACCEPTED = [...algorithms, 'Ed25519', 'EdDSA'];
const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;

/** Where it is published: section 4.1. */
export function metadataAddress(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

/**
 * Reads the metadata of the one issuer that the settings name, character for character: a document that speaks for many, such
 * as Entra ID's `common`, is of none of them.
 *
 * @throws SignInError SigningKeysOutdated
 */
export function providerMetadataOf(
  text: string,
  issuer: string,
  { allowHttpOnLoopback }: { readonly allowHttpOnLoopback: boolean },
): ProviderMetadata {
  const document = objectIn(text);
  if (document['issuer'] !== issuer) throw notUsable('its issuer is not the one of the settings');
  const [authorization, token, keys] = endpoints.map((name) => {
    const address = document[name];
    if (typeof address !== 'string' || !isFetchable(address, allowHttpOnLoopback))
      throw notUsable(`its ${name} is no https URL without user, password and fragment`);
    return address;
  }) as [string, string, string];
  if (!names(document, 'response_types_supported', ['code']).includes('code'))
    throw notUsable('it does not answer with a code (response_types_supported)');
  // Many that know it do not say so. RFC 8414, section 2.
  if (!names(document, 'code_challenge_methods_supported', ['S256']).includes('S256'))
    throw notUsable('it does not know PKCE with S256 (code_challenge_methods_supported)');
  const signing = names(document, 'id_token_signing_alg_values_supported', ['RS256']);
  const accepted = signing.filter((algorithm) => ACCEPTED.includes(algorithm));
  if (accepted.length === 0)
    throw notUsable('it signs ID tokens in no way that is accepted (id_token_signing_alg_values_supported)');
  return {
    issuer,
    authorization_endpoint: authorization,
    token_endpoint: token,
    jwks_uri: keys,
    id_token_signing_alg_values_supported: accepted,
    authorization_response_iss_parameter_supported:
      document['authorization_response_iss_parameter_supported'] === true,
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the document.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw notUsable('it is no JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function names(document: Readonly<Record<string, unknown>>, name: string, byDefault: string[]): string[] {
  const value = document[name];
  if (value === undefined) return byDefault;
  if (!Array.isArray(value)) throw notUsable(`its ${name} is no list`);
  return value.filter((one) => typeof one === 'string');
}

function notUsable(message: string): SignInError {
  return new SignInError(
    'SigningKeysOutdated',
    `the identity provider’s metadata cannot be used: ${message}`,
  );
}
