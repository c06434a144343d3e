// The token rules: what a registration asks of a token, and which of its claims are kept.
import type { ClaimForm } from './claim-forms.ts';
import type { RequiredClaim } from './required-claims.ts';
import type { SignatureAlgorithm } from './signature-algorithms.ts';

/** What a token of one issuer must be. */
export interface IssuerRules {
  /** https; where the keys are, whatever a token says. */
  readonly jwksUrl: string;
  /** Exact `iss`, or a template of it (issuer-template.ts); any where absent, which only a single issuer may be. */
  readonly issuer?: string;
  /** At least one of them, sorted; any where absent. */
  readonly audience?: readonly string[];
  /** Exact `token_use`; any where absent. */
  readonly tokenUse?: 'id' | 'access';
  /** At least one, sorted; every asymmetric algorithm where absent. */
  readonly algorithms?: readonly SignatureAlgorithm[];
  /** All of them must hold. */
  readonly requiredClaims: readonly RequiredClaim[];
  /** The tenant, whatever a token of this issuer claims. */
  readonly sessionTagValue?: string;
}

export interface TokenRules {
  /** 1–100; with more than one, each has an `issuer` of its own. */
  readonly issuers: readonly IssuerRules[];
  /** The claims that are kept, by their references, each once. */
  readonly keptClaims: readonly string[];
  /** In which other forms than a string; none where empty. */
  readonly claimForms: readonly ClaimForm[];
}
