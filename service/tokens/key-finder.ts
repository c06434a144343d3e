// The key finder: which key of a JWK set a token names.
import { type CryptoKey, createLocalJWKSet, type JWTHeaderParameters } from 'jose';
import { isIssuedBy } from './issuer-template.ts';
import type { PublishedKey } from './jwk-set-document.ts';
import { UnfitJwkSet } from './jwks-problem.ts';
import { unverifiedClaims } from './token-text.ts';

/**
 * Finds the key that a token's header names, imported for the header's algorithm and no other; rejects with jose's
 * `ERR_JWKS_*` errors, with {@link UnfitJwkSet} where the set has no key at all, or with what importing it failed on.
 */
export type FindKey = (header: JWTHeaderParameters, token: string) => Promise<CryptoKey>;

/**
 * How a key's issuer names the claims of its tokens, which have other names:
 * https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-issuer
 */
const claimAliases = { tenantid: 'tid' };
/** A set has one or two: the keys of all tenants, and those of consumers beside them. */
const MAX_SELECTIONS = 2;

/** A key that says whose it is, by a member `issuer`, verifies no token of another issuer. */
export function keyFinderOf(keys: readonly PublishedKey[]): FindKey {
  if (keys.length === 0) return () => Promise.reject(new UnfitJwkSet('NoUsableKey'));
  if (selectionsOf(keys) === 1) return finderAmong(keys);
  const selections = new Map<string, FindKey>();
  return (header, token) => {
    const claims = unverifiedClaims(token);
    const selected = keys.filter(
      ({ issuer }) => issuer === undefined || isIssuedBy(issuer, claims, claimAliases),
    );
    const selection = selected.map((key) => keys.indexOf(key)).join();
    let find = selections.get(selection);
    if (!find) {
      if (selections.size >= MAX_SELECTIONS) selections.clear();
      find = finderAmong(selected);
      selections.set(selection, find);
    }
    return find(header, token);
  };
}

/** How often the keys may be imported: once for each selection of them that tokens can mean, as far as these are kept. */
export function selectionsOf(keys: readonly PublishedKey[]): number {
  return keys.every(({ issuer }) => issuer === undefined) ? 1 : MAX_SELECTIONS;
}

function finderAmong(keys: readonly PublishedKey[]): FindKey {
  const find = createLocalJWKSet({ keys: [...keys] });
  return (header) => find(header);
}
