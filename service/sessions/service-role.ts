// The service role: the first link of the chain, and the session of it that everything else is asked with.
import type { AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { type AssumedRole, assumeRole, type TemporaryCredentials } from './assumed-role.ts';
import { isDeadSession, unavailable } from './sts-refusals.ts';

/** A session of the service role, and the client that signs with it. */
export interface ServiceRoleSession {
  readonly client: STSClient;
  readonly credentials: TemporaryCredentials;
  /** When STS was asked for it. */
  readonly askedAt: number;
  readonly expiresAt: number;
}

export interface NarrowedSession {
  readonly session: ServiceRoleSession;
  /** It may have been revoked since it was issued. */
  readonly wasKept: boolean;
}

export interface ServiceRoleOptions {
  readonly serviceRoleArn: string;
  /** A client that signs with the function's own credentials, or with those of a session. */
  readonly createClient: (session?: TemporaryCredentials) => STSClient;
  readonly now: Clock;
}

const KEY = 'service role';
const MARGIN_MS = 5 * 60_000;
/** One for all applications whose session tags have the same keys. */
const MAX_NARROWED = 20;
/** A refusal counts when the session is younger, and STS has taken it: it was not revoked since. */
const TRUSTED_MS = 60_000;
/** At most one session in so long a time takes the place of one that STS refused, and at most one attempt at it. */
const RENEWAL_MS = 5_000;

export class ServiceRole {
  readonly #client: STSClient;
  readonly #sessions: Cache<ServiceRoleSession>;
  /** By session policy. */
  readonly #narrowed: Cache<ServiceRoleSession>;
  /** Sessions that STS has taken, and those that are over whatever their expiration. */
  readonly #taken = new WeakSet<ServiceRoleSession>();
  readonly #dead = new WeakSet<ServiceRoleSession>();
  #renewalAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: ServiceRoleOptions) {
    this.#client = options.createClient();
    this.#sessions = new Cache(
      {
        max: 1,
        freshUntil: ({ expiresAt }) => expiresAt - MARGIN_MS,
        usableUntil: ({ expiresAt }) => expiresAt,
      },
      options.now,
    );
    this.#narrowed = new Cache(
      { max: MAX_NARROWED, freshUntil: ({ expiresAt }) => expiresAt - MARGIN_MS },
      options.now,
    );
  }

  /** The session that is kept. @throws BrokerError StsUnavailable, whatever STS said: no application can mend it */
  async session(): Promise<ServiceRoleSession> {
    const session = await this.#sessions.get(KEY, () => this.#assume());
    return this.#dead.has(session) ? this.#renewed(session) : session;
  }

  /**
   * Assumes an access role through the session that is kept; once more through a new one where it may be the session
   * that was refused, and not the broker. Rejects with what STS answers, or as {@link session}.
   */
  async enter(input: AssumeRoleCommandInput): Promise<AssumedRole> {
    const session = await this.session();
    try {
      return await this.#enterThrough(session, input);
    } catch (error) {
      if (!this.#mayHaveEnded(session, error)) throw error;
      return this.#enterThrough(await this.#renewed(session, error), input);
    }
  }

  /**
   * A session that a session policy narrows. Throws as {@link session}.
   *
   * @param from `anew`: one that was not kept, and cannot have ended meanwhile
   */
  async narrowed(sessionPolicy: string, from: 'kept' | 'anew'): Promise<NarrowedSession> {
    if (from === 'anew') this.#narrowed.forget(sessionPolicy);
    const kept = this.#narrowed.fresh(sessionPolicy);
    if (kept) return { session: kept, wasKept: true };
    const session = await this.#narrowed.get(sessionPolicy, () => this.#assume(sessionPolicy));
    return { session, wasKept: false };
  }

  async #enterThrough(session: ServiceRoleSession, input: AssumeRoleCommandInput): Promise<AssumedRole> {
    try {
      const assumed = await assumeRole(session.client, input);
      this.#taken.add(session);
      return assumed;
    } catch (error) {
      if (isDeadSession(error)) this.#dead.add(session);
      throw error;
    }
  }

  /**
   * A newer session than this one; of requests that ask at once, one asks STS.
   *
   * @throws BrokerError StsUnavailable where STS gives none, or was asked for one a moment ago
   */
  async #renewed(session: ServiceRoleSession, refusal: unknown = ended()): Promise<ServiceRoleSession> {
    const current = this.#sessions.fresh(KEY);
    if (current !== undefined && current !== session && !this.#dead.has(current)) return current;
    if (!this.#sessions.isLoading(KEY)) {
      if (this.options.now() - this.#renewalAt < RENEWAL_MS) throw unavailable(refusal);
      this.#renewalAt = this.options.now();
    }
    const renewed = await this.#sessions.refresh(KEY, () => this.#assume());
    // What could not be renewed stands in for itself.
    if (renewed === session || this.#dead.has(renewed)) throw unavailable(refusal);
    return renewed;
  }

  /**
   * Whether it may be the session that STS refused, and not the broker. One that was revoked gets AccessDenied like one
   * that no trust policy lets in. So that a refusal costs an application's request one session a minute at most, a young
   * session is believed; one that STS has never taken is so for a moment only, as it may have been revoked from the
   * beginning: the console's *Revoke active sessions* does that to those of the next half minute.
   */
  #mayHaveEnded(session: ServiceRoleSession, error: unknown): boolean {
    if (this.#dead.has(session)) return true;
    if ((error as Error | undefined)?.name !== 'AccessDenied') return false;
    const age = this.options.now() - session.askedAt;
    return age > (this.#taken.has(session) ? TRUSTED_MS : RENEWAL_MS);
  }

  async #assume(sessionPolicy?: string): Promise<ServiceRoleSession> {
    const askedAt = this.options.now();
    try {
      const { credentials } = await assumeRole(this.#client, {
        RoleArn: this.options.serviceRoleArn,
        RoleSessionName: 'IAMSessionBroker',
        DurationSeconds: 3600,
        ...(sessionPolicy && { Policy: sessionPolicy }),
      });
      const client = this.options.createClient(credentials);
      return { client, credentials, askedAt, expiresAt: credentials.expiresAt };
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

function ended(): Error {
  return new Error('the session of the service role has ended, and there is none in its place yet');
}
