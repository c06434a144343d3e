// STS sessions: temporary credentials, whose they are and when they end.
import { randomBytes } from 'node:crypto';
import {
  accountOfArn,
  type Caller,
  type PolicyDocument,
  type Role,
  type SessionCredentials,
  type Vending,
  type WebIdentity,
} from './identity.ts';
import type { IdentityContext } from './identity-context.ts';
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
  /** Where a token was exchanged for it. */
  readonly webIdentity?: WebIdentity;
  /** Where it was assumed with a context assertion. */
  readonly identityContext?: IdentityContext;
  /** Where S3 Access Grants assumed it. */
  readonly vending?: Vending;
  /** Whether it was assumed with another session's credentials: role chaining. Default false. */
  readonly isChained?: boolean;
}

export interface Session {
  readonly role: Role;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  readonly policy: PolicyDocument | undefined;
  readonly webIdentity: WebIdentity | undefined;
  readonly identityContext: IdentityContext | undefined;
  readonly vending: Vending | undefined;
  readonly isChained: boolean;
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
      webIdentity: request.webIdentity,
      identityContext: request.identityContext,
      vending: request.vending,
      isChained: request.isChained ?? false,
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

/** Whom a session makes its holder. */
export function callerOf(session: Session): Caller {
  const { role, sessionName, credentials } = session;
  const accountId = accountOfArn(role.arn);
  return {
    kind: 'session',
    role,
    sessionName,
    principalTags: mergeTags(session.tags, role.tags),
    transitiveTagKeys: session.transitiveTagKeys,
    sourceIdentity: session.sourceIdentity,
    policy: session.policy,
    webIdentity: session.webIdentity,
    identityContext: session.identityContext,
    vending: session.vending,
    isChained: session.isChained,
    issuedAt: session.issuedAt,
    expiresAt: credentials.expiresAt,
    accessKeyId: credentials.accessKeyId,
    // An assumed role's ARN leaves the role's path out.
    arn: `arn:aws:sts::${accountId}:assumed-role/${role.roleName}/${sessionName}`,
    userId: `${role.roleId}:${sessionName}`,
    accountId,
  };
}

/** Tag keys are compared without regard to case; a session's tag hides the role's. */
function mergeTags(
  sessionTags: Readonly<Record<string, string>>,
  roleTags: ReadonlyMap<string, string>,
): Map<string, string> {
  const merged = new Map(Object.entries(sessionTags));
  const keys = new Set([...merged.keys()].map((key) => key.toLowerCase()));
  for (const [key, value] of roleTags) if (!keys.has(key.toLowerCase())) merged.set(key, value);
  return merged;
}
