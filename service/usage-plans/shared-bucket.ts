// The bucket that execution environments share: what is known of it, what may be charged to it, and by which write.
import { CellRate, microseconds } from './cell-rate.ts';
import { leaseTermsOf, type UsagePlan } from './plan.ts';

/** What the bucket remembers, in whole microseconds. */
export interface BucketState {
  /** The theoretical arrival time, since the epoch: when the bucket is full again. */
  readonly arrivalTime: number;
  /** What may be charged however far that lies ahead: all that was free when it was last full, less what was charged since. */
  readonly reserve: number;
}

/**
 * How a bucket stands. It was full for as long as anything charged before may still be spent (`rested`); or it has just
 * become full, and has less left in reserve than it gets anew (`full`) or more (`reserved`); or it is `filling`.
 */
export type Standing = 'rested' | 'full' | 'reserved' | 'filling';

/** One conditional write to a shared bucket. Times are in microseconds. */
export interface Advance {
  /** The writer's clock: the store has none. */
  readonly now: number;
  readonly cost: number;
  /** {@link SharedBucket.burst} */
  readonly burst: number;
  /** {@link SharedBucket.lag} */
  readonly lag: number;
  /** The arrival time that the writer was told last: where it is another, the writer does not know the reserve. */
  readonly known: number;
  /**
   * The write takes effect on no bucket that stands otherwise: DynamoDB's expressions have no maximum, by which one
   * write could be right for all.
   */
  readonly expects: Standing;
}

/** What became of the write, and the state that it left or found. */
export interface Advanced extends BucketState {
  readonly granted: boolean;
}

/** The shared buckets, by key; one that was never written is rested. */
export interface CellRates {
  /** Charges the bucket where it stands as the write expects and has room. Rejects where the store fails. */
  advance(key: string, advance: Advance): Promise<Advanced>;
}

/** What a thousand charges round up by, in microseconds. */
const MOST_ROUNDING = 1_000;

/** A bucket that was never written. */
export const NEVER_WRITTEN: BucketState = { arrivalTime: 0, reserve: 0 };

/**
 * The arithmetic of a plan's shared bucket.
 *
 * What is charged may be spent until a lag later. So of the plan's burst, what the rate amounts to in the lag is free
 * only where as much cannot be out: as long as the bucket has been full, and as its reserve. No charge is larger than
 * leaves `burst + rate × (span − lag)` charged in any span, and `burst` in one that is shorter than the lag: the proof
 * is in docs/adr/0045.
 */
export class SharedBucket {
  readonly #rate: CellRate;
  /** The plan's whole burst. */
  readonly burst: number;
  /** How long after its charge, by any clock, an admission may be spent. */
  readonly lag: number;

  constructor(plan: UsagePlan) {
    this.#rate = new CellRate(plan.rateLimit, plan.burstLimit);
    // Added to both, it takes nothing of what they leave between them, and is no admission: but every charge rounds up.
    const rounding = Math.min(MOST_ROUNDING, this.#rate.cost(1) - 1);
    this.burst = this.#rate.burst + rounding;
    this.lag = Math.ceil(leaseTermsOf(plan).lagMs * 1_000) + rounding;
  }

  /** How many admissions can be charged, at a time in milliseconds since the epoch. */
  room(state: BucketState, now: number): number {
    return this.#rate.admissions(Math.min(this.burst, this.#free(state, now)));
  }

  /** From when on so many can be, in milliseconds since the epoch, if nobody charges any. */
  fitsAt({ arrivalTime }: BucketState, admissions: number): number {
    return (arrivalTime + this.#rate.cost(admissions) + this.lag - this.burst) / 1_000;
  }

  /** How full it was, before the admissions that led to this state: 1 where it was full, 2 where it was rested. */
  fillBefore(state: BucketState, admissions: number, now: number): number {
    const free = this.#free(state, now) + this.#rate.cost(admissions);
    const lasting = this.burst - this.lag;
    return free <= lasting ? free / lasting : 1 + (free - lasting) / this.lag;
  }

  #free({ arrivalTime, reserve }: BucketState, now: number): number {
    return Math.max(this.burst - this.lag - (arrivalTime - microseconds(now)), reserve);
  }

  standing({ arrivalTime, reserve }: BucketState, now: number): Standing {
    const ahead = arrivalTime - microseconds(now);
    if (ahead > 0) return 'filling';
    if (ahead <= -this.lag) return 'rested';
    return reserve > this.burst - this.lag - ahead ? 'reserved' : 'full';
  }

  /** The write that charges so many admissions. */
  charge(admissions: number, now: number, known: BucketState, expects: Standing): Advance {
    const { burst, lag } = this;
    const cost = this.#rate.cost(admissions);
    return { now: microseconds(now), cost, burst, lag, known: known.arrivalTime, expects };
  }
}
