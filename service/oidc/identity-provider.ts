// The identity provider as the library knows it: its metadata, the portal as its client, and how it is asked.
import {
  allowInsecureRequests,
  type ClientAuth,
  Configuration,
  clockTolerance,
  customFetch,
  enableNonRepudiationChecks,
} from 'openid-client';
import type { BoundedFetch } from '../sign-in/bounded-fetch.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import { CLOCK_SKEW_SECONDS } from './id-token.ts';
import type { ProviderMetadata } from './provider-metadata.ts';

export interface IdentityProviderParts {
  readonly clientId: string;
  readonly clientAuthentication: ClientAuth;
  /** How token endpoint and keys are asked. */
  readonly fetch: BoundedFetch;
  readonly allowHttpOnLoopback: boolean;
}

/** An identity provider that has been read, with the portal as its client. */
export type IdentityProvider = Configuration;

/** The library keeps its keys for five minutes, and asks again for one that it does not know once in a minute. */
export function identityProviderOf(
  metadata: ProviderMetadata,
  parts: IdentityProviderParts,
): IdentityProvider {
  const { clientId, clientAuthentication, fetch, allowHttpOnLoopback } = parts;
  const client = { [clockTolerance]: CLOCK_SKEW_SECONDS };
  const provider = new Configuration({ ...metadata }, clientId, client, clientAuthentication);
  // Without this, the library leaves it at TLS that the token is the provider's: OpenID Connect Core, section 3.1.3.7.
  enableNonRepudiationChecks(provider);
  // Which addresses are http at all has been decided when the metadata was read.
  if (allowHttpOnLoopback) allowInsecureRequests(provider);
  // The fetch has a time-out of its own; by the library's, no two would share a request for the keys.
  provider.timeout = undefined;
  provider[customFetch] = async (address, { body, headers, method }) => {
    // A form, or nothing: the portal makes no other request.
    const form = body instanceof URLSearchParams && { body };
    const answer = await fetch(address, { headers, method, ...form }).catch((cause: unknown) => {
      throw unavailable({ cause });
    });
    // An OAuth error is a 4xx in JSON: RFC 6749, section 5.2. Whatever else is no 200 is of somebody before the provider.
    const isJson = /^application\/json\b/i.test(answer.headers.get('content-type') ?? '');
    if (answer.status !== 200 && (answer.status >= 500 || !isJson)) throw unavailable();
    return answer;
  };
  return provider;
}

function unavailable(options: { readonly cause?: unknown } = {}): SignInError {
  return new SignInError(
    'IdentityProviderUnavailable',
    'the identity provider does not answer the portal',
    options,
  );
}
