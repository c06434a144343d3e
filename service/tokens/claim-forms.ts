// Claim forms: as what, beside a string, a claim may be taken for a text.

/** The forms that a registration can allow. */
export const claimForms = ['SafeInteger', 'ListOfOne'] as const;
/**
 * `SafeInteger`: a whole number that JavaScript can tell from every other, in decimal (10133 is `10133`).
 * `ListOfOne`: a list of one element that is a text itself.
 */
export type ClaimForm = (typeof claimForms)[number];

/** A claim that is no text, and the form that would make it one, if any does. */
export class NoText {
  constructor(readonly missing: ClaimForm | undefined) {}
}

/** The claim is `null`: there, and nothing. */
export const NOTHING = new NoText(undefined);

/** The text of a claim, by the forms that are allowed. */
export function textOf(claim: unknown, allowed: readonly ClaimForm[]): string | NoText {
  if (typeof claim === 'string') return claim;
  if (claim === null) return NOTHING;
  if (Number.isSafeInteger(claim)) {
    return allowed.includes('SafeInteger') ? String(claim) : new NoText('SafeInteger');
  }
  if (!Array.isArray(claim) || claim.length !== 1) return new NoText(undefined);
  const [element] = claim;
  // Neither a list in a list nor `[null]`: that is not the claim's being null.
  if (typeof element === 'object') return new NoText(undefined);
  if (allowed.includes('ListOfOne')) return textOf(element, allowed);
  return typeof textOf(element, claimForms) === 'string' ? new NoText('ListOfOne') : new NoText(undefined);
}
