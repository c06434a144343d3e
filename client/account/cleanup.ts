// The cleanup: how to remove what the story creates.

/** What could not be removed, and why. */
export interface Leftover {
  readonly what: string;
  readonly error: Error;
}

export class Cleanup {
  readonly #removals: { what: string; remove: () => Promise<unknown> }[] = [];

  /** To be called before it is created: a creation that fails half-way has left something, too. */
  add(what: string, remove: () => Promise<unknown>): void {
    this.#removals.push({ what, remove });
  }

  /** Removes the newest first. Never rejects: what cannot be removed is said, and returned. */
  async run(say: (text: string) => void = () => {}): Promise<readonly Leftover[]> {
    const leftovers: Leftover[] = [];
    for (const { what, remove } of this.#removals.splice(0).reverse()) {
      await remove().catch((error: Error) => {
        say(`      could not remove ${what}: ${error.name}`);
        leftovers.push({ what, error });
      });
    }
    return leftovers;
  }
}
