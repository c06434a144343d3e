// STS in virtual time: it counts who asks for which session, and remembers what each was issued for.
import type { AssumeRoleCommand, AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { deployment, roleIdOf } from '../../test/support/callers.ts';
import type { VirtualTime } from '../../test/support/virtual-time.ts';

export const WINDOW_MS = 45 * 60_000;
/** Sessions end on a whole second, and are renewed as much sooner. */
const SECOND_MS = 1_000;
/** Milliseconds of virtual time, there and back. */
const STS_MS = 20;

/** STS as it answers: sessions that expire on a whole second. */
export class CountingSts {
  serviceRole = 0;
  /** Access key ids of the sessions of access roles. */
  readonly issued = new Set<string>();
  mostInWindow = 0;
  /** Of each of them: application and tenant, and when it is over. */
  readonly #sessions = new Map<string, { readonly of: string; readonly expiresAt: number }>();
  /** When each environment asked for each session, of late. */
  readonly #asked = new Map<string, number[]>();

  constructor(private readonly time: VirtualTime) {}

  clientOf(environment: number): STSClient {
    return {
      send: ({ input }: AssumeRoleCommand) => this.#assumeRole(environment, input),
    } as unknown as STSClient;
  }

  /** Whether a session was issued for this access role and tenant, and lasts so long. */
  isOf(accessKeyId: string, of: string, until: number): boolean {
    const session = this.#sessions.get(accessKeyId);
    return session?.of === of && session.expiresAt >= until;
  }

  async #assumeRole(environment: number, { RoleArn, DurationSeconds = 0, Tags }: AssumeRoleCommandInput) {
    const isServiceRole = RoleArn === deployment.serviceRoleArn;
    if (isServiceRole) this.serviceRole += 1;
    else this.#remember(`${environment} ${RoleArn} ${Tags?.[0]?.Value}`);
    await this.time.sleep(STS_MS / 2);
    const AccessKeyId = `ASIA${isServiceRole ? 'SERVICE' : this.issued.size}`;
    if (!isServiceRole) this.issued.add(AccessKeyId);
    const Expiration = new Date(Math.floor(this.time.now / 1000 + DurationSeconds) * 1000);
    if (!isServiceRole)
      this.#sessions.set(AccessKeyId, {
        of: `${RoleArn} ${Tags?.[0]?.Value}`,
        expiresAt: Expiration.getTime(),
      });
    await this.time.sleep(STS_MS / 2);
    const roleId = roleIdOf(RoleArn?.slice(RoleArn.lastIndexOf('/') + 1) ?? '');
    return {
      Credentials: { AccessKeyId, SecretAccessKey: 'secret', SessionToken: 'token', Expiration },
      AssumedRoleUser: { AssumedRoleId: `${roleId}:session`, Arn: RoleArn },
    };
  }

  #remember(session: string): void {
    const { now } = this.time;
    const inWindow = (this.#asked.get(session) ?? []).filter((at) => at > now - WINDOW_MS + SECOND_MS);
    inWindow.push(now);
    this.#asked.set(session, inWindow);
    this.mostInWindow = Math.max(this.mostInWindow, inWindow.length);
  }
}
