// The choice of an issuer: by whose rules a token is judged, and with whose keys.
import { BrokerError } from '../errors.ts';
import { isIssuedBy, isTemplate } from './issuer-template.ts';
import { readJwt } from './jwt.ts';
import { signatureAlgorithms } from './signature-algorithms.ts';
import type { IssuerRules } from './token-rules.ts';
import { unverifiedClaims } from './token-text.ts';

type Issuers = readonly IssuerRules[];

/** Tokens remembered of one registration, by their digests; with one more, all are forgotten. */
const MAX_REMEMBERED = 1_000;

/**
 * Whose each token is, for tokens that come again: without reading them anew. It is worked out of the token and the issuers
 * alone, and is forgotten with these: when the registration is read again.
 */
export class IssuerChoice {
  readonly #chosen = new WeakMap<Issuers, Map<string, IssuerRules>>();

  /**
   * The issuer by whose rules a token is judged: where there are several, or one for many tenants, the one that it says it is
   * from, which its signature must then prove.
   *
   * @throws BrokerError TokenMalformed, TokenIssuerMismatch
   */
  for(token: string, tokenDigest: string, issuers: Issuers): IssuerRules {
    const [first] = issuers;
    if (first && issuers.length === 1 && !isTemplate(first.issuer)) return first;
    const chosen = this.#chosenAmong(issuers);
    const known = chosen.get(tokenDigest);
    if (known) return known;
    const issuer = issuerOf(token, issuers);
    if (chosen.size >= MAX_REMEMBERED) chosen.clear();
    chosen.set(tokenDigest, issuer);
    return issuer;
  }

  #chosenAmong(issuers: Issuers): Map<string, IssuerRules> {
    const known = this.#chosen.get(issuers);
    if (known) return known;
    const chosen = new Map<string, IssuerRules>();
    this.#chosen.set(issuers, chosen);
    return chosen;
  }
}

function issuerOf(token: string, issuers: Issuers): IssuerRules {
  const claims = unverifiedClaims(token);
  const exact = issuers.find(({ issuer }) => issuer === claims['iss']);
  if (exact) return exact;
  const [fitting, another] = issuers.filter(({ issuer = '' }) => isIssuedBy(issuer, claims));
  if (fitting && !another) return fitting;
  // What is wrong with a token that is none is said before whose it is not.
  readJwt(token, signatureAlgorithms);
  throw issuerMismatch(issuers);
}

export function issuerMismatch(issuers: Issuers): BrokerError {
  const registered = shownList(issuers.map(({ issuer = '' }) => issuer));
  return new BrokerError(
    'TokenIssuerMismatch',
    `the token’s iss is not the registered Issuer: ${registered}`,
  );
}

/** What was registered, and is the application's own: as it was registered, down to a slash at its end. */
export function shownList(values: readonly string[]): string {
  const shown = values.slice(0, 5).join(', ');
  return values.length > 5 ? `${shown} and ${values.length - 5} more` : shown;
}
