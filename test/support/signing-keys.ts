// Keys that sign tokens, and the JWK sets that publish them.
import { CompactSign, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly publicJwk: JWK;
  /** Signs a JWT; `header` adds to, or replaces, `alg`, `kid` and `typ`. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** Signs any text in a JWT's place. */
  signText(payload: string): Promise<string>;
}

/** Generates a key pair. RSA keys take a tenth of a second: once a test file will do. */
export async function generateSigningKey(alg: string, kid = `${alg}-key`): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return {
    alg,
    kid,
    publicJwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT', ...header }).sign(privateKey),
    signText: (payload) =>
      new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader({ alg, kid }).sign(privateKey),
  };
}

/** The JWK set with these keys, as its URL would answer it. */
export function publish(...keys: readonly { readonly publicJwk: JWK }[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ keys: keys.map(({ publicJwk }) => publicJwk) }));
}

/** A compact serialization of whatever parts: what no library would sign. */
export function forge(header: unknown, claims: unknown, signature = 'c2lnbmF0dXJl'): string {
  const encode = (part: unknown) =>
    Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');
  return `${encode(header)}.${encode(claims)}.${signature}`;
}
