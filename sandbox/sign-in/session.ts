// The session that a client names by its keys: verified as a signature would be, though here the secret itself is sent.
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Account } from '../account/account.ts';
import type { Caller } from '../identities/identity.ts';
import { SignInRefusal } from './refusal.ts';

export type SessionCaller = Extract<Caller, { kind: 'session' }>;

export interface VerifiedSession {
  readonly caller: SessionCaller;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

const sent = z.object({ sessionId: z.string(), sessionKey: z.string(), sessionToken: z.string() });

/**
 * @param text JSON
 * @throws SignInRefusal where it is malformed, unknown, altered, expired, or of no session
 */
export function verifySession(account: Account, text: string): VerifiedSession {
  const { sessionId, sessionKey, sessionToken } = parse(text);
  const found = account.identities.findAccessKey(sessionId);
  if (!found) throw new SignInRefusal('unknown credentials: no such access key here');
  if (found.caller.kind !== 'session') throw new SignInRefusal('the credentials are of no session');
  if (!isSame(found.secretAccessKey, sessionKey))
    throw new SignInRefusal('wrong secret of a key that is known');
  if (!isSame(found.sessionToken ?? '', sessionToken))
    throw new SignInRefusal('wrong session token of a key that is known');
  const { caller, secretAccessKey } = found;
  if (caller.expiresAt <= account.now()) {
    throw new SignInRefusal(`expired credentials: they ended at ${new Date(caller.expiresAt).toISOString()}`);
  }
  return { caller, secretAccessKey, sessionToken };
}

function parse(text: string): z.infer<typeof sent> {
  try {
    return sent.parse(JSON.parse(text));
  } catch {
    // What failed would quote what was sent.
    throw new SignInRefusal('Session must be JSON with sessionId, sessionKey and sessionToken');
  }
}

/** Compares in a time that tells nothing of the first difference. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
