// STS sessions: temporary credentials, whose they are and when they end.
import { randomBytes } from 'node:crypto';
import type { PolicyDocument, Role, SessionCredentials } from './identity.ts';
import { uniqueId } from './unique-id.ts';

/** How long an expired session is remembered, so that its use is told as ExpiredToken. */
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/** A date of a session as AWS shows it, in whole seconds: `2026-03-01T12:00:00Z`. */
export function sessionDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export interface SessionRequest {
  readonly sessionName: string;
  /** 900 to 43,200; the caller has checked the role's own maximum. */
  readonly durationSeconds: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  /** Limits what the session may do; it allows nothing by itself. */
  readonly policy?: PolicyDocument;
}

export interface Session {
  readonly role: Role;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly policy: PolicyDocument | undefined;
  readonly issuedAt: number;
  readonly credentials: SessionCredentials;
}

export class Sessions {
  readonly #byAccessKeyId = new Map<string, Session>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(role: Role, request: SessionRequest): SessionCredentials {
    this.#forgetOldest();
    const credentials: SessionCredentials = {
      accessKeyId: uniqueId('ASIA'),
      secretAccessKey: randomBytes(30).toString('base64'),
      // As long as a short one of AWS's, and as opaque.
      sessionToken: `IQoJ${randomBytes(252).toString('base64')}`,
      expiresAt: this.#now() + request.durationSeconds * 1000,
    };
    this.#byAccessKeyId.set(credentials.accessKeyId, {
      role,
      sessionName: request.sessionName,
      tags: request.tags ?? {},
      transitiveTagKeys: request.transitiveTagKeys ?? [],
      sourceIdentity: request.sourceIdentity,
      policy: request.policy,
      issuedAt: this.#now(),
      credentials,
    });
    return credentials;
  }

  /** Also a session that has expired, for a day. */
  find(accessKeyId: string): Session | undefined {
    return this.#byAccessKeyId.get(accessKeyId);
  }

  endAllOf(role: Role): void {
    for (const [accessKeyId, session] of this.#byAccessKeyId) {
      if (session.role === role) this.#byAccessKeyId.delete(accessKeyId);
    }
  }

  #forgetOldest(): void {
    for (const [accessKeyId, { credentials }] of this.#byAccessKeyId) {
      if (credentials.expiresAt + REMEMBERED_MS > this.#now()) return;
      this.#byAccessKeyId.delete(accessKeyId);
    }
  }
}
