// Temporary security credentials: the chain of roles in STS, and the sessions it keeps.
import { hash } from 'node:crypto';
import type { AssumeRoleCommandInput, ProvidedContext } from '@aws-sdk/client-sts';
import { Cache } from '../cache.ts';
import { cacheDefaults } from '../cache-settings.ts';
import { accessRoleArnOf, type Deployment } from '../deployment.ts';
import type { BrokerError } from '../errors.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
import { notShared, type Shareable, type SharedStore } from '../shared-store.ts';
import { type AssumedRole, assumeRole, type TemporaryCredentials } from './assumed-role.ts';
import { ServiceRole, type ServiceRoleOptions, type ServiceRoleSession } from './service-role.ts';
import { sessionNameOf } from './session-name.ts';
import type { SessionSubject, SessionTag } from './session-tags.ts';
import { denialOf, recreated, revoked, unavailable } from './sts-refusals.ts';

/** A scoped session: the AssumeRole input that it is, or would be, issued for. */
export interface SessionRequest {
  readonly input: Readonly<AssumeRoleCommandInput>;
  /** Unique id of the role that was registered: a session of any other is dropped. */
  readonly accessRoleId?: string | undefined;
  /** When its application's sessions were last revoked: one that STS issued before is dropped. Milliseconds since the epoch. */
  readonly revokedAt?: number | undefined;
  /** Digest of every AssumeRole input, of the registration's version and of its revocation. */
  readonly cacheKey: string;
  /** What STS is told besides, worked out only when it is asked; whoever has another is another by the cache key. */
  readonly identity?: () => Promise<SessionIdentity>;
}

/** For whom a session acts, beside the role. */
export interface SessionIdentity {
  readonly context: ProvidedContext;
  /** The user's id in the directory. */
  readonly directoryUser: string | undefined;
}

export interface StsOptions extends Deployment, ServiceRoleOptions {
  /** Scoped sessions kept; the least recently used goes first. Default 10,000. */
  readonly maxCachedSessions?: number;
  /** Between this environment's memory and STS. Default: nothing. */
  readonly shared?: SharedStore | undefined;
}

/** What came of trying an access role: the unique id of the role that let the broker in, or what its refusal means. */
export type Tried = { readonly roleId: string } | { readonly refusal: BrokerError };

/** What STS was asked for, as it is shared. */
interface IssuedSession extends AssumedRole {
  /** Milliseconds since the epoch. */
  readonly lastsUntil: number;
}

export interface NarrowedTrial {
  /** The session may have ended since it was issued. */
  readonly wasKept: boolean;
  readonly try: (input: AssumeRoleCommandInput) => Promise<Tried>;
}

interface ScopedSession extends TemporaryCredentials {
  /** When STS is asked for a new one, in milliseconds since the epoch. */
  readonly refreshAt: number;
}

const SCOPED_MARGIN_MS = 60_000;
/** Of all scoped sessions in memory: their tokens have some 1,000 characters, and may have 4,096. */
const MAX_SCOPED_BYTES = 256 * 1024 * 1024;
/** What is left at least of a session that is handed out: AWS SDKs renew as early as this. Of a short one, half. */
const LEFT_MS = 15 * 60_000;
const REFUSED_MS = 10_000;

/**
 * What STS is asked for: the access role, with the application as external id and the verified claims as
 * session tags, which a session that is chained from this one inherits and cannot choose anew.
 */
export function sessionRequestOf(
  registration: StoredRegistration,
  { tags, sessionName, sourceIdentity }: SessionSubject,
  deployment: Deployment,
): SessionRequest {
  const { transitiveTagKeys } = registration;
  const keys = tags.map(({ key }) => key);
  // STS refuses a transitive key that no tag has: an optional one may be missing.
  const transitive = transitiveTagKeys?.filter((key) => keys.includes(key)) ?? keys;
  const input = {
    RoleArn: accessRoleArnOf(registration, deployment),
    RoleSessionName: sessionNameOf(sessionName ?? (tags[0] as SessionTag).value),
    ExternalId: registration.applicationName,
    DurationSeconds: registration.sessionDurationSeconds,
    Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
    ...(transitive.length > 0 && { TransitiveTagKeys: transitive }),
    ...(sourceIdentity !== undefined && { SourceIdentity: sessionNameOf(sourceIdentity) }),
  };
  const { version, revokedAt, accessRoleId } = registration;
  // `isb revoke` gives a new version as well. A mark that was made by hand may not.
  const cacheKey = hash('sha256', JSON.stringify([version, revokedAt, input]), 'base64url');
  return {
    input,
    cacheKey,
    accessRoleId,
    ...(revokedAt !== undefined && { revokedAt: Date.parse(revokedAt) }),
  };
}

/** Assumes the service role, and through it the access roles; keeps both kinds of session while they last. */
export class TemporaryCredentialsProvider {
  readonly #serviceRole: ServiceRole;
  readonly #scoped: Cache<ScopedSession>;
  readonly #shared: SharedStore;

  constructor(private readonly options: StsOptions) {
    this.#serviceRole = new ServiceRole(options);
    this.#shared = options.shared ?? notShared;
    this.#scoped = new Cache(
      {
        max: options.maxCachedSessions ?? cacheDefaults.maxCachedSessions,
        maxBytes: MAX_SCOPED_BYTES,
        bytesOf: bytesOfSession,
        freshUntil: ({ refreshAt }) => refreshAt,
        usableUntil: ({ expiresAt }) => expiresAt - SCOPED_MARGIN_MS,
        refusedMs: REFUSED_MS,
      },
      options.now,
    );
  }

  /** The scoped session from the cache alone. */
  cached({ cacheKey }: SessionRequest): TemporaryCredentials | undefined {
    return this.#scoped.fresh(cacheKey);
  }

  /** Whether {@link issue} would most likely ask nobody: there is one in the cache, or of those that environments share. */
  async has(request: SessionRequest): Promise<boolean> {
    if (this.cached(request)) return true;
    return (await this.#shared.find(this.#shareableOf(request))) !== undefined;
  }

  /**
   * The scoped session, from the cache, of those that environments share, or from STS.
   *
   * @throws BrokerError AccessRoleNotAssumable, AccessRoleRecreated, SessionTagsTooLarge, IdentityContextRefused,
   *   StsUnavailable, and as `identity` does
   */
  issue(request: SessionRequest): Promise<TemporaryCredentials> {
    const { cacheKey, input } = request;
    const load = async () => {
      const issued = await this.#shared.get(this.#shareableOf(request), () => this.#ask(request));
      return scopedSessionOf(issued, input);
    };
    return this.#scoped.get(cacheKey, load, input.ExternalId);
  }

  #shareableOf(request: SessionRequest): Shareable<IssuedSession> {
    return {
      key: request.cacheKey,
      isGood: (issued) =>
        refusalOf(issued, request) === undefined &&
        this.options.now() < scopedSessionOf(issued, request.input).refreshAt,
    };
  }

  async #ask(request: SessionRequest): Promise<IssuedSession> {
    const { input, identity } = request;
    const known = await identity?.();
    const askedAt = this.options.now();
    const asked = known ? { ...input, ProvidedContexts: [known.context] } : input;
    const { credentials, ...assumed } = await this.#enter(asked);
    const refusal = refusalOf(assumed, request);
    if (refusal) throw refusal;
    const { directoryUser } = known ?? {};
    return {
      ...assumed,
      credentials: { ...credentials, ...(directoryUser !== undefined && { directoryUser }) },
      // A clock that is behind STS’s does not make a session last longer than was asked for.
      lastsUntil: Math.min(askedAt + durationMsOf(input), credentials.expiresAt),
    };
  }

  /**
   * Tries an access role; what STS issues is dropped.
   *
   * @returns the role that lets the broker in, or the denial that {@link issue} would throw
   * @throws BrokerError StsUnavailable
   */
  try(input: AssumeRoleCommandInput): Promise<Tried> {
    return this.#outcomeOf(input, this.#serviceRole.enter(input));
  }

  /**
   * What tries access roles as {@link try} does, all of them through one session of the service role that a session policy
   * narrows.
   *
   * @throws BrokerError StsUnavailable
   */
  async narrowed(sessionPolicy: string, from: 'kept' | 'anew'): Promise<NarrowedTrial> {
    const { session, wasKept } = await this.#serviceRole.narrowed(sessionPolicy, from);
    return {
      wasKept,
      try: (input) => this.#outcomeOf(input, assumeRole(session.client, input)),
    };
  }

  /**
   * The service role's session: the first link of the chain.
   *
   * @throws BrokerError StsUnavailable, whatever STS said: no application can mend it
   */
  serviceRoleSession(): Promise<ServiceRoleSession> {
    return this.#serviceRole.session();
  }

  async #outcomeOf(input: AssumeRoleCommandInput, entering: Promise<AssumedRole>): Promise<Tried> {
    try {
      return { roleId: (await entering).roleId };
    } catch (error) {
      const refusal = this.#denialOf(error, input);
      if (refusal.isDenial) return { refusal };
      throw refusal;
    }
  }

  async #enter(input: AssumeRoleCommandInput): Promise<AssumedRole> {
    try {
      return await this.#serviceRole.enter(input);
    } catch (error) {
      throw this.#denialOf(error, input);
    }
  }

  #denialOf(error: unknown, input: AssumeRoleCommandInput): BrokerError {
    return denialOf(error, input, this.options.serviceRoleArn);
  }
}

/** Why a session is not handed out, whether STS has just issued it or another environment had it issued. */
function refusalOf(
  { roleId, issuedAt }: Pick<AssumedRole, 'roleId' | 'issuedAt'>,
  { input, accessRoleId, revokedAt }: SessionRequest,
): BrokerError | undefined {
  if (accessRoleId !== undefined && roleId !== accessRoleId) return recreated(input);
  // By STS's clock, both: AWS denies what is older than the mark, and not what is of the same second.
  return revokedAt === undefined || issuedAt >= revokedAt ? undefined : unavailable(revoked());
}

function scopedSessionOf(
  { credentials, lastsUntil }: IssuedSession,
  input: AssumeRoleCommandInput,
): ScopedSession {
  return { ...credentials, refreshAt: lastsUntil - Math.min(LEFT_MS, durationMsOf(input) / 2) };
}

function durationMsOf({ DurationSeconds = 0 }: AssumeRoleCommandInput): number {
  return DurationSeconds * 1_000;
}

/** In memory, about. Secrets and tokens are ASCII: a byte a character. */
function bytesOfSession({ accessKeyId, secretAccessKey, sessionToken }: ScopedSession): number {
  return 512 + accessKeyId.length + secretAccessKey.length + sessionToken.length;
}
