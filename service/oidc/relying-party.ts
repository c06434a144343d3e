// The portal as a relying party of OpenID Connect: what identity providers know it by.

export interface RelyingParty {
  readonly clientId: string;
  /** Where the browser brings the identity provider's answer: the only redirect URI. */
  readonly redirectUri: string;
  /** What is asked for beside `openid`. */
  readonly scopes: readonly string[];
}
