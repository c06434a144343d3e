// Temporary security credentials: the chain of roles in STS, and the sessions it keeps.
import { hash } from 'node:crypto';
import { AssumeRoleCommand, type AssumeRoleCommandInput, type STSClient } from '@aws-sdk/client-sts';
import { Cache } from '../cache.ts';
import { cacheDefaults } from '../cache-settings.ts';
import type { Clock } from '../clock.ts';
import { accessRoleArnOf, type Deployment } from '../deployment.ts';
import { BrokerError } from '../errors.ts';
import type { StoredRegistration } from '../registrations/stored-registration.ts';
import { type SessionTag, sessionNameOf } from './session-tags.ts';

/** What the broker hands out, as STS gave it. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A scoped session: the AssumeRole input that it is, or would be, issued for. */
export interface SessionRequest {
  readonly input: Readonly<AssumeRoleCommandInput>;
  /** Unique id of the role that was registered: a session of any other is dropped. */
  readonly accessRoleId?: string | undefined;
  /** Digest of every AssumeRole input and of the registration's version. */
  readonly cacheKey: string;
}

export interface StsOptions extends Deployment {
  readonly serviceRoleArn: string;
  /** A client that signs with the function's own credentials, or with those of a session. */
  readonly createClient: (session?: TemporaryCredentials) => STSClient;
  readonly now: Clock;
  /** Scoped sessions kept; the least recently used goes first. Default 10,000. */
  readonly maxCachedSessions?: number;
}

/** A session, and the role that it is of. */
interface AssumedRole {
  readonly credentials: TemporaryCredentials;
  /** `AROA…`, which a role that is made anew under the same name does not have. */
  readonly roleId: string;
}

/** What came of trying an access role: the unique id of the role that let the broker in, or what its refusal means. */
export type Tried = { readonly roleId: string } | { readonly refusal: BrokerError };

interface ScopedSession extends TemporaryCredentials {
  /** When STS is asked for a new one, in milliseconds since the epoch. */
  readonly refreshAt: number;
}

/** The service role's session, and the client that signs with it. */
interface ServiceRoleSession {
  readonly client: STSClient;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

const SERVICE_ROLE = 'service role';
const SERVICE_ROLE_MARGIN_MS = 5 * 60_000;
const SCOPED_MARGIN_MS = 60_000;
/** Of all scoped sessions in memory: their tokens have some 1,000 characters, and may have 4,096. */
const MAX_SCOPED_BYTES = 256 * 1024 * 1024;
const FRESH_SHARE = 0.75;
const REFUSED_MS = 10_000;
/** A refusal counts when the service role's session is younger: it was not revoked since. */
const TRUSTED_MS = 60_000;

/**
 * What STS is asked for: the access role, with the application as external id and the verified claims as
 * session tags.
 */
export function sessionRequestOf(
  registration: StoredRegistration,
  tags: readonly SessionTag[],
  deployment: Deployment,
): SessionRequest {
  const input = {
    RoleArn: accessRoleArnOf(registration, deployment),
    RoleSessionName: sessionNameOf((tags[0] as SessionTag).value),
    ExternalId: registration.applicationName,
    DurationSeconds: registration.sessionDurationSeconds,
    Tags: tags.map(({ key, value }) => ({ Key: key, Value: value })),
  };
  const cacheKey = hash('sha256', JSON.stringify([registration.version, input]), 'base64url');
  return { input, cacheKey, accessRoleId: registration.accessRoleId };
}

/** Assumes the service role, and through it the access roles; keeps both kinds of session while they last. */
export class TemporaryCredentialsProvider {
  readonly #client: STSClient;
  readonly #serviceRole: Cache<ServiceRoleSession>;
  readonly #scoped: Cache<ScopedSession>;

  constructor(private readonly options: StsOptions) {
    this.#client = options.createClient();
    this.#serviceRole = new Cache(
      {
        max: 1,
        freshUntil: ({ expiresAt }) => expiresAt - SERVICE_ROLE_MARGIN_MS,
        usableUntil: ({ expiresAt }) => expiresAt,
      },
      options.now,
    );
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

  /**
   * The scoped session, from the cache or from STS.
   *
   * @throws BrokerError AccessRoleNotAssumable, AccessRoleRecreated, SessionTagsTooLarge, StsUnavailable
   */
  issue({ input, cacheKey, accessRoleId }: SessionRequest): Promise<TemporaryCredentials> {
    const load = async () => {
      const { credentials, roleId } = await this.#enter(input);
      if (accessRoleId !== undefined && roleId !== accessRoleId) throw recreated(input);
      // STS tells the expiration in whole seconds: up to one of them is missing from the duration that was asked for.
      const issuedAt = this.options.now();
      const durationMs = Math.min(
        (input.DurationSeconds ?? 0) * 1000,
        credentials.expiresAt + 1000 - issuedAt,
      );
      const refreshAt = issuedAt + durationMs * FRESH_SHARE;
      return { ...credentials, refreshAt };
    };
    return this.#scoped.get(cacheKey, load, input.ExternalId);
  }

  /**
   * Tries an access role; what STS issues is dropped.
   *
   * @param sessionPolicy narrows the service role's session that asks, for this question alone
   * @returns the role that lets the broker in, or the denial that {@link issue} would throw
   * @throws BrokerError StsUnavailable
   */
  async try(input: AssumeRoleCommandInput, sessionPolicy?: string): Promise<Tried> {
    try {
      if (sessionPolicy === undefined) return { roleId: (await this.#enter(input)).roleId };
      const { client } = await this.#assumeServiceRole(sessionPolicy);
      return { roleId: (await this.#assume(client, input)).roleId };
    } catch (error) {
      const refusal = this.#denialOf(error, input);
      if (refusal.isDenial) return { refusal };
      throw refusal;
    }
  }

  /**
   * The service role's session: the first link of the chain.
   *
   * @throws BrokerError StsUnavailable, whatever STS said: no application can mend it
   */
  serviceRoleSession(): Promise<ServiceRoleSession> {
    return this.#serviceRole.get(SERVICE_ROLE, () => this.#assumeServiceRole());
  }

  /**
   * Assumes an access role through the service role's session; once more through a new one where it may be the session
   * that was refused, and not the broker.
   */
  async #enter(input: AssumeRoleCommandInput): Promise<AssumedRole> {
    const session = await this.serviceRoleSession();
    try {
      return await this.#assume(session.client, input);
    } catch (error) {
      if (!this.#mayConcern(session, error)) throw this.#denialOf(error, input);
      const renewed = await this.#renewed(session);
      if (renewed === session) throw unavailable(error);
      return await this.#assume(renewed.client, input).catch((again: unknown) => {
        throw this.#denialOf(again, input);
      });
    }
  }

  /**
   * A session that was revoked gets AccessDenied like one that no trust policy lets in. So that a refusal costs an
   * application's request one session a minute at most, a young session is believed.
   */
  #mayConcern({ issuedAt }: ServiceRoleSession, error: unknown): boolean {
    if (isDeadSession(error)) return true;
    return (
      (error as Error | undefined)?.name === 'AccessDenied' && this.options.now() - issuedAt > TRUSTED_MS
    );
  }

  /** A newer session than this one; of requests that ask at once, one asks STS. */
  #renewed(session: ServiceRoleSession): Promise<ServiceRoleSession> {
    const current = this.#serviceRole.fresh(SERVICE_ROLE);
    if (current !== undefined && current !== session) return Promise.resolve(current);
    return this.#serviceRole.refresh(SERVICE_ROLE, () => this.#assumeServiceRole());
  }

  async #assumeServiceRole(sessionPolicy?: string): Promise<ServiceRoleSession> {
    try {
      const { credentials: session } = assumedRoleOf(
        await this.#client.send(
          new AssumeRoleCommand({
            RoleArn: this.options.serviceRoleArn,
            RoleSessionName: 'IAMSessionBroker',
            DurationSeconds: sessionPolicy ? 900 : 3600,
            ...(sessionPolicy && { Policy: sessionPolicy }),
          }),
        ),
      );
      return {
        client: this.options.createClient(session),
        issuedAt: this.options.now(),
        expiresAt: session.expiresAt,
      };
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  async #assume(client: STSClient, input: AssumeRoleCommandInput): Promise<AssumedRole> {
    return assumedRoleOf(await client.send(new AssumeRoleCommand(input)));
  }

  /** STS's errors reach the SDK's caller as generic exceptions: their names tell them apart. */
  #denialOf(error: unknown, input: AssumeRoleCommandInput): BrokerError {
    if (error instanceof BrokerError) return error;
    switch ((error as Error | undefined)?.name) {
      case 'AccessDenied':
        return new BrokerError('AccessRoleNotAssumable', this.#whatTrustPolicyLacks(error as Error, input), {
          cause: error,
        });
      case 'ValidationError':
        return new BrokerError(
          'AccessRoleNotAssumable',
          `STS refuses the session as it is registered for the access role ${input.RoleArn}: check ` +
            'SessionDurationSeconds against the role’s maximum session duration, and the session tags',
          { cause: error },
        );
      case 'PackedPolicyTooLarge':
      case 'PackedPolicyTooLargeException':
        return new BrokerError(
          'SessionTagsTooLarge',
          'the session tags exceed the packed size that STS allows',
          {
            cause: error,
          },
        );
      default:
        return unavailable(error);
    }
  }

  /** STS names the action that it denied: with tags, `sts:TagSession` is asked for after `sts:AssumeRole`. */
  #whatTrustPolicyLacks({ message }: Error, { RoleArn, ExternalId }: AssumeRoleCommandInput): string {
    const principal = this.options.serviceRoleArn;
    if (message.includes('sts:TagSession')) {
      return (
        `the access role ${RoleArn} cannot be assumed with session tags: ` +
        `its trust policy must allow sts:TagSession to the principal ${principal}, beside sts:AssumeRole`
      );
    }
    return (
      `the access role ${RoleArn} cannot be assumed. It must exist, and its trust policy must allow ` +
      `sts:AssumeRole and sts:TagSession to the principal ${principal}; ` +
      `where it asks for an sts:ExternalId, that is ${ExternalId}`
    );
  }
}

/** The service role's session was ended before its time: the role was deleted, or its sessions were revoked. */
function isDeadSession(error: unknown): boolean {
  return error instanceof Error && /^(ExpiredToken|InvalidClientTokenId)(Exception)?$/.test(error.name);
}

interface AssumeRoleAnswer {
  readonly Credentials?: unknown;
  readonly AssumedRoleUser?: { readonly AssumedRoleId?: unknown } | undefined;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumedRoleUser.html */
function assumedRoleOf({ Credentials, AssumedRoleUser }: AssumeRoleAnswer): AssumedRole {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = (Credentials ?? {}) as Record<
    string,
    unknown
  >;
  const roleId = /^(\w+):/.exec(String(AssumedRoleUser?.AssumedRoleId))?.[1];
  if (
    typeof AccessKeyId !== 'string' ||
    typeof SecretAccessKey !== 'string' ||
    typeof SessionToken !== 'string' ||
    !(Expiration instanceof Date) ||
    Number.isNaN(Expiration.getTime()) ||
    roleId === undefined
  ) {
    throw new Error('STS answered without credentials, or without saying whose');
  }
  return {
    roleId,
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiresAt: Expiration.getTime(),
    },
  };
}

/** In memory, about. Secrets and tokens are ASCII: a byte a character. */
function bytesOfSession({ accessKeyId, secretAccessKey, sessionToken }: ScopedSession): number {
  return 512 + accessKeyId.length + secretAccessKey.length + sessionToken.length;
}

function recreated({ RoleArn }: AssumeRoleCommandInput): BrokerError {
  return new BrokerError(
    'AccessRoleRecreated',
    `the access role ${RoleArn} is not the one that was registered: it was made anew. ` +
      'PUT the registration again, if the role is still this application’s',
  );
}

function unavailable(cause: unknown): BrokerError {
  return new BrokerError('StsUnavailable', 'temporary credentials cannot be issued at the moment', { cause });
}
