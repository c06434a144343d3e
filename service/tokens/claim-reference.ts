// The claim reference: how a registration names a claim, at the top of a token or within another claim.

/**
 * The claim that a reference names: with a leading `/` a JSON Pointer (RFC 6901), otherwise the claim of exactly that name.
 * Only members of the token itself count, never those that JavaScript gives every object.
 *
 * @returns `undefined` where the token has no such claim
 */
export function claimAt(claims: object, reference: string): unknown {
  if (!reference.startsWith('/')) return memberOf(claims, reference);
  let value: unknown = claims;
  for (const token of reference.slice(1).split('/')) {
    value = memberOf(value, unescaped(token));
    if (value === undefined) return undefined;
  }
  return value;
}

export const MALFORMED_POINTER =
  'is a JSON Pointer (RFC 6901), in which ~ is written ~0, and / within a name ~1';

/** What is wrong with a reference, or `undefined`. Any name is one; a pointer escapes `~` as `~0`, and `/` as `~1`. */
export function findReferenceProblem(reference: string): string | undefined {
  if (!reference.startsWith('/') || !/~(?![01])/.test(reference)) return undefined;
  return MALFORMED_POINTER;
}

/** RFC 6901, section 4: in this order, so that `~01` is `~1`, and not `/`. */
function unescaped(token: string): string {
  return token.includes('~') ? token.replaceAll('~1', '/').replaceAll('~0', '~') : token;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  // RFC 6901, section 4: an element of a list goes by its index, without leading zeros.
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(name)) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}
