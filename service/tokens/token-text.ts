// The token's text: how long it may be, and what it says before anybody has verified it.
import { isJsonObject } from '../json.ts';

/** Longest token read, in characters. */
export const MAX_TOKEN_LENGTH = 32 * 1024;

/**
 * The claims of a token that nobody has verified: only to be asked which keys could verify it, and why none does.
 *
 * @returns no claims at all where they cannot be read
 */
export function unverifiedClaims(token: string): Readonly<Record<string, unknown>> {
  if (token.length > MAX_TOKEN_LENGTH) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    return isJsonObject(claims) ? claims : {};
  } catch {
    return {};
  }
}
