// Required claims: what a token must say besides, such as for which client it was issued.
import { claimAt } from './claim-reference.ts';

/** A value that a claim can be required to have. */
export type RequiredValue = string | number | boolean;

/** A claim, by its reference, and the values of which it must have one. */
export type RequiredClaim = readonly [reference: string, allowed: readonly RequiredValue[]];

/**
 * The reference of the first claim that has none of its values. Values are compared with their types: `"true"` is not
 * `true`. Of a list, any element will do.
 */
export function findUnmet(claims: object, required: readonly RequiredClaim[]): string | undefined {
  const unmet = required.find(([reference, allowed]) => {
    const value = claimAt(claims, reference);
    return ![value].flat().some((one) => allowed.includes(one as RequiredValue));
  });
  return unmet?.[0];
}
