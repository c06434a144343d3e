// A target: what a path of the portal opens, for whom, and for how long.
import { PortalError } from '../portal-errors.ts';

/** How the session comes: the portal as the issuer of a web identity, or a role that assumes another. */
export type SessionMode = 'web-identity' | 'chained';

export interface Target {
  /** The path that opens it: 1–64 letters, digits, `.`, `_`, `-`. */
  readonly service: string;
  /** Of the role, in any account. */
  readonly role: string;
  /** Seconds, 900–43,200; chained at most 3,600. */
  readonly duration: number;
  /** Members of any of them may open it. */
  readonly groups: readonly string[];
  /** Whoever has signed in may open it: only where there are no `groups`. */
  readonly everyone: boolean;
  readonly mode: SessionMode;
}

/** The shortest session that STS issues. */
export const LEAST_SECONDS = 900;

/** `111122223333` and `aws`, of a target's role. */
export function accountOf({ role }: Pick<Target, 'role'>): { accountId: string; partition: string } {
  const [, partition, , , accountId] = role.split(':');
  if (partition === undefined || accountId === undefined)
    throw new Error('the role of a target must be an ARN');
  return { accountId, partition };
}

/** The role's name, with its path. */
export function roleNameOf({ role }: Pick<Target, 'role'>): string {
  return role.slice(role.indexOf('/') + 1);
}

/**
 * Seconds of a session that was asked for: never longer than the target's.
 *
 * @param asked `?duration=`
 * @throws PortalError DurationNotAllowed
 */
export function durationOf({ duration }: Pick<Target, 'duration'>, asked: string | undefined): number {
  if (asked === undefined) return duration;
  const seconds = /^[1-9]\d{0,5}$/.test(asked) ? Number(asked) : 0;
  if (seconds < LEAST_SECONDS || seconds > duration)
    throw new PortalError('DurationNotAllowed', `duration must be ${LEAST_SECONDS} to ${duration} seconds`);
  return seconds;
}
