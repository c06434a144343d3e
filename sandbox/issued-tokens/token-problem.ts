// Why a token of an issuer is not taken, below the words that each service has for it.

export type TokenProblemKind =
  /** It is no JWT, or of another algorithm. */
  | 'no-token'
  /** A claim is missing: `detail` names it. */
  | 'incomplete'
  /** A claim is not what it has to be. */
  | 'malformed'
  | 'wrong-signature'
  /** Its issuer publishes no key for it. */
  | 'no-key'
  /** Its issuer does not answer. */
  | 'unreachable'
  | 'expired'
  /** It is for a later time. */
  | 'early';

export class TokenProblem extends Error {
  /**
   * @param reason one sentence for the trail; never the token, nor what it claims unverified
   * @param detail what the caller may be told: the claim's name, or the time that has passed
   */
  constructor(
    readonly kind: TokenProblemKind,
    reason: string,
    readonly detail = '',
  ) {
    super(reason);
    this.name = 'TokenProblem';
  }
}
