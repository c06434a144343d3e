// Credentials of one tenant: when they expire, when they are renewed, and how they are shown, which is not at all.
import { unexpectedContent } from './answers.ts';
import type { Document } from './broker-api.ts';

/**
 * Temporary credentials that reach one tenant.
 *
 * `JSON.stringify` and `util.inspect` show neither the secret nor the session token; the fields hold them.
 */
export interface TenantCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /**
   * When AWS takes these credentials no longer, by this machine's clock: where that is wrong, the broker's `Date` has
   * corrected it. The token may expire before or after; that ends no credentials.
   */
  readonly expiration: Date;
}

/** What is kept of an answer. Instants are milliseconds since the epoch, by this machine's clock. */
export interface Issued {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
  /** From here on they are renewed: ten minutes before they expire, or a quarter of their life where that is less. */
  readonly renewAt: number;
}

const RENEWED_BEFORE_MS = 10 * 60_000;

/** @throws SessionBrokerError UnexpectedAnswer */
export function issuedOf(document: Document, now: number, localTime: (time: number) => number): Issued {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = document;
  const expiration = typeof Expiration === 'string' ? Date.parse(Expiration) : Number.NaN;
  if (!isText(AccessKeyId) || !isText(SecretAccessKey) || !isText(SessionToken) || Number.isNaN(expiration)) {
    throw unexpectedContent('the answer holds no credentials', 200);
  }
  const expiresAt = localTime(expiration);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiresAt,
    renewAt: expiresAt - Math.min(RENEWED_BEFORE_MS, (expiresAt - now) / 4),
  };
}

/** A caller's own copy: SDK clients write into what they are given. */
export function shownCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiresAt,
}: Issued): TenantCredentials {
  const expiration = new Date(expiresAt);
  const shown = () => ({ accessKeyId, expiration });
  return Object.defineProperties(
    { accessKeyId, secretAccessKey, sessionToken, expiration },
    { toJSON: { value: shown }, [Symbol.for('nodejs.util.inspect.custom')]: { value: shown } },
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
