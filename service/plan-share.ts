// An execution environment's share of one application's plan: the lease it holds, and what it knows of the bucket.
import { type CellRate, type CellRates, cellRateOf } from './cell-rate.ts';
import type { Clock } from './clock.ts';
import { TooManyRequests } from './too-many-requests.ts';
import { leaseTermsOf, type UsagePlan } from './usage-plan.ts';

/** What the shares of all applications have in common. */
export interface PlanShareParts {
  readonly cellRates: CellRates;
  readonly now: Clock;
  /** 0 to 1, exclusive: spreads what would otherwise happen at once in every environment. */
  readonly random: () => number;
  /** Told of every call to the table that failed. */
  readonly onFailure: (error: unknown) => void;
}

interface Waiter {
  admit(): void;
  refuse(error: TooManyRequests): void;
}

/** Longest that a refusal is remembered, whatever the table says and however often it says it. */
const LONGEST_BACKOFF_MS = 30_000;
/** How long a table that failed is left alone. */
const REST_MS = 1_000;
const UP = Number(process.env.UP ?? 2), DOWN = Number(process.env.DOWN ?? 2);

export class PlanShare {
  readonly #bucket: CellRate;
  readonly #validMs: number;
  /** The environment's own bucket, for while the table fails. */
  readonly #ownBucket: CellRate;
  #ownArrivalTime = 0;
  #restsUntil = 0;

  #held = 0;
  #heldUntil = 0;
  /** Earliest that the shared bucket's arrival time can be, in microseconds: others may have moved it on. */
  #arrivalTime = 0;
  #notBefore = 0;
  #backoffMs = 0;
  /** Requests of the last `validMs`, fading exponentially. */
  #demand = 0;
  #demandAt = 0;
  readonly #waiting: Waiter[] = [];
  #isAsking = false;
  #expects: 'full' | 'filling' = 'full';

  constructor(
    private readonly key: string,
    private readonly plan: UsagePlan,
    private readonly parts: PlanShareParts,
  ) {
    const { validMs, sharedBurst } = leaseTermsOf(plan);
    this.#validMs = validMs;
    this.#bucket = cellRateOf(plan.rateLimit, sharedBurst);
    this.#ownBucket = cellRateOf(plan.rateLimit, plan.burstLimit);
  }

  admit(): Promise<void> | undefined {
    const now = this.parts.now();
    this.#demand = this.#demand * Math.exp((this.#demandAt - now) / this.#validMs) + 1;
    this.#demandAt = now;
    if (this.#held > 0 && now < this.#heldUntil) {
      this.#held -= 1;
      return undefined;
    }
    if (now < this.#restsUntil) return this.#admitAlone(now);
    if (!this.#isAsking && this.#sizeAt(now) < 1) throw this.#refusal(this.#notBefore - now);
    const admission = new Promise<void>((admit, refuse) => {
      this.#waiting.push({ admit, refuse });
    });
    // Whoever began it may have failed at something else and never awaits it.
    admission.catch(() => undefined);
    if (!this.#isAsking) void this.#serve();
    return admission;
  }

  async #serve(): Promise<void> {
    this.#isAsking = true;
    try {
      while (this.#waiting.length > 0) await this.#ask();
    } catch (error) {
      this.parts.onFailure(error);
      const now = this.parts.now();
      this.#restsUntil = now + REST_MS;
      for (const waiter of this.#waiting.splice(0)) this.#serveAlone(waiter, now);
    } finally {
      this.#isAsking = false;
    }
  }

  /** How many admissions to ask for; 0 where it would be refused, or was lately. */
  #sizeAt(now: number): number {
    if (now < this.#notBefore) return 0;
    const wanted = this.#wanted();
    const room = this.#room(now);
    if (room >= wanted) return wanted;
    if (room >= 1 && this.#backoffMs === 0) return room;
    this.#notBefore = this.#fitsAt(wanted);
    return 0;
  }

  async #ask(): Promise<void> {
    const { cellRates, now } = this.parts;
    const askedAt = now();
    const size = this.#sizeAt(askedAt);
    if (size === 0) {
      const refusal = this.#refusal(this.#notBefore - askedAt);
      for (const waiter of this.#waiting.splice(0)) waiter.refuse(refusal);
      return;
    }
    const hopeless = this.#waiting.splice(this.#room(askedAt));
    for (const waiter of hopeless) waiter.refuse(this.#refusal(this.#fitsAt(1) - askedAt));
    if (this.#arrivalTime > askedAt * 1000) this.#expects = 'filling';
    const outcome = await cellRates.advance(this.key, {
      now: askedAt * 1000,
      cost: this.#bucket.cost(size),
      burst: this.#bucket.burst,
      expects: this.#expects,
    });
    const answeredAt = now();
    if (answeredAt >= askedAt + this.#validMs) throw new Error('the lease came too late');
    this.#arrivalTime = outcome.arrivalTime;
    if (outcome.granted) this.#grant(size, askedAt, answeredAt);
    else this.#learn(askedAt, answeredAt);
  }

  #grant(size: number, askedAt: number, now: number): void {
    this.#held = size;
    this.#heldUntil = askedAt + this.#validMs;
    for (const waiter of this.#waiting.splice(0, size)) {
      this.#held -= 1;
      waiter.admit();
    }
    if (this.#backoffMs === 0) return;
    if ((this.#room(now) + size) * 2 > this.#bucket.burst / this.#bucket.cost(1)) this.#backoffMs = this.#backoffMs < 2 ? 0 : this.#backoffMs / DOWN;
    else this.#notBefore = now + this.#spread(this.#backoffMs);
  }

  #learn(askedAt: number, now: number): void {
    this.#expects = this.#arrivalTime > askedAt * 1000 ? 'filling' : 'full';
    const wanted = this.#wanted();
    const room = this.#room(now);
    if (room >= wanted || (room >= 1 && this.#backoffMs === 0)) return;
    this.#backoffMs = Math.min(
      LONGEST_BACKOFF_MS,
      Math.max(UP * this.#backoffMs, this.#fitsAt(wanted) - now, 1),
    );
    this.#notBefore = now + this.#spread(this.#backoffMs);
  }

  #wanted(): number {
    const most = Math.max(1, Math.floor(this.#bucket.burst / this.#bucket.cost(1) / 2));
    return Math.min(most, Math.max(this.#waiting.length, 1 + Math.floor((this.#demand - 1) / 2)));
  }

  #room(now: number): number {
    const room = this.#bucket.burst - Math.max(0, this.#arrivalTime - now * 1000);
    return Math.floor(room / this.#bucket.cost(1));
  }

  #fitsAt(size: number): number {
    return (this.#arrivalTime + this.#bucket.cost(size) - this.#bucket.burst) / 1000;
  }

  #spread(ms: number): number {
    return ms * (0.5 + this.parts.random());
  }

  #refusal(waitMs: number): TooManyRequests {
    return new TooManyRequests(this.plan, waitMs);
  }

  #admitAlone(now: number): undefined {
    const at = Math.max(this.#ownArrivalTime, now * 1000) + this.#ownBucket.cost(1);
    const over = at - this.#ownBucket.burst - now * 1000;
    if (over > 0) throw this.#refusal(over / 1000);
    this.#ownArrivalTime = at;
  }

  #serveAlone(waiter: Waiter, now: number): void {
    try {
      this.#admitAlone(now);
      waiter.admit();
    } catch (error) {
      waiter.refuse(error as TooManyRequests);
    }
  }
}
