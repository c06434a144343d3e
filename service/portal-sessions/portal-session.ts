// A session of the portal: who has signed in, since when, and until when.
import type { User } from '../sign-in/user.ts';

export interface PortalSession {
  readonly user: User;
  /** Milliseconds since the epoch, both. */
  readonly signedInAt: number;
  readonly expiresAt: number;
}

/** A session that starts now: it lasts as long as the settings say, and never longer than the identity provider's. */
export function newSession(user: User, now: number, sessionSeconds: number): PortalSession {
  const expiresAt = Math.min(now + sessionSeconds * 1000, user.validUntil ?? Number.POSITIVE_INFINITY);
  return { user, signedInAt: now, expiresAt };
}
