// A JWK set as its URL answers it: bounded, read strictly, and cut down to what verification needs.
import type { JWK } from 'jose';
import { parseJson } from '../json.ts';
import { isForgeable } from './forgeable-key.ts';

/** Most entries of a JWK set; identity providers publish two or three. */
export const MAX_KEYS = 100;

/** The members that verification looks at (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2). */
const textMembers = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y'] as const;
/** A private key that is published signs for everybody (RFC 7518, sections 6.2.2 and 6.3.2). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const keyTypes = ['RSA', 'EC', 'OKP'];
/** As members go that are no key's; a key id of this length is a token's whole header. */
const LONGEST_MEMBER = 4_096;

/**
 * The usable keys of a JWK set (RFC 7517, section 5): entries that are none, of a type that is not known, or not to be
 * trusted are passed over.
 *
 * @throws Error for a document that is no JWK set, or has too many entries
 */
export function keysOf(document: Uint8Array): JWK[] {
  const { keys } = Object(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(document))) as {
    keys?: unknown;
  };
  if (!Array.isArray(keys)) throw new Error('no list of keys');
  if (keys.length > MAX_KEYS) throw new Error(`more than ${MAX_KEYS} keys`);
  return keys.map(usableKey).filter((key) => key !== undefined);
}

/** Bytes that a key takes up in memory, its imported form included; about. */
export function bytesOfKey(key: JWK): number {
  const lengths = textMembers.map((name) => key[name]?.length ?? 0);
  return 1_024 + 2 * lengths.reduce((sum, length) => sum + length, 0);
}

function usableKey(entry: unknown): JWK | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const published = entry as Readonly<Record<string, unknown>>;
  if (privateMembers.some((name) => Object.hasOwn(published, name))) return undefined;
  const key: Record<string, unknown> = {};
  for (const name of textMembers) {
    const value = Object.hasOwn(published, name) ? published[name] : undefined;
    if (value === undefined) continue;
    if (typeof value !== 'string' || value.length > LONGEST_MEMBER) return undefined;
    // A slice of the document would keep all of it in memory.
    key[name] = Buffer.from(value).toString();
  }
  if (!keyTypes.includes(String(key['kty']))) return undefined;
  const operations = Object.hasOwn(published, 'key_ops') ? published['key_ops'] : undefined;
  if (operations !== undefined) {
    if (!Array.isArray(operations) || !operations.includes('verify')) return undefined;
    key['key_ops'] = ['verify'];
  }
  return isForgeable(key) ? undefined : (key as JWK);
}
