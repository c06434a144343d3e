// Data access: credentials for a target, from the cache or from S3 Access Grants, and never beyond what was asked for.

import type { AwsCallCredentials } from '../aws-call.ts';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { denialsFirst } from '../denials-first.ts';
import { BrokerError } from '../errors.ts';
import { isWithin, readScope, renderScope, type S3Scope } from '../s3-scope.ts';
import type { AccessGrants, DataCredentials, DataRequest, Permission } from './access-grants.ts';
import { unavailable } from './access-grants-refusals.ts';

/** Who asks. */
export interface DataAsker {
  /** Another where anything is another that the session was issued for: registration, user, tags. */
  readonly sessionKey: string;
  /** Whose share of the cache is taken up. */
  readonly application: string;
  /** The session that asks; what it is denied for is not remembered here. */
  readonly session: () => Promise<AskingSession>;
  /** Whether a grant of the role is none for whom the session acts. */
  readonly actsForUser: boolean;
}

interface AskingSession extends AwsCallCredentials {
  readonly directoryUser?: string;
}

export interface DataWish {
  readonly target: S3Scope;
  readonly permission: Permission;
  readonly privilege: 'Minimal' | 'Default';
  /** 900–43,200. */
  readonly durationSeconds: number;
}

export interface DataAccessOptions {
  /** Seconds that credentials are handed out without asking anew whether there still is a grant. */
  readonly grantCacheSeconds: number;
  readonly maxCachedSessions: number;
}

/** Credentials for a target. */
export interface IssuedData extends DataCredentials {
  /** The user's id in the directory, where the session that asked acts for one. */
  readonly directoryUser?: string;
}

interface CachedAccess extends IssuedData {
  readonly askedAt: number;
}

/** What is left at least of credentials that stand in while S3 cannot be asked. */
const MARGIN_MS = 60_000;
const REFUSED_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;

export class DataAccess {
  readonly #kept: Cache<CachedAccess>;

  constructor(
    private readonly accessGrants: AccessGrants,
    private readonly now: Clock,
    { grantCacheSeconds, maxCachedSessions }: DataAccessOptions,
  ) {
    this.#kept = new Cache(
      {
        max: maxCachedSessions,
        maxBytes: MAX_BYTES,
        bytesOf: ({ sessionToken, matchedGrantTarget }) =>
          1_024 + sessionToken.length + 2 * matchedGrantTarget.length,
        freshUntil: ({ askedAt, expiresAt }) =>
          askedAt + Math.min(grantCacheSeconds * 1_000, 0.75 * (expiresAt - askedAt)),
        usableUntil: ({ expiresAt }) => expiresAt - MARGIN_MS,
        refusedMs: REFUSED_MS,
      },
      now,
    );
  }

  /** From the cache alone. */
  cached(asker: DataAsker, wish: DataWish): IssuedData | undefined {
    const keyOf = keysOf(asker, wish);
    if (wish.privilege === 'Minimal') return this.#kept.fresh(keyOf(wish.target));
    // The closest first: a longer prefix is a closer grant.
    const { bucket, key } = wish.target;
    const own = this.#kept.fresh(keyOf(wish.target));
    if (own) return own;
    for (let length = key.length; length >= 0; length -= 1) {
      const known = this.#kept.fresh(keyOf({ bucket, key: key.slice(0, length), isPrefix: true }));
      if (known) return known;
    }
    return undefined;
  }

  /**
   * Asks S3 Access Grants as the session. With `Minimal` the credentials reach the target and no more; with `Default` all that
   * the matching grant has, which serves other targets in it too.
   *
   * @throws BrokerError TargetInvalid, GrantDenied, GrantNotOfUser, LocationMisconfigured, AccessGrantsUnavailable
   */
  async issue(asker: DataAsker, wish: DataWish): Promise<IssuedData> {
    const keyOf = keysOf(asker, wish);
    const session = await denialsFirst(asker.session);
    const load = async () => {
      const issued = await this.#ask(asker, wish, await session());
      const matched = readScope(issued.matchedGrantTarget);
      if (wish.privilege === 'Default' && !('problem' in matched) && matched.isPrefix) {
        await this.#keep(keyOf(matched), issued, asker.application);
      }
      return issued;
    };
    return this.#kept.get(keyOf(wish.target), load, asker.application);
  }

  /** Whatever was denied for it before, or is still being asked, is older. */
  async #keep(key: string, issued: CachedAccess, application: string): Promise<void> {
    this.#kept.forget(key);
    await this.#kept.get(key, async () => issued, application);
  }

  async #ask(asker: DataAsker, { target, ...wish }: DataWish, session: AskingSession): Promise<CachedAccess> {
    const askedAt = this.now();
    const request: DataRequest = { ...wish, target: renderScope(target), isObject: !target.isPrefix };
    const issued = await this.accessGrants.getDataAccess(session, request);
    if (asker.actsForUser && issued.grantee.granteeType === 'IAM') {
      throw new BrokerError(
        'GrantNotOfUser',
        'the grant that matches the target is one of the access role, and none of the user or a group of theirs',
      );
    }
    const matched = readScope(issued.matchedGrantTarget);
    if ('problem' in matched || !isWithin(target, matched)) {
      throw unavailable(new Error('S3 Control answered with a grant that the target is not in'));
    }
    const { directoryUser } = session;
    return { ...issued, askedAt, ...(directoryUser !== undefined && { directoryUser }) };
  }
}

/** Of an asker's wishes alike but for the target. */
function keysOf({ sessionKey }: DataAsker, { permission, privilege, durationSeconds }: DataWish) {
  const wish = `${sessionKey} ${permission} ${privilege} ${durationSeconds} `;
  return (scope: S3Scope) => wish + renderScope(scope);
}
