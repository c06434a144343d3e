// Data access: credentials for a target, from the cache or from S3 Access Grants, and never beyond what was asked for.

import type { AwsCallCredentials } from '../aws-call.ts';
import { Cache } from '../cache.ts';
import type { Clock } from '../clock.ts';
import { denialsFirst } from '../denials-first.ts';
import { BrokerError } from '../errors.ts';
import { isWithin, readScope, renderScope, type S3Scope } from '../s3-scope.ts';
import { notShared, type Shareable, type SharedStore } from '../shared-store.ts';
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
  /** Between this environment's memory and S3 Access Grants. Default: nothing. */
  readonly shared?: SharedStore | undefined;
}

/** Credentials for a target. */
export interface IssuedData extends DataCredentials {
  /** The user's id in the directory, where the session that asked acts for one. */
  readonly directoryUser?: string;
}

interface CachedAccess extends IssuedData {
  readonly askedAt: number;
  /** As `expiresAt`, by the name that whoever shares it knows. */
  readonly lastsUntil: number;
}

/** What is left at least of credentials that stand in while S3 cannot be asked. */
const MARGIN_MS = 60_000;
const REFUSED_MS = 10_000;
const MAX_BYTES = 64 * 1024 * 1024;

export class DataAccess {
  readonly #kept: Cache<CachedAccess>;
  readonly #shared: SharedStore;
  readonly #freshUntil: (access: CachedAccess) => number;

  constructor(
    private readonly accessGrants: AccessGrants,
    private readonly now: Clock,
    { grantCacheSeconds, maxCachedSessions, shared = notShared }: DataAccessOptions,
  ) {
    // What nobody may be handed once more is not shared.
    this.#shared = grantCacheSeconds > 0 ? shared : notShared;
    this.#freshUntil = ({ askedAt, expiresAt }) =>
      askedAt + Math.min(grantCacheSeconds * 1_000, 0.75 * (expiresAt - askedAt));
    this.#kept = new Cache(
      {
        max: maxCachedSessions,
        maxBytes: MAX_BYTES,
        bytesOf: ({ sessionToken, matchedGrantTarget }) =>
          1_024 + sessionToken.length + 2 * matchedGrantTarget.length,
        freshUntil: this.#freshUntil,
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
    const key = keyOf(wish.target);
    // What serves other targets too, is found by them in an environment's memory alone.
    const shared = wish.privilege === 'Minimal' ? this.#shared : notShared;
    const shareable = this.#shareableOf(key, asker, wish);
    const found = await shared.find(shareable);
    if (found) return this.#kept.get(key, async () => found, asker.application);
    const session = await denialsFirst(asker.session);
    const load = async () => {
      const issued = await shared.get(shareable, async () => this.#ask(asker, wish, await session()));
      const matched = readScope(issued.matchedGrantTarget);
      if (wish.privilege === 'Default' && !('problem' in matched) && matched.isPrefix) {
        await this.#keep(keyOf(matched), issued, asker.application);
      }
      return issued;
    };
    return this.#kept.get(key, load, asker.application);
  }

  #shareableOf(key: string, asker: DataAsker, { target }: DataWish): Shareable<CachedAccess> {
    return {
      key: `data ${key}`,
      isGood: (access) =>
        refusalOf(access, asker, target) === undefined && this.now() < this.#freshUntil(access),
    };
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
    const refusal = refusalOf(issued, asker, target);
    if (refusal) throw refusal;
    const { directoryUser } = session;
    return {
      ...issued,
      askedAt,
      lastsUntil: issued.expiresAt,
      ...(directoryUser !== undefined && { directoryUser }),
    };
  }
}

/** Why credentials are not handed out, whether S3 has just given them or another environment was given them. */
function refusalOf(
  { grantee, matchedGrantTarget }: DataCredentials,
  { actsForUser }: DataAsker,
  target: S3Scope,
): BrokerError | undefined {
  if (actsForUser && grantee.granteeType === 'IAM') {
    return new BrokerError(
      'GrantNotOfUser',
      'the grant that matches the target is one of the access role, and none of the user or a group of theirs',
    );
  }
  const matched = readScope(matchedGrantTarget);
  if (!('problem' in matched) && isWithin(target, matched)) return undefined;
  return unavailable(new Error('S3 Control answered with a grant that the target is not in'));
}

/** Of an asker's wishes alike but for the target. */
function keysOf({ sessionKey }: DataAsker, { permission, privilege, durationSeconds }: DataWish) {
  const wish = `${sessionKey} ${permission} ${privilege} ${durationSeconds} `;
  return (scope: S3Scope) => wish + renderScope(scope);
}
