// A JWK set as its URL answers it: bounded, read strictly, and cut down to what verification needs.
import type { JWK } from 'jose';
import { DuplicateMember, hasMoreStructure, parseJson } from '../json.ts';
import { isForgeable } from './forgeable-key.ts';
import { UnfitJwkSet } from './jwks-problem.ts';
import { signatureAlgorithms } from './signature-algorithms.ts';

/** Most entries of a JWK set; identity providers publish two or three. */
export const MAX_KEYS = 100;
/** Of the whole set, what some 30 members a key come to, or a dozen with a chain of 20 certificates. */
const MAX_STRUCTURE = MAX_KEYS * 64;

/** A key that verifies, with the issuer that it is of where it says so. */
export type PublishedKey = JWK & { readonly issuer?: string };

/** The members that verification looks at (RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2), and the issuer. */
const textMembers = ['kty', 'kid', 'use', 'alg', 'crv', 'n', 'e', 'x', 'y', 'issuer'] as const;
/** A private key that is published signs for everybody (RFC 7518, sections 6.2.2 and 6.3.2). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
/** An address as it may be shown: of a discovery document, which anybody may have written. */
const plainUrl = /^https:\/\/[\w./:~-]{1,300}$/;
const keyTypes = ['RSA', 'EC', 'OKP'];
/** A key that does not say which is good for all of them; an elliptic curve’s has only the one of its curve. */
const rsaAlgorithms = signatureAlgorithms.filter((algorithm) => /^[RP]S/.test(algorithm));
/** As members go that are no key's; a key id of this length is a token's whole header. */
const LONGEST_MEMBER = 4_096;

/**
 * The usable keys of a JWK set (RFC 7517, section 5): entries that are none, of a type that is not known, or not to be
 * trusted are passed over.
 *
 * @throws UnfitJwkSet for a document that is no JWK set, or has too many entries
 */
export function keysOf(document: Uint8Array): PublishedKey[] {
  if (hasMoreStructure(document, MAX_STRUCTURE)) {
    throw new UnfitJwkSet('TooManyKeys');
  }
  const { keys, jwks_uri } = Object(read(document)) as { keys?: unknown; jwks_uri?: unknown };
  if (!Array.isArray(keys)) {
    // OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2.
    if (typeof jwks_uri !== 'string') throw new UnfitJwkSet('NoKeySet');
    throw new UnfitJwkSet('DiscoveryDocument', { detail: plainUrl.test(jwks_uri) ? jwks_uri : undefined });
  }
  if (keys.length > MAX_KEYS) throw new UnfitJwkSet('TooManyKeys');
  const usable = keys.map(usableKey).filter((key) => key !== undefined);
  // A key that stands there twice is no second one that a token could mean.
  return [...new Map(usable.map((key) => [JSON.stringify(key), key])).values()];
}

/** The parser’s own errors may quote the document. */
function read(document: Uint8Array): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(document));
  } catch (cause) {
    throw new UnfitJwkSet(cause instanceof DuplicateMember ? 'DuplicateMember' : 'NotJson', { cause });
  }
}

function usableKey(entry: unknown): PublishedKey | undefined {
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
  return isForgeable(key) ? undefined : normalized(key);
}

/**
 * RFC 9864, section 2.2: `EdDSA` and `Ed25519` are one algorithm to a key whose curve says the same. What a SPIFFE trust
 * domain signs JWT-SVIDs with is for signatures: https://github.com/spiffe/spiffe/blob/main/standards/JWT-SVID.md
 */
function normalized({ use, alg, ...key }: JWK): PublishedKey {
  const isNamedByCurve = key.crv === 'Ed25519' && (alg === 'EdDSA' || alg === 'Ed25519');
  return {
    ...key,
    ...(use !== undefined && { use: use === 'jwt-svid' ? 'sig' : use }),
    ...(alg !== undefined && !isNamedByCurve && { alg }),
  } as PublishedKey;
}

/**
 * Bytes that a key may come to take up in memory, on the heap and outside of it, once tokens of every algorithm that it is good
 * for have been verified: each has the key imported anew. About, and rather too many: RSA of 2,048 bits takes up 7.4 KB
 * each time, of 8,192 bits 11.1 KB, an elliptic curve’s 8.0 KB.
 */
export function bytesOfKey(key: PublishedKey): number {
  const characters = textMembers.reduce((sum, name) => sum + (key[name]?.length ?? 0), 0);
  const imports = key.kty === 'RSA' && key.alg === undefined ? rsaAlgorithms.length : 1;
  return 1_024 + 2 * characters + imports * (8_192 + 4 * characters);
}
