// A session of the portal: who has signed in, since when, and until when.

/** Of whoever has signed in, what the portal goes by until the session ends. */
export interface PortalUser {
  /** As the identity provider named it. */
  readonly id: string;
  readonly groups: readonly string[];
  /** The identity provider left groups out, because there are too many. */
  readonly groupsOverage: boolean;
  readonly tenant?: string | undefined;
  /** When the identity provider's own session ends, in milliseconds since the epoch; absent where it does not say. */
  readonly validUntil?: number | undefined;
}

export interface PortalSession {
  readonly user: PortalUser;
  /** Milliseconds since the epoch, both. */
  readonly signedInAt: number;
  readonly expiresAt: number;
}

/** A session that starts now: it lasts as long as the settings say, and never longer than the identity provider's. */
export function newSession(user: PortalUser, now: number, sessionSeconds: number): PortalSession {
  const expiresAt = Math.min(now + sessionSeconds * 1000, user.validUntil ?? Number.POSITIVE_INFINITY);
  return { user, signedInAt: now, expiresAt };
}
