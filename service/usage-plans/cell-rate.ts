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
    return this.admissions(this.burst - ahead);
  }

  /** How many admissions so many microseconds amount to. */
  admissions(microseconds: number): number {
    return Math.max(0, Math.floor((microseconds * this.rateLimit) / 1_000_000));
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
