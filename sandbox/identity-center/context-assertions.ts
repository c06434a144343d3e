// Context assertions: what IAM Identity Center hands to an application for STS, sealed, so that nobody else can read or make one.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const PREFIX = 'AQoJ';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface ContextAssertion {
  readonly userId: string;
  readonly applicationArn: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Those of one sandbox: no other takes them, nor does this one after it was started anew. */
export class ContextAssertions {
  readonly #key = randomBytes(32);

  seal(assertion: ContextAssertion): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const sealed = Buffer.concat([cipher.update(JSON.stringify(assertion)), cipher.final()]);
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** `undefined` for what was not sealed here, or was changed since. */
  open(text: string): ContextAssertion | undefined {
    const bytes = Buffer.from(text.slice(PREFIX.length), 'base64');
    const isWhole = text === PREFIX + bytes.toString('base64') && bytes.length > IV_BYTES + TAG_BYTES;
    if (!isWhole) return undefined;
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES));
      return JSON.parse(Buffer.concat([opened, decipher.final()]).toString()) as ContextAssertion;
    } catch {
      return undefined;
    }
  }
}
