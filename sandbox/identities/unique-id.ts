// IAM's unique ids and access key ids: a prefix that tells the kind, and 17 random characters.
import { randomInt } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * `AROA` for a role, `AIDA` for a user, `AKIA` for a user's access key, `ASIA` for a session's.
 * 85 random bits: an id never comes back.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export function uniqueId(prefix: 'AROA' | 'AIDA' | 'AKIA' | 'ASIA'): string {
  let id: string = prefix;
  for (let i = 0; i < 17; i += 1) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}
