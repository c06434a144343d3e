// What a symmetric key encrypts: with its id before it, as in KMS, so that whoever decrypts need not say which it was.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KmsKey } from './kms-key.ts';

/** Of a caller's choice, in the clear, and needed again to decrypt. */
export type EncryptionContext = Readonly<Record<string, string>>;

const KEY_ID_BYTES = 36;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const ALGORITHM = 'aes-256-gcm';

export function encryptUnder(
  { keyId, secret }: KmsKey,
  plaintext: Buffer,
  context: EncryptionContext,
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce).setAAD(bound(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from(keyId), nonce, cipher.getAuthTag(), encrypted]);
}

/** The id of the key that encrypted it, if any did. */
export function keyIdIn(ciphertext: Buffer): string {
  return ciphertext.subarray(0, KEY_ID_BYTES).toString('latin1');
}

/** `undefined` where it is not what this key has encrypted with this context. */
export function decryptUnder(
  { keyId, secret }: KmsKey,
  ciphertext: Buffer,
  context: EncryptionContext,
): Buffer | undefined {
  if (keyIdIn(ciphertext) !== keyId) return undefined;
  const [nonceAt, tagAt] = [KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES];
  try {
    const decipher = createDecipheriv(ALGORITHM, secret, ciphertext.subarray(nonceAt, tagAt), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(bound(context))
      .setAuthTag(ciphertext.subarray(tagAt, tagAt + TAG_BYTES));
    return Buffer.concat([decipher.update(ciphertext.subarray(tagAt + TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** In whatever order it is given. */
function bound(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
