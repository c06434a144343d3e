// The generic cell rate algorithm: a token bucket that is kept as one instant.

/**
 * The arithmetic of a bucket of `burst` admissions, not necessarily whole, that fills at `rateLimit` a second.
 *
 * All that a bucket remembers is its theoretical arrival time, the instant at which it will be full again, in
 * whole microseconds since the epoch. An admission moves it on by the time that the rate allows for one; it
 * may lie ahead of the clock by what the burst amounts to. Every rounding is against the caller.
 *
 * https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm (ITU-T I.371, annex A)
 */
export class CellRate {
  /** How far the theoretical arrival time may lie ahead of the clock, in microseconds. */
  readonly burst: number;

  constructor(
    private readonly rateLimit: number,
    burst: number,
  ) {
    this.burst = Math.floor((burst * 1_000_000) / rateLimit);
  }

  /** What so many admissions move the theoretical arrival time on by, in microseconds. */
  cost(admissions: number): number {
    return Math.ceil((admissions * 1_000_000) / this.rateLimit);
  }

  /** How many admissions the bucket has, at a time in milliseconds since the epoch. */
  room(arrivalTime: number, now: number): number {
    const ahead = Math.max(0, arrivalTime - microseconds(now));
    // A clock that is behind the one that moved it on may see it further ahead than the burst.
    return Math.max(0, Math.floor(((this.burst - ahead) * this.rateLimit) / 1_000_000));
  }

  /** From when on it has as many, in milliseconds since the epoch, if nobody takes any. */
  fitsAt(arrivalTime: number, admissions: number): number {
    return (arrivalTime + this.cost(admissions) - this.burst) / 1000;
  }
}

/** The instant in whole microseconds. */
export function microseconds(milliseconds: number): number {
  return Math.floor(milliseconds * 1000);
}

/** One conditional write to a bucket that execution environments share. Times are in microseconds. */
export interface Advance {
  /** The writer's clock: the store has none. */
  readonly now: number;
  readonly cost: number;
  /** {@link CellRate.burst} */
  readonly burst: number;
  /**
   * Which bucket the write is for: one that is full, whose arrival time then counts from `now`, or one that is
   * filling, whose arrival time is moved on. It takes effect on no other: DynamoDB's expressions have no
   * maximum, by which one write could be right for both.
   */
  readonly expects: 'full' | 'filling';
}

/** What became of the write, and the theoretical arrival time that it left or found. */
export interface Advanced {
  readonly granted: boolean;
  readonly arrivalTime: number;
}

/** The shared buckets, by key; one that was never written, or not for long, is full. */
export interface CellRates {
  /** Moves the bucket on where it is what the write expects and has room. Rejects where the store fails. */
  advance(key: string, advance: Advance): Promise<Advanced>;
}
