// Ending a user's sessions: those of the portal, and those of AWS that it has handed out, in an order that leaves none out.
import { CommandFailure, reasonOf } from './command.ts';
import type { PortalUser, PortalUserTable } from './portal-user-table.ts';
import { type Denial, documentOf, hasPassed, policyNameOf, type RoleDenials } from './role-denials.ts';
import { CLOCK_MARGIN_MS, type StsClock, untilStsTime } from './sts-time.ts';

export interface EndedUserParts extends StsClock {
  readonly users: PortalUserTable;
  /** Of an account's roles; `undefined` where the operator has no credentials of it. */
  readonly denialsIn: (accountId: string) => RoleDenials | undefined;
}

/** A role of which the user may have sessions. */
export interface HeldRole {
  readonly arn: string;
  readonly accountId: string;
  /** Without its path. */
  readonly roleName: string;
}

/** What there is to end. */
export interface Held {
  readonly userId: string;
  /** Absent: no session of AWS was ever asked for. */
  readonly sessionName: string | undefined;
  /** Whether the portal has noted anything of the user. */
  readonly isKnown: boolean;
  readonly roles: readonly HeldRole[];
}

export interface DeniedRole extends HeldRole {
  readonly policyName: string;
}

/** What the owner of another account puts on a role. */
export interface DenialElsewhere extends DeniedRole {
  readonly document: ReturnType<typeof documentOf>;
}

export interface Ended {
  /** Sessions of AWS that were issued before are denied: milliseconds since the epoch. */
  readonly before: number;
  readonly denied: readonly DeniedRole[];
  readonly elsewhere: readonly DenialElsewhere[];
  /** Roles that are there no more. */
  readonly gone: readonly HeldRole[];
}

/** What the portal has begun before it sees the mark it has ended by then: its function's time-out. */
export const UNDER_WAY_MS = 10_000;
const POLL_MS = 1_000;
/** Neither would the portal write it, nor a shell take it for something else. */
export const roleArn = /^arn:[\w-]+:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})$/;

export class EndedUser {
  constructor(private readonly parts: EndedUserParts) {}

  /**
   * Looks, and changes nothing.
   *
   * @param further ARNs of roles that the user may have assumed with a session of AWS
   * @throws CommandFailure
   */
  async held(userId: string, further: readonly string[] = []): Promise<Held> {
    const { users, stsTime } = this.parts;
    return heldOf(userId, await users.read(userId), further, await stsTime());
  }

  /**
   * 1. Marks the user: the portal ends what sessions of its own there are, and hands out nothing more to them.
   * 2. Denies everything to the sessions of AWS that were handed out, and to those that are being: until a time that is
   *    some seconds ahead, when whatever the portal had begun has ended.
   * 3. Waits for that time, and denies those of roles that were noted meanwhile.
   *
   * A user who signs in again gets new sessions, which are not denied, once that time is over.
   *
   * @throws CommandFailure where it stopped half-way, with what to do
   */
  async end(userId: string, further: readonly string[] = []): Promise<Ended> {
    const { users, stsTime } = this.parts;
    const markedAt = (await stsTime()) + CLOCK_MARGIN_MS;
    await users.end(userId, markedAt);
    try {
      const before = markedAt + UNDER_WAY_MS;
      const ended: Ended = { before, denied: [], elsewhere: [], gone: [] };
      const first = await this.#deny(userId, further, ended);
      await untilStsTime(before, this.parts, POLL_MS);
      return await this.#deny(userId, further, first);
    } catch (cause) {
      throw new CommandFailure(
        `the user is signed out of the portal, but sessions of AWS may go on: run the command again (${reasonOf(cause)})`,
        { cause },
      );
    }
  }

  /** On the roles that are not among them yet. */
  async #deny(userId: string, further: readonly string[], ended: Ended): Promise<Ended> {
    const { before } = ended;
    const { roles, sessionName } = heldOf(userId, await this.parts.users.read(userId), further, before);
    const denied = [...ended.denied];
    const elsewhere = [...ended.elsewhere];
    const gone = [...ended.gone];
    const done = new Set([...denied, ...elsewhere, ...gone].map(({ arn }) => arn));
    for (const role of roles.filter(({ arn }) => !done.has(arn))) {
      // With a role, there is a name: both are noted at once.
      const denial: Denial = { before, sourceIdentity: sessionName as string };
      const denials = this.parts.denialsIn(role.accountId);
      if (!denials) {
        elsewhere.push({ ...role, policyName: policyNameOf(denial), document: documentOf(denial) });
        continue;
      }
      const policyName = await put(denials, role, denial);
      if (policyName === undefined) gone.push(role);
      else denied.push({ ...role, policyName });
    }
    return { before, denied, elsewhere, gone };
  }
}

/** `undefined` where there is no such role: its sessions have ended with it. */
async function put(
  denials: RoleDenials,
  { roleName }: HeldRole,
  denial: Denial,
): Promise<string | undefined> {
  const there = await denials.find(roleName);
  return there && (await denials.put(roleName, denial, there));
}

/**
 * Roles of which a session may live: none lasts longer than a denial matters. Who was never given one has assumed no further
 * role with it.
 */
function heldOf(userId: string, user: PortalUser | undefined, further: readonly string[], now: number): Held {
  const { sessionName, issued = new Map<string, number>() } = user ?? {};
  const alive = [...issued].filter(([, at]) => !hasPassed({ before: at }, now)).map(([arn]) => arn);
  const arns = new Set([...alive.sort(), ...(sessionName === undefined ? [] : further)]);
  return { userId, sessionName, isKnown: user !== undefined, roles: [...arns].map(heldRole) };
}

function heldRole(arn: string): HeldRole {
  const [, accountId, roleName] = roleArn.exec(arn) ?? [];
  if (accountId === undefined || roleName === undefined)
    throw new CommandFailure('what was noted of the user names a role that is none');
  return { arn, accountId, roleName };
}
