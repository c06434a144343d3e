// The client assertion: the portal proves itself at the token endpoint by its own key, which stays in KMS.
import { randomUUID } from 'node:crypto';
import type { ClientAuth } from 'openid-client';
import type { Clock } from '../clock.ts';

/** A key whose public half the portal publishes. */
export interface AssertionKey {
  published(): Promise<{ readonly kid: string; readonly alg: 'RS256' }>;
  /** Signs as RS256 does. */
  sign(input: string): Promise<Uint8Array>;
}

/** An assertion is made for one request. */
const ASSERTION_SECONDS = 60;

/** Whom an assertion is for: the issuer, or the address of its token endpoint, which some providers still insist on. */
export type AssertionAudience = 'issuer' | 'token_endpoint';

/**
 * `private_key_jwt`: OpenID Connect Core, section 9; RFC 7523, section 3. For the issuer wherever that is taken: an assertion for an
 * address is good at whichever provider names that address as its own.
 * https://datatracker.ietf.org/doc/draft-ietf-oauth-rfc7523bis/
 */
export function privateKeyJwt(key: AssertionKey, now: Clock, audience: AssertionAudience): ClientAuth {
  const authenticate: AsyncClientAuth = async (provider, { client_id: clientId }, body) => {
    const { kid, alg } = await key.published();
    const issuedAt = Math.floor(now() / 1000);
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: provider[audience],
      jti: randomUUID(),
      iat: issuedAt,
      exp: issuedAt + ASSERTION_SECONDS,
    };
    const input = [{ typ: 'JWT', alg, kid }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    body.set('client_id', clientId);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', `${input}.${Buffer.from(await key.sign(input)).toString('base64url')}`);
  };
  return authenticate;
}

/** The library waits for it. */
type AsyncClientAuth = (...parameters: Parameters<ClientAuth>) => Promise<void>;
