// An OpenID Connect provider in memory: what it publishes, a code for a request, and an ID token for a code, as a test wants them.
import { createHash, randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWK, jwtVerify } from 'jose';
import type { BoundedFetch } from '../../../service/sign-in/bounded-fetch.ts';
import type { FrozenClock } from '../clock.ts';
import { compact, type Signing } from './compact.ts';

export const ISSUER = 'https://idp.example.com/oidc';
export const CLIENT = 'portal';
export const USER = 'ada@example.com';

export interface ProviderKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function createProviderKey(kid: string, alg = 'RS256'): Promise<ProviderKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg } };
}

/** What an ID token says and how it is signed, where that is not as it should be. */
export interface Issuing extends Signing {
  /** Added to the claims; `undefined` takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Added to the token endpoint's answer. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** In the place of the token. */
  readonly token?: (usual: string) => string | Promise<string>;
}

interface Asked {
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly redirectUri: string | null;
}

export class OidcProvider {
  /** What the next token is. */
  issuing: Issuing = {};
  /** Added to the metadata; `undefined` takes a member away. */
  published: Readonly<Record<string, unknown>> = {};
  /** In the place of an answer to these requests. */
  readonly answering = new Map<
    'metadata' | 'token' | 'keys',
    (body: URLSearchParams) => Response | Promise<Response>
  >();
  /** Requests by what they are for. */
  readonly asked: string[] = [];
  /** What the portal sent to the token endpoint. */
  readonly exchanges: URLSearchParams[] = [];
  keys: readonly ProviderKey[];
  /** The keys of the client that proves itself; without, it proves nothing. */
  clientKeys: readonly JWK[] | undefined;
  /** Whom it wants assertions to be for. */
  audience = ISSUER;
  readonly #codes = new Map<string, Asked>();
  readonly #assertions = new Set<unknown>();

  constructor(
    readonly clock: FrozenClock,
    first: ProviderKey,
  ) {
    this.keys = [first];
  }

  metadata(): Record<string, unknown> {
    return {
      issuer: ISSUER,
      authorization_endpoint: `${ISSUER}/authorize`,
      token_endpoint: `${ISSUER}/token`,
      jwks_uri: 'https://keys.example.com/oidc',
      response_types_supported: ['code', 'code id_token'],
      code_challenge_methods_supported: ['plain', 'S256'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'PS256'],
      authorization_response_iss_parameter_supported: true,
      ...this.published,
    };
  }

  /** Signs in whoever follows this address. @returns what the browser brings back */
  authorize(location: string): URLSearchParams {
    const { searchParams: query } = new URL(location);
    const code = randomUUID();
    this.#codes.set(code, {
      challenge: query.get('code_challenge_method') === 'S256' ? query.get('code_challenge') : null,
      nonce: query.get('nonce'),
      redirectUri: query.get('redirect_uri'),
    });
    return new URLSearchParams({ code, state: query.get('state') ?? '', iss: ISSUER });
  }

  readonly fetch: BoundedFetch = async (address, { body } = {}) => {
    const { token_endpoint: token, jwks_uri: keys } = this.metadata();
    const form = new URLSearchParams(body as URLSearchParams);
    const which = address === token ? 'token' : address === keys ? 'keys' : 'metadata';
    this.asked.push(which);
    const other = this.answering.get(which);
    if (other) return other(form);
    if (which === 'token') return this.#exchange(form);
    return Response.json(which === 'keys' ? { keys: this.keys.map(({ jwk }) => jwk) } : this.metadata());
  };

  async #exchange(form: URLSearchParams): Promise<Response> {
    this.exchanges.push(form);
    const refused = (error: string) => Response.json({ error, error_description: 'canary' }, { status: 400 });
    if (!(await this.#isClient(form))) return refused('invalid_client');
    const code = form.get('code') ?? '';
    const asked = this.#codes.get(code);
    this.#codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (asked?.challenge !== challenge || asked.redirectUri !== form.get('redirect_uri'))
      return refused('invalid_grant');
    const usual = await this.#idToken(asked);
    const id_token = await (this.issuing.token?.(usual) ?? usual);
    const answer = { access_token: 'canary-access-token', token_type: 'Bearer', id_token };
    return Response.json({ ...answer, ...this.issuing.answer });
  }

  /** As RFC 7523, section 3, has it, with an assertion that counts once. */
  async #isClient(form: URLSearchParams): Promise<boolean> {
    if (!this.clientKeys) return form.get('client_id') === CLIENT && !form.has('client_assertion');
    const { payload } = await jwtVerify(
      form.get('client_assertion') ?? '',
      createLocalJWKSet({ keys: [...this.clientKeys] }),
      { issuer: CLIENT, subject: CLIENT, audience: this.audience, requiredClaims: ['jti', 'exp', 'iat'] },
    ).catch(() => ({ payload: { jti: undefined } }));
    if (payload.jti === undefined || this.#assertions.has(payload.jti)) return false;
    this.#assertions.add(payload.jti);
    return true;
  }

  #idToken({ nonce }: Asked): Promise<string> {
    const [first] = this.keys;
    if (!first) throw new Error('a provider without keys signs nothing');
    const now = this.clock.seconds();
    const claims = {
      iss: ISSUER,
      aud: CLIENT,
      sub: USER,
      iat: now,
      exp: now + 300,
      nonce,
      groups: ['dba', 'sysadmin'],
      ...this.issuing.claims,
    };
    return compact(claims, { kid: first.kid, key: first.privateKey, ...this.issuing });
  }
}
