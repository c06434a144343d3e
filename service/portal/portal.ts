// The portal: the steps from a signed-in user to an AWS session, and who may go on.
import type { Clock } from '../clock.ts';
import { destinationOf, regionOf } from '../console/destination.ts';
import type { SignInPage } from '../console/federation.ts';
import { consolePartition } from '../console/partition.ts';
import { PortalError } from '../portal-errors.ts';
import type { PortalSession } from '../portal-sessions/portal-session.ts';
import type { PortalSessions } from '../portal-sessions/portal-sessions.ts';
import type { PortalUsers, UserRecord } from '../portal-sessions/portal-users.ts';
import { accountOf, durationOf, LEAST_SECONDS, type Target } from '../targets/target.ts';
import { requireMember, type Targets } from '../targets/targets.ts';
import type { RoleSession, RoleSessions } from '../web-identity/role-sessions.ts';
import type { PortalDecision } from './audit.ts';
import { sessionTagsOf } from './session-tags.ts';

export interface PortalParts {
  readonly sessions: PortalSessions;
  readonly users: PortalUsers;
  readonly targets: Targets;
  readonly roleSessions: Pick<RoleSessions, 'issue'>;
  /** RoleSessionName and source identity of a user's id. */
  readonly sessionNameOf: (userId: string) => string;
  readonly consoleUrl: (page: SignInPage) => Promise<string>;
  readonly now: Clock;
  /** Key of the session tag that has the tenant. */
  readonly tenantTagKey: string;
  /** The portal's own region: whose sign-in endpoint is asked in its own partition. */
  readonly region: string;
  /** `https://portal.example/aws/` */
  readonly homeUrl: string;
}

/** Who has signed in, and what the portal keeps of them. */
export interface SignedIn {
  readonly session: PortalSession;
  readonly record: UserRecord;
}

/** What is asked for in the query of a target's address. */
export interface OpeningWish {
  readonly destination?: string | undefined;
  readonly region?: string | undefined;
  readonly duration?: string | undefined;
}

/** A target that this user may open, for so many seconds. */
export interface Opening {
  readonly target: Target;
  readonly seconds: number;
}

/** Within it, signing in again would come to the same. */
const JUST_SIGNED_IN_MS = 60_000;

export class Portal {
  constructor(private readonly parts: PortalParts) {}

  /**
   * Who has signed in; `undefined` where nobody has, the session has ended, or an operator has ended it.
   *
   * @throws PortalError StateUnavailable
   */
  async signedIn(session: PortalSession | undefined): Promise<SignedIn | undefined> {
    if (!session) return undefined;
    const record = await this.parts.users.read(session.user.id);
    const isEnded = record.endedAt !== undefined && session.signedInAt <= record.endedAt;
    return isEnded ? undefined : { session, record };
  }

  /**
   * A target, if the user may open it: AWScons's order, the target first and then its groups.
   *
   * A session never outlives the identity provider's own. Where less than the shortest is left of that, there is none to be
   * had: `undefined`, and the user signs in again.
   *
   * @throws PortalError TargetNotFound, NotInGroup, GroupsLeftOut, DurationNotAllowed, SignInTooShort
   */
  admit(
    { session }: SignedIn,
    service: string,
    duration: string | undefined,
    decision: PortalDecision,
  ): Opening | undefined {
    const target = this.parts.targets.find(service);
    Object.assign(decision, { target: service, role: target.role });
    requireMember(target, session.user);
    const { validUntil = Number.POSITIVE_INFINITY } = session.user;
    const left = Math.floor((validUntil - this.parts.now()) / 1000);
    const seconds = Math.min(durationOf(target, duration), left);
    if (seconds >= LEAST_SECONDS) return { target, seconds };
    // Who has just signed in would be sent there and back for ever.
    if (this.parts.now() - session.signedInAt < JUST_SIGNED_IN_MS)
      throw new PortalError('SignInTooShort', 'your identity provider lets you in for less than 15 minutes');
    return undefined;
  }

  /** @throws PortalError RegionNotAllowed, DestinationNotAllowed */
  requireDestination({ target }: Opening, wish: OpeningWish): void {
    destinationOf(consolePartition(accountOf(target).partition), wish);
  }

  /**
   * A session of the target's role, for this user.
   *
   * @throws PortalError TenantNotAllowed, StateUnavailable, or as RoleSessions.issue
   */
  async issue(
    { session: { user }, record }: SignedIn,
    { target, seconds }: Opening,
    decision: PortalDecision,
  ): Promise<RoleSession> {
    const sessionName = this.parts.sessionNameOf(user.id);
    const { tenantTagKey } = this.parts;
    const tags = sessionTagsOf({ ...user, sessionName, targetGroups: target.groups }, tenantTagKey);
    Object.assign(decision, { sessionName, tags, durationSeconds: seconds });
    const { service, role, mode } = target;
    await this.parts.users.noteIssuing(user.id, record, role, sessionName);
    const issued = await this.parts.roleSessions.issue({
      service,
      sessionName,
      tags,
      role,
      durationSeconds: seconds,
      mode,
    });
    Object.assign(decision, { accessKeyId: issued.accessKeyId });
    return issued;
  }

  /**
   * The URL that signs in to the console, at the page that was asked for.
   *
   * @throws PortalError RegionNotAllowed, DestinationNotAllowed, ConsoleUnavailable, or as {@link issue}
   */
  async consoleUrl(
    signedIn: SignedIn,
    opening: Opening,
    wish: OpeningWish,
    decision: PortalDecision,
  ): Promise<string> {
    const { partition: name } = accountOf(opening.target);
    const partition = consolePartition(name);
    // What cannot be shown is not asked of STS.
    const destination = destinationOf(partition, wish);
    const region = regionOf(partition, wish) ?? this.#signInRegion(partition);
    const session = await this.issue(signedIn, opening, decision);
    return this.parts.consoleUrl({ session, partition, region, destination, issuer: this.parts.homeUrl });
  }

  /** Remembers it for the list. What fails there is no reason not to open. */
  async noteOpened({ session, record }: SignedIn, { target }: Opening): Promise<void> {
    await this.parts.users.noteOpened(session.user.id, record, target.service).catch(() => undefined);
  }

  /** @throws PortalError TargetNotFound, StateUnavailable */
  async setFavourite({ session, record }: SignedIn, service: string, isFavourite: boolean): Promise<void> {
    this.parts.targets.find(service);
    await this.parts.users.setFavourite(session.user.id, record, service, isFavourite);
  }

  /** What the user may open. */
  openTo({ session }: SignedIn): Target[] {
    return this.parts.targets.openTo(session.user);
  }

  /** The portal's own region where the partition has it. */
  #signInRegion({ regions, defaultRegion }: { regions: RegExp; defaultRegion: string }): string {
    return regions.test(this.parts.region) ? this.parts.region : defaultRegion;
  }
}

/** @throws PortalError NotSignedIn */
export function requireSignedIn(signedIn: SignedIn | undefined): SignedIn {
  if (!signedIn) throw new PortalError('NotSignedIn', 'nobody has signed in in this browser');
  return signedIn;
}
