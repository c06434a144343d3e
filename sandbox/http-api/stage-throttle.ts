// A stage's throttle: one bucket for all requests, and one for each route that has settings of its own.
import { type Throttle, TokenBucket } from './token-bucket.ts';

export interface Throttles {
  /** Over all routes and callers together. */
  readonly all: Throttle;
  /** By route key, `GET /credentials`; over all callers of the route together. */
  readonly routes: Readonly<Record<string, Throttle>>;
}

/**
 * AWS does not say whether a route's own settings stand in place of the stage's or beside them. Here they stand
 * beside them, which refuses more: whoever gets through here gets through either way.
 */
export class StageThrottle {
  readonly #all: TokenBucket;
  readonly #routes: ReadonlyMap<string, TokenBucket>;

  /** `nowMs` need only move forward; what it starts from does not matter. */
  constructor({ all, routes }: Throttles, nowMs?: () => number) {
    this.#all = new TokenBucket(all, nowMs);
    this.#routes = new Map(
      Object.entries(routes).map(([routeKey, throttle]) => [routeKey, new TokenBucket(throttle, nowMs)]),
    );
  }

  /** Whether a request may pass. What its route refuses is not counted against the others. */
  admits(routeKey: string): boolean {
    return (this.#routes.get(routeKey)?.take() ?? true) && this.#all.take();
  }
}
