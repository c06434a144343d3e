// Who may be under way at once: any number of requests, or one transaction alone.

/** Whoever asks later waits behind a transaction that waits, so that none is kept out for good. */
export class Exclusive {
  #underWay = 0;
  #last: Promise<void> = Promise.resolve();
  #idle: (() => void) | undefined;

  /** Resolves once no transaction is under way; what it resolves with ends the request. */
  async share(): Promise<() => void> {
    let last: Promise<void>;
    do {
      last = this.#last;
      await last;
    } while (last !== this.#last);
    this.#underWay += 1;
    return () => {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#idle?.();
    };
  }

  /** Runs alone: after all that is under way, and ahead of whatever asks from now on. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const ran = this.#last.then(async () => {
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
        if (this.#underWay === 0) resolve();
      });
      this.#idle = undefined;
      return run();
    });
    this.#last = ran.then(
      () => undefined,
      () => undefined,
    );
    return ran;
  }
}
