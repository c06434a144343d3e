// An execution environment's share of one application's plan: the lease it holds, and what it knows of the bucket.
import type { Clock } from '../clock.ts';
import { Backoff } from './backoff.ts';
import { CellRate, microseconds } from './cell-rate.ts';
import { leaseTermsOf, type UsagePlan } from './plan.ts';
import {
  type BucketState,
  type CellRates,
  NEVER_WRITTEN,
  SharedBucket,
  type Standing,
} from './shared-bucket.ts';
import { TooManyRequests } from './too-many-requests.ts';

/** What the shares of all applications have in common. */
export interface PlanShareParts {
  readonly cellRates: CellRates;
  readonly now: Clock;
  /** 0 to 1, exclusive. */
  readonly random: () => number;
  /** Told of every call to the shared buckets that failed; must not throw. */
  readonly onFailure: (error: unknown) => void;
}

/** A request that awaits the shared bucket's answer. */
interface Waiter {
  admit(): void;
  refuse(error: TooManyRequests): void;
}

/** Longest that a refusal is believed: an item that a wrong clock wrote can be mended by deleting it. */
const LONGEST_REFUSAL_MS = 30_000;
/** How long a store that failed is left alone. */
const REST_MS = 1_000;

export class PlanShare {
  readonly #validMs: number;
  readonly #shared: SharedBucket;
  /** Most admissions that are leased before anybody waits for them. */
  readonly #most: number;
  /** The shared bucket by its last answer. Others move it on, and nobody back. */
  #known = NEVER_WRITTEN;
  /** How the last refusal found it: others charge it, too, and it seldom stands as what is old would have it. */
  #found: Standing | undefined;

  /** Admissions of the last lease, and those of it that are left. */
  #leased = 1;
  #left = 0;
  #leaseEndsAt = 0;

  /** Requests in the time that a lease is valid, this one included, fading exponentially. */
  #demand = 0;
  #lastRequestAt = 0;

  readonly #waiting: Waiter[] = [];
  #isAsking = false;
  #refusedUntil = 0;
  readonly #backoff: Backoff;

  /** The environment's own bucket, of the whole plan, for while the shared one cannot be asked. */
  readonly #own: CellRate;
  #ownArrivalTime = 0;
  #aloneUntil = 0;

  constructor(
    private readonly key: string,
    private readonly plan: UsagePlan,
    private readonly parts: PlanShareParts,
  ) {
    const { validMs, sharedBurst } = leaseTermsOf(plan);
    this.#validMs = validMs;
    this.#shared = new SharedBucket(plan);
    this.#most = Math.ceil(Math.floor(sharedBurst) / 2);
    this.#own = new CellRate(plan.rateLimit, plan.burstLimit);
    this.#backoff = new Backoff(parts.random);
  }

  /** See {@link UsagePlans.begin}. */
  admit(): Promise<void> | undefined {
    const now = this.parts.now();
    this.#demand = 1 + this.#demand * Math.exp(Math.min(0, this.#lastRequestAt - now) / this.#validMs);
    this.#lastRequestAt = now;
    if (this.#left > 0 && now < this.#leaseEndsAt) {
      this.#left -= 1;
      return undefined;
    }
    if (now < this.#aloneUntil) return this.#admitAlone(now);
    if (this.#isAsking) return this.#wait();
    if (this.#size(now) === 0) {
      this.#backoff.pass();
      throw this.#refusal(now);
    }
    const admission = this.#wait();
    void this.#serve();
    return admission;
  }

  #wait(): Promise<void> {
    const admission = new Promise<void>((admit, refuse) => {
      this.#waiting.push({ admit, refuse });
    });
    // A request that fails on its way never comes to await it.
    admission.catch(() => undefined);
    return admission;
  }

  /** Asks until nobody waits: one call at a time, and those that come meanwhile wait for the next. */
  async #serve(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.#waiting.length > 0) await this.#ask();
    } catch (error) {
      this.#standAlone(error);
    } finally {
      this.#isAsking = false;
    }
  }

  async #ask(): Promise<void> {
    const askedAt = this.parts.now();
    const size = this.#size(askedAt);
    // Whoever waits beyond the room that there is at most is refused now, whatever the answer will be.
    const room = size === 0 ? 0 : this.#shared.room(this.#known, askedAt);
    for (const waiter of this.#waiting.splice(room)) waiter.refuse(this.#refusal(askedAt));
    if (size === 0) return;

    const standing = this.#shared.standing(this.#known, askedAt);
    const expects = standing === 'filling' ? standing : (this.#found ?? standing);
    const answer = await this.parts.cellRates.advance(
      this.key,
      this.#shared.charge(size, askedAt, this.#known, expects),
    );
    const now = this.parts.now();
    // Counted from the asking: until then the shared bucket's burst makes up for it, and no longer.
    if (now >= askedAt + this.#validMs) throw new Error('the shared bucket answered too late');
    const farthest = microseconds(now + LONGEST_REFUSAL_MS) + this.#shared.burst - this.#shared.lag;
    this.#known = { arrivalTime: Math.min(answer.arrivalTime, farthest), reserve: answer.reserve };
    if (answer.granted) this.#granted(size, askedAt, now);
    else this.#refused(answer, now);
  }

  #granted(size: number, askedAt: number, now: number): void {
    this.#leased = size;
    this.#left = size;
    this.#leaseEndsAt = askedAt + this.#validMs;
    for (const waiter of this.#waiting.splice(0, size)) {
      this.#left -= 1;
      waiter.admit();
    }
    this.#backoff.granted(now, this.#shared.fillBefore(this.#known, size, now));
  }

  #refused(found: BucketState, now: number): void {
    // As of now, when it is asked again: it may have filled while the answer was on its way.
    this.#found = this.#shared.standing(found, now);
    this.#backoff.found(this.#shared.fillBefore(found, 0, now));
    // Where the bucket was only another than expected, or has some, the next turn asks again.
    if (this.#size(now) > 0) return;
    this.#backoff.refused(now, this.#validMs / this.#demand);
  }

  /**
   * How many admissions to ask for; 0 where, by what is known, it is no use. A bucket without room for what is
   * wanted is drained to the last, and then left alone until it has that much: few large leases, not many of one.
   */
  #size(now: number): number {
    if (now < this.#refusedUntil || this.#backoff.holds(now)) return 0;
    const wanted = this.#wanted();
    const room = this.#shared.room(this.#known, now);
    // Those who wait spend theirs at once: nothing that they are asked for is lost.
    if (room >= wanted) return Math.max(wanted, Math.min(room, this.#waiting.length));
    if (room >= 1 && !this.#backoff.isActive) return room;
    this.#refusedUntil = this.#shared.fitsAt(this.#known, wanted);
    return 0;
  }

  /**
   * Half of what is likely to come while the lease is valid, no more than twice what was spent of the last one,
   * and at most half of what the shared bucket has while in use: what is leased and not spent is lost.
   */
  #wanted(): number {
    const spent = this.#leased - this.#left;
    const likely = 1 + Math.floor((this.#demand - 1) / 2);
    const proven = this.#left > 0 ? Math.max(1, spent) : 2 * spent;
    return Math.min(this.#most, Math.max(this.#waiting.length, Math.min(likely, proven)));
  }

  #refusal(now: number): TooManyRequests {
    return new TooManyRequests(this.plan, this.#refusedUntil - now);
  }

  #standAlone(error: unknown): void {
    const now = this.parts.now();
    this.#aloneUntil = now + REST_MS;
    for (const { admit, refuse } of this.#waiting.splice(0)) {
      try {
        this.#admitAlone(now);
        admit();
      } catch (refusal) {
        refuse(refusal as TooManyRequests);
      }
    }
    this.parts.onFailure(error);
  }

  #admitAlone(now: number): undefined {
    if (this.#own.room(this.#ownArrivalTime, now) < 1) {
      throw new TooManyRequests(this.plan, this.#own.fitsAt(this.#ownArrivalTime, 1) - now);
    }
    this.#ownArrivalTime = Math.max(this.#ownArrivalTime, microseconds(now)) + this.#own.cost(1);
  }
}
