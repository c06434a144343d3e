// Who is signed in to the console, by the cookie of their browser, and until when.
import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../account/account.ts';
import type { VerifiedSession } from './session.ts';
import type { Granted } from './sign-in-tokens.ts';

/** How long an ended one is remembered: so long its page leads back to its issuer. */
const REMEMBERED_MS = 24 * 3_600_000;

export interface ConsoleSession extends Granted {
  /** Where its user came from. */
  readonly issuer: string | undefined;
}

/** Signed in, or no longer: then all that is left is the way back. */
export type SignedIn =
  | { readonly session: VerifiedSession; readonly endsAt: number }
  | { readonly session?: undefined; readonly issuer: string | undefined };

export class ConsoleSessions {
  readonly #account: Account;
  readonly #byHash = new Map<string, ConsoleSession>();

  constructor(account: Account) {
    this.#account = account;
  }

  /** @returns what the cookie has */
  begin(session: ConsoleSession): string {
    for (const [hash, { consoleEndsAt }] of this.#byHash) {
      if (consoleEndsAt + REMEMBERED_MS <= this.#account.now()) this.#byHash.delete(hash);
    }
    const id = randomBytes(32).toString('base64url');
    this.#byHash.set(hashOf(id), session);
    return id;
  }

  /** A session ends with its credentials, at the latest: also with its role. */
  find(id: string | undefined): SignedIn {
    const found = id === undefined ? undefined : this.#byHash.get(hashOf(id));
    if (!found) return { issuer: undefined };
    const { session, consoleEndsAt, issuer } = found;
    const key = this.#account.identities.findAccessKey(session.caller.accessKeyId);
    if (key?.caller.kind !== 'session' || consoleEndsAt <= this.#account.now()) return { issuer };
    return { session: { ...session, caller: key.caller }, endsAt: consoleEndsAt };
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
