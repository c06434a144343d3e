// The usage plan authorizer: whether a request is within its application's plan.
import { createLRU } from 'lru.min';
import type { UsagePlan, UsagePlanSettings } from './plan.ts';
import { PlanShare, type PlanShareParts } from './plan-share.ts';

/** Most applications whose leases and refusals are remembered; the least recently used goes first. */
const MAX_APPLICATIONS = 1_000;

/** What a request is for: credentials have the application's plan, its own registration has one beside it. */
export type Use = 'credentials' | 'registration';

export class UsagePlans {
  readonly #shares = createLRU<string, PlanShare>({ max: MAX_APPLICATIONS });

  constructor(
    private readonly plans: UsagePlanSettings,
    private readonly parts: PlanShareParts,
  ) {}

  /**
   * Begins to admit a request: at once, where the environment holds a lease, and otherwise while the request's
   * other steps run. Await what it returns before answering.
   *
   * All environments together admit at most `burstLimit + rateLimit × t` requests in any span of t seconds,
   * counted when they are admitted, as long as their clocks agree within `MAX_SKEW_MS` and the shared
   * buckets can be asked. While these cannot, every environment admits as much by itself.
   *
   * @returns nothing where the request is admitted; a promise where that is not known yet
   * @throws TooManyRequests, at once or as the promise's rejection
   */
  begin(application: string, use: Use = 'credentials'): Promise<void> | undefined {
    // `#` stands in no application's name.
    const key = use === 'credentials' ? application : `${application}#${use}`;
    let share = this.#shares.get(key);
    if (!share) {
      share = new PlanShare(key, this.#planOf(application, use), this.parts);
      this.#shares.set(key, share);
    }
    return share.admit();
  }

  #planOf(application: string, use: Use): UsagePlan {
    if (use === 'registration') return this.plans.registration;
    const { applications } = this.plans;
    const own = Object.hasOwn(applications, application) ? applications[application] : undefined;
    return own ?? this.plans.default;
  }
}
