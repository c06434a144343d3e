// The keys of the conformance suite: generated for each run, known by name.
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { PublishedKey } from './token-case.ts';

export interface NamedKey {
  /** The algorithm that it signs with, unless a case says otherwise. */
  readonly algorithm: string;
  /** What tokens that it signs call it. A stranger goes by the name of the key that it imitates. */
  readonly kid: string;
  readonly privateKey: KeyObject;
}

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const rsa = (modulusLength: number, publicExponent = 65537) =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).privateKey;

const keys: Readonly<Record<string, NamedKey>> = {
  ES256: { algorithm: 'ES256', kid: 'ES256', privateKey: ec('P-256') },
  ES384: { algorithm: 'ES384', kid: 'ES384', privateKey: ec('P-384') },
  ES512: { algorithm: 'ES512', kid: 'ES512', privateKey: ec('P-521') },
  RS256: { algorithm: 'RS256', kid: 'RS256', privateKey: rsa(2048) },
  EdDSA: { algorithm: 'EdDSA', kid: 'EdDSA', privateKey: generateKeyPairSync('ed25519').privateKey },
  'another ES256': { algorithm: 'ES256', kid: 'another ES256', privateKey: ec('P-256') },
  'the second issuer’s ES256': { algorithm: 'ES256', kid: 'ES256', privateKey: ec('P-256') },
  'a stranger’s ES256': { algorithm: 'ES256', kid: 'ES256', privateKey: ec('P-256') },
  'a stranger’s RS256': { algorithm: 'RS256', kid: 'RS256', privateKey: rsa(2048) },
  secp256k1: { algorithm: 'ES256K', kid: 'secp256k1', privateKey: ec('secp256k1') },
  Ed448: { algorithm: 'EdDSA', kid: 'Ed448', privateKey: generateKeyPairSync('ed448').privateKey },
  'RSA of 1024 bits': { algorithm: 'RS256', kid: 'RSA of 1024 bits', privateKey: rsa(1024) },
  'RSA of 2047 bits': { algorithm: 'RS256', kid: 'RSA of 2047 bits', privateKey: rsa(2047) },
  'RSA with exponent 3': { algorithm: 'RS256', kid: 'RSA with exponent 3', privateKey: rsa(2048, 3) },
};

export function keyNamed(name: string): NamedKey {
  const key = keys[name];
  if (!key) throw new Error(`there is no key ${name}`);
  return key;
}

export function publicKeyOf(name: string): KeyObject {
  return createPublicKey(keyNamed(name).privateKey);
}

/** The public JWK of a key as a careful issuer publishes it. */
export function publicJwkOf(name: string): JsonWebKey {
  const { algorithm, kid } = keyNamed(name);
  return { ...publicKeyOf(name).export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' };
}

/** The members of the JWK set that a case describes. */
export function published(entries: readonly PublishedKey[]): unknown[] {
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return [publicJwkOf(entry)];
    if ('jwk' in entry) return Array.from({ length: entry.times ?? 1 }, () => entry.jwk);
    const secret = entry.private ? keyNamed(entry.key).privateKey.export({ format: 'jwk' }) : {};
    const jwk = { ...publicJwkOf(entry.key), ...secret, ...entry.with };
    const kept = Object.entries(jwk).filter(([name]) => !entry.without?.includes(name));
    return [Object.fromEntries(kept)];
  });
}
