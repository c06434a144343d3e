// A revocation: its steps, in the order in which no revoked session is served and no served session is revoked.
import { CommandFailure, reasonOf } from './command.ts';
import { isSameRole, type Registered, type Registrations } from './registrations.ts';
import { type Denial, hasPassed, iso, type PutDenial, type RoleDenials } from './role-denials.ts';
import { CLOCK_MARGIN_MS, type StsClock, untilStsTime } from './sts-time.ts';

export interface RevocationParts extends StsClock {
  readonly registrations: Registrations;
  readonly denials: RoleDenials;
}

/** What is to be revoked, and what there is. */
export interface Plan {
  readonly registered: Registered;
  /** Values of the session tag; all sessions where it is absent. */
  readonly tenants: readonly string[] | undefined;
  /** Revocations of this access role that still matter, oldest first. */
  readonly inForce: readonly PutDenial[];
  /** Applications that share the access role, the one to be revoked among them. */
  readonly applications: readonly string[];
}

export interface Revoked {
  readonly denial: PutDenial;
  /** Applications whose cached sessions the broker drops. */
  readonly dropped: readonly string[];
}

const POLL_MS = 250;
const ATTEMPTS = 10;

export class Revocation {
  constructor(private readonly parts: RevocationParts) {}

  /** Looks, and changes nothing. @throws CommandFailure */
  async plan(applicationName: string, tenants?: readonly string[]): Promise<Plan> {
    const { registrations, denials, stsTime } = this.parts;
    const registered = await registrations.read(applicationName);
    if (!registered) throw new CommandFailure(`the application ${applicationName} is not registered`);
    const { accessRoleName } = registered;
    const now = await stsTime();
    return {
      registered,
      tenants,
      inForce: (await denials.of(accessRoleName)).filter((denial) => !hasPassed(denial, now)),
      applications: await registrations.applicationsOf(accessRoleName),
    };
  }

  /**
   * 1. Denies everything to the sessions that STS has issued until now. What the broker still hands out from its caches
   *    is refused by AWS.
   * 2. Waits until that time has passed, for STS.
   * 3. Marks the registrations. Who has read the mark asks STS anew, and gets a session that is not denied.
   *
   * Why not the other way round: docs/adr/0028-revocation-denies-first.md.
   *
   * @throws CommandFailure where it stopped half-way, with what to do
   */
  async carryOut({ registered, tenants }: Plan): Promise<Revoked> {
    const { denials, stsTime } = this.parts;
    const { accessRoleName, sessionTagKey } = registered;
    const denial: Denial = {
      before: (await stsTime()) + CLOCK_MARGIN_MS,
      ...(tenants && { tag: { key: sessionTagKey, values: tenants } }),
    };
    const policyName = await denials.put(accessRoleName, denial, await denials.of(accessRoleName));
    try {
      await this.#pass(denial.before);
      return { denial: { ...denial, policyName }, dropped: await this.#mark(registered, iso(denial.before)) };
    } catch (cause) {
      throw new CommandFailure(
        `the sessions are denied, but the broker may go on handing them out: run the command again (${reasonOf(cause)})`,
        { cause },
      );
    }
  }

  /** Until STS issues no session any more that would be denied. */
  async #pass(time: number): Promise<void> {
    await untilStsTime(time + CLOCK_MARGIN_MS / 2, this.parts, POLL_MS);
  }

  /** Looked up only now: whoever registers the role from now on has no session yet. */
  async #mark({ applicationName, accessRoleName }: Registered, revokedAt: string): Promise<string[]> {
    const dropped: string[] = [];
    for (const name of await this.parts.registrations.applicationsOf(accessRoleName)) {
      if (await this.#markOne(name, accessRoleName, revokedAt)) dropped.push(name);
    }
    const current = await this.parts.registrations.read(applicationName);
    if (current && !dropped.includes(applicationName)) {
      throw new CommandFailure(
        `meanwhile ${applicationName} has moved to the access role ${current.accessRoleName}`,
      );
    }
    return dropped;
  }

  /** False where it is registered with this role no longer: it keeps none of its sessions. */
  async #markOne(applicationName: string, accessRoleName: string, revokedAt: string): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await this.parts.registrations.read(applicationName);
      if (!current || !isSameRole(current.accessRoleName, accessRoleName)) return false;
      if (await this.parts.registrations.mark(current, revokedAt)) return true;
    }
    throw new CommandFailure(`the registration of ${applicationName} is changed again and again`);
  }
}
