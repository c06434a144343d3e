// API Gateway's throttle: a token a request, `rateLimit` of them a second, at most `burstLimit` saved up.
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export class TokenBucket {
  readonly #throttle: Throttle;
  readonly #nowMs: () => number;
  #tokens: number;
  #filledAtMs: number;

  /** Full at first. `nowMs` need only move forward; what it starts from does not matter. */
  constructor(throttle: Throttle, nowMs: () => number = () => performance.now()) {
    this.#throttle = throttle;
    this.#nowMs = nowMs;
    this.#tokens = throttle.burstLimit;
    this.#filledAtMs = nowMs();
  }

  /** Whether a request may pass; takes its token if so. */
  take(): boolean {
    const nowMs = this.#nowMs();
    const { rateLimit, burstLimit } = this.#throttle;
    const filled = ((nowMs - this.#filledAtMs) / 1_000) * rateLimit;
    this.#tokens = Math.min(burstLimit, this.#tokens + filled);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
