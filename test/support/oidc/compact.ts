// JWTs in compact form, signed in every way that a test asks for: also those that no library would.
import { createHmac } from 'node:crypto';
import { CompactSign } from 'jose';

export interface Signing {
  readonly kid?: string;
  readonly alg?: string;
  /** Added to the header; `undefined` takes a member away. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** Of an algorithm with a shared secret: what is taken for it. */
  readonly secret?: string;
  readonly key?: CryptoKey;
}

export async function compact(claims: object, { kid, alg = 'RS256', header, secret, key }: Signing) {
  const protectedHeader = { alg, typ: 'JWT', kid, ...header };
  const payload = JSON.stringify(claims);
  const input = [JSON.stringify(protectedHeader), payload]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  if (alg === 'none') return `${input}.`;
  if (secret !== undefined)
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  if (!key) throw new Error('a token is signed by a key, by a secret, or not at all');
  const signed = new CompactSign(Buffer.from(payload)).setProtectedHeader(
    JSON.parse(JSON.stringify(protectedHeader)),
  );
  return signed.sign(key, { crit: { 'https://example.com/ext': false } });
}
