// Credentials of one tenant: when they expire, when they are renewed, and how they are shown, which is not at all.
import { unexpectedContent } from './answers.ts';
import type { Document } from './broker-api.ts';
import { type DataAccess, type GrantedData, grantedDataOf } from './data-access.ts';

/** What whoever asked should know. */
export interface CredentialsWarning {
  readonly code: string;
  readonly message: string;
}

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
  /** Absent where there are none. `IdentityContextReachesLittle`: ask for a target. */
  readonly warnings?: readonly CredentialsWarning[];
}

/** Temporary credentials for data of S3. */
export interface DataCredentials extends TenantCredentials, GrantedData {}

/** What is kept of an answer. Instants are milliseconds since the epoch, by this machine's clock. */
export interface Issued {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: number;
  /** From here on they are renewed: ten minutes before they expire, or a quarter of their life where that is less. */
  readonly renewAt: number;
  /** Of credentials for data. */
  readonly granted?: GrantedData;
  readonly warnings: readonly CredentialsWarning[];
}

const RENEWED_BEFORE_MS = 10 * 60_000;

export interface Reading {
  readonly now: number;
  /** An instant of the broker's clock by this machine's. */
  readonly localTime: (time: number) => number;
  /** What was asked for. */
  readonly access: DataAccess | undefined;
}

/** @throws SessionBrokerError UnexpectedAnswer */
export function issuedOf(document: Document, { now, localTime, access }: Reading): Issued {
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
    ...(access && { granted: grantedDataOf(document, access) }),
    warnings: warningsIn(document),
  };
}

function warningsIn({ Warnings }: Document): CredentialsWarning[] {
  return (Array.isArray(Warnings) ? Warnings : []).flatMap((warning: unknown) => {
    const { Code, Message } = Object(warning) as Record<string, unknown>;
    return isText(Code) && isText(Message) ? [{ code: Code, message: Message }] : [];
  });
}

/** A caller's own copy: SDK clients write into what they are given. */
export function shownCredentials({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiresAt,
  granted,
  warnings,
}: Issued): TenantCredentials {
  const expiration = new Date(expiresAt);
  const told = {
    ...(granted && structuredClone(granted)),
    ...(warnings.length > 0 && { warnings: structuredClone(warnings) }),
  };
  const shown = () => ({ accessKeyId, expiration, ...told });
  return Object.defineProperties(
    { accessKeyId, secretAccessKey, sessionToken, expiration, ...told },
    { toJSON: { value: shown }, [Symbol.for('nodejs.util.inspect.custom')]: { value: shown } },
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
