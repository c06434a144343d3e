// Signing in by OpenID Connect: authorization code with PKCE, state and nonce, all of which the library checks.
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { isLoopback, type Settings } from './settings.ts';

export const CALLBACK_PATH = '/oidc/callback';

/** What an answer is held against; kept on the server. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Where the user was going: a path of this application. */
  readonly wayBack: string;
}

export interface SignedIn {
  /** For the broker, and for nobody else. */
  readonly idToken: string;
  readonly name: string;
  /** Of the ID token, in milliseconds since the epoch: the session ends with it. */
  readonly expiresAt: number;
}

export class SignIn {
  readonly #settings: Settings;
  readonly #redirectUri: string;
  readonly #fetch: CustomFetch | undefined;
  #provider: Promise<Configuration> | undefined;

  /** @param fetch in the place of the global one */
  constructor(settings: Settings, fetch?: CustomFetch) {
    this.#settings = settings;
    this.#redirectUri = new URL(CALLBACK_PATH, settings.url).href;
    this.#fetch = fetch;
  }

  /** @returns where the browser goes, and what its answer will be held against */
  async begin(wayBack: string): Promise<{ readonly location: string; readonly pending: PendingSignIn }> {
    const pending = {
      ...{ state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() },
      wayBack,
    };
    const location = buildAuthorizationUrl(await this.#discovered(), {
      redirect_uri: this.#redirectUri,
      scope: this.#settings.oidc.scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    return { location: location.href, pending };
  }

  /** @param query with which the browser came back; rejects with the library's error where it is no answer to what was asked */
  async finish(query: string, { state, nonce, verifier }: PendingSignIn): Promise<SignedIn> {
    const answer = new URL(this.#redirectUri);
    answer.search = query;
    const tokens = await authorizationCodeGrant(await this.#discovered(), answer, {
      ...{ expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
    });
    const claims = tokens.claims();
    if (!claims || tokens.id_token === undefined) throw new Error('the answer holds no ID token');
    const { email, name, sub, exp } = claims;
    const shown = [email, name, sub].find((claim) => typeof claim === 'string') as string;
    return { idToken: tokens.id_token, name: shown, expiresAt: exp * 1_000 };
  }

  /** Once; after a failure, again. */
  #discovered(): Promise<Configuration> {
    this.#provider ??= this.#discover().catch((error) => {
      this.#provider = undefined;
      throw error;
    });
    return this.#provider;
  }

  #discover(): Promise<Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings.oidc;
    const authentication = clientSecret === undefined ? None() : ClientSecretPost(clientSecret);
    return discovery(issuer, clientId, undefined, authentication, {
      // The first has the ID token's signature verified, which otherwise TLS would vouch for.
      execute: [enableNonRepudiationChecks, ...(isLoopback(issuer) ? [allowInsecureRequests] : [])],
      ...(this.#fetch && { [customFetch]: this.#fetch }),
    });
  }
}
