// The tokens that were exchanged: each once, by its issuer and its `jti`.

/** How long one is remembered. https://cloudvulndb.org/aws-iam-identity-center-expiry */
const REMEMBERED_MS = 24 * 60 * 60 * 1_000;

export class UsedTokens {
  readonly #now: () => number;
  /** When each was exchanged, the oldest first. */
  readonly #usedAt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** False where it was exchanged within the last 24 hours; from now on it was. */
  use(issuerUrl: string, tokenId: string): boolean {
    this.#forgetOldest();
    const key = JSON.stringify([issuerUrl, tokenId]);
    if (this.#usedAt.has(key)) return false;
    this.#usedAt.set(key, this.#now());
    return true;
  }

  #forgetOldest(): void {
    for (const [key, usedAt] of this.#usedAt) {
      if (usedAt + REMEMBERED_MS > this.#now()) return;
      this.#usedAt.delete(key);
    }
  }
}
