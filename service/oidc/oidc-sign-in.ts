// Signing in by OpenID Connect: how it begins, and how it is finished. Cheap checks come first.
import type { Clock } from '../clock.ts';
import type { PendingSignIn, PendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { SignInError } from '../sign-in/sign-in-error.ts';
import type { User } from '../sign-in/user.ts';
import type { WayBack } from '../sign-in/way-back.ts';
import { authorizationAnswerOf, requireCode } from './authorization-answer.ts';
import { authorizationRequest } from './authorization-request.ts';
import { claimedUser, type UserClaims } from './claimed-user.ts';
import { exchangedClaims } from './code-exchange.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { RelyingParty } from './relying-party.ts';

export interface OidcSignInParts {
  readonly relyingParty: RelyingParty;
  readonly claims: UserClaims;
  /** As it is now: one that is read anew is up to date when addresses change. */
  readonly identityProvider: () => IdentityProvider | Promise<IdentityProvider>;
  readonly pendingSignIns: Pick<PendingSignIns, 'begin' | 'take'>;
  readonly now: Clock;
}

export class OidcSignIn {
  readonly name = 'oidc';

  constructor(private readonly parts: OidcSignInParts) {}

  /**
   * @returns where the browser goes, and the value of the cookie that binds the answer to it
   * @throws SignInError
   */
  async begin(wayBack: WayBack): Promise<{ readonly location: string; readonly binding: string }> {
    const { relyingParty, identityProvider, pendingSignIns } = this.parts;
    const { location, expected } = await authorizationRequest(await identityProvider(), relyingParty);
    const binding = await pendingSignIns.begin({ method: 'oidc', request: { ...expected }, wayBack });
    return { location, binding };
  }

  /**
   * Signs a user in by an answer, once: the code is good once, and so are the request that it answers and the token's `nonce`.
   *
   * @param answer the query with which the browser came back
   * @param binding the cookie's value
   * @throws SignInError; PortalError SigningKeyUnavailable
   */
  async finish(
    answer: URLSearchParams,
    binding: string | undefined,
  ): Promise<{ readonly user: User; readonly wayBack: WayBack }> {
    const { relyingParty, claims, identityProvider, pendingSignIns, now } = this.parts;
    const read = authorizationAnswerOf(answer);
    const provider = await identityProvider();
    const pending = await pendingSignIns.take('oidc', binding);
    const expected = expectedBy(pending);
    const code = requireCode(read, expected, provider.serverMetadata());
    const said = await exchangedClaims(provider, relyingParty, { code, ...expected }, now);
    return { user: claimedUser(said, claims), wayBack: pending.wayBack };
  }
}

/** Without any of them the library would check less, and say nothing. */
function expectedBy({ request }: PendingSignIn) {
  const { state = '', nonce = '', verifier = '' } = request;
  if (state === '' || nonce === '' || verifier === '')
    throw new SignInError('SignInNotBegun', 'what was kept of this sign-in is not whole');
  return { state, nonce, verifier };
}
