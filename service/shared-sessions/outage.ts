// An outage: a table that failed is left alone for a while, and told of once.
import type { Clock } from '../clock.ts';

/** How long it is left alone; then one request tries it, and the others when that has succeeded. */
export const OUTAGE_MS = 10_000;

export class Outage {
  #until = Number.NEGATIVE_INFINITY;
  #told = Number.NEGATIVE_INFINITY;
  #isOn = false;

  constructor(
    private readonly now: Clock,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Whether the table may be asked. Who is told so in an outage is the one that tries. */
  mayAsk(): boolean {
    const now = this.now();
    if (now < this.#until) return false;
    if (this.#isOn) this.#until = now + OUTAGE_MS;
    return true;
  }

  begin(error: unknown): void {
    this.#isOn = true;
    this.#until = this.now() + OUTAGE_MS;
    this.tell(error);
  }

  end(): void {
    this.#isOn = false;
    this.#until = Number.NEGATIVE_INFINITY;
  }

  /** Of what is wrong, once in a while. */
  tell(error: unknown): void {
    const now = this.now();
    if (now < this.#told + OUTAGE_MS) return;
    this.#told = now;
    this.onFailure(error);
  }
}
