// The generic cell rate algorithm: a token bucket kept as one instant. All times are whole microseconds since the epoch.

/**
 * A bucket's only state is its theoretical arrival time: when it will be full again. Admissions move it on by
 * their cost; it may lie ahead of the clock by no more than the burst.
 *
 * https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm (ITU-T I.371, annex A)
 */
export interface CellRate {
  /** Microseconds that so many admissions cost, rounded up: never more than the rate. */
  cost(admissions: number): number;
  /** How far the theoretical arrival time may lie ahead, in microseconds. */
  readonly burst: number;
}

/** A bucket of `burst` admissions, not necessarily whole, that fills at `rateLimit` a second. */
export function cellRateOf(rateLimit: number, burst: number): CellRate {
  return {
    cost: (admissions) => Math.ceil((admissions * 1_000_000) / rateLimit),
    burst: Math.floor((burst * 1_000_000) / rateLimit),
  };
}

/** One conditional write to a bucket. */
export interface Advance {
  /** The writer's clock. */
  readonly now: number;
  readonly cost: number;
  readonly burst: number;
  /**
   * Which bucket the write is meant for: one that is full, whose new time counts from `now`, or one that is
   * filling, whose time is moved on. DynamoDB's expressions have no maximum, so one write cannot be both.
   */
  readonly expects: 'full' | 'filling';
}

/** What became of it, and the theoretical arrival time thereafter. */
export interface Advanced {
  readonly granted: boolean;
  readonly arrivalTime: number;
}

/** The buckets that execution environments share, by key; absent: full. */
export interface CellRates {
  /** Carries out the write if the bucket is what it expects and has room. Rejects where the store fails. */
  advance(key: string, advance: Advance): Promise<Advanced>;
}
