// IAM's unique ids and access key ids: a prefix that tells the kind, and random characters.
import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * `AROA` for a role, `AIDA` for a user, `AKIA` for a user's access key, `ASIA` for a session's.
 * Access key ids have 20 characters, the others 21; 80 random bits and more: an id never comes back.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function uniqueId(prefix: 'AROA' | 'AIDA' | 'AKIA' | 'ASIA'): string {
  let id: string = prefix;
  const length = prefix === 'AKIA' || prefix === 'ASIA' ? 20 : 21;
  while (id.length < length) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}
