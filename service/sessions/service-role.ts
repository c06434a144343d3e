// The service role: the first link of the chain, and the session of it that everything else is asked with.
import type { STSClient } from '@aws-sdk/client-sts';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { assumeRole, type TemporaryCredentials } from './assumed-role.ts';
import { isDeadSession, unavailable } from './sts-refusals.ts';

/** A session of the service role, and the client that signs with it. */
export interface ServiceRoleSession {
  readonly client: STSClient;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface ServiceRoleOptions {
  readonly serviceRoleArn: string;
  /** A client that signs with the function's own credentials, or with those of a session. */
  readonly createClient: (session?: TemporaryCredentials) => STSClient;
  readonly now: Clock;
}

const KEY = 'service role';
const MARGIN_MS = 5 * 60_000;
/** A refusal counts when the session is younger: it was not revoked since. */
const TRUSTED_MS = 60_000;

export class ServiceRole {
  readonly #client: STSClient;
  readonly #sessions: Cache<ServiceRoleSession>;

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
  }

  /** The session that is kept. @throws BrokerError StsUnavailable, whatever STS said: no application can mend it */
  session(): Promise<ServiceRoleSession> {
    return this.#sessions.get(KEY, () => this.#assume());
  }

  /** A newer session than this one; of requests that ask at once, one asks STS. Throws as {@link session}. */
  renewed(session: ServiceRoleSession): Promise<ServiceRoleSession> {
    const current = this.#sessions.fresh(KEY);
    if (current !== undefined && current !== session) return Promise.resolve(current);
    return this.#sessions.refresh(KEY, () => this.#assume());
  }

  /** A session of its own, which a session policy narrows, and which is not kept. Throws as {@link session}. */
  narrowed(sessionPolicy: string): Promise<ServiceRoleSession> {
    return this.#assume(sessionPolicy);
  }

  /**
   * Whether it may be the session that STS refused, and not the broker. One that was revoked gets AccessDenied like one
   * that no trust policy lets in. So that a refusal costs an application's request one session a minute at most, a young
   * session is believed.
   */
  mayHaveEnded({ issuedAt }: ServiceRoleSession, error: unknown): boolean {
    if (isDeadSession(error)) return true;
    return (
      (error as Error | undefined)?.name === 'AccessDenied' && this.options.now() - issuedAt > TRUSTED_MS
    );
  }

  async #assume(sessionPolicy?: string): Promise<ServiceRoleSession> {
    try {
      const { credentials } = await assumeRole(this.#client, {
        RoleArn: this.options.serviceRoleArn,
        RoleSessionName: 'IAMSessionBroker',
        DurationSeconds: sessionPolicy ? 900 : 3600,
        ...(sessionPolicy && { Policy: sessionPolicy }),
      });
      return {
        client: this.options.createClient(credentials),
        issuedAt: this.options.now(),
        expiresAt: credentials.expiresAt,
      };
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}
