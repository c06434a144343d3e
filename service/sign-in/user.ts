// Who signed in, as the identity provider said and the portal verified.

const LONGEST_ID = 256;
const controlCharacter = /\p{Cc}|\p{Cs}/u;

export interface User {
  /** The SAML NameID, or the OpenID Connect claim that is configured: as the identity provider sent it. */
  readonly id: string;
  /** Always a list: a single value is a list of one. */
  readonly groups: readonly string[];
  /** The identity provider left the groups out because they are too many. */
  readonly groupsOverage: boolean;
  /** Where a tenant attribute is configured, and the user has it. */
  readonly tenant?: string;
  /** When the identity provider wants the sign-in to end, in milliseconds since the epoch; absent: it gave no end. */
  readonly validUntil?: number;
}

/** What an id must be, to complete a sentence. */
export const USER_ID = `a text of 1–${LONGEST_ID} characters without spaces around it and control characters`;

export function isUserId(text: string): boolean {
  return text !== '' && text.length <= LONGEST_ID && text.trim() === text && !controlCharacter.test(text);
}
