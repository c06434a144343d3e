// Sign-in tokens: each signs in to the console once, within fifteen minutes.
import { randomBytes } from 'node:crypto';
import { SignInRefusal } from './refusal.ts';
import type { VerifiedSession } from './session.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html */
const VALID_MS = 15 * 60_000;

/** What a token stands for. */
export interface Granted {
  readonly session: VerifiedSession;
  /** Milliseconds since the epoch. */
  readonly consoleEndsAt: number;
}

export class SignInTokens {
  readonly #now: () => number;
  readonly #tokens = new Map<string, Granted & { readonly issuedAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(granted: Granted): string {
    this.#forgetOld();
    // As long as a short one of AWS's, and as opaque.
    const token = randomBytes(384).toString('base64url');
    this.#tokens.set(token, { ...granted, issuedAt: this.#now() });
    return token;
  }

  /** @throws SignInRefusal for one that is unknown, was taken before, or is too old */
  take(token: string): Granted {
    const found = this.#tokens.get(token);
    if (!found) throw new SignInRefusal('unknown sign-in token, or one that was used before');
    this.#tokens.delete(token);
    if (found.issuedAt + VALID_MS <= this.#now()) throw new SignInRefusal('the sign-in token is too old');
    return found;
  }

  /** An hour after they have ended: until then they are told from unknown ones. */
  #forgetOld(): void {
    for (const [token, { issuedAt }] of this.#tokens) {
      if (issuedAt + VALID_MS + 3_600_000 <= this.#now()) this.#tokens.delete(token);
    }
  }
}
