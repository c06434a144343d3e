// The settings of usage plans: what is accepted, and how a plan is divided into leases and a shared bucket.
import { describe, expect, it } from 'vitest';
import {
  leaseTermsOf,
  MAX_SKEW_MS,
  parseUsagePlans,
  smallestBurstOf,
  usagePlanBounds,
} from '../../../service/usage-plans/plan.ts';

const plan = { rateLimit: 100, burstLimit: 200 };
const settings = {
  default: plan,
  registration: { rateLimit: 1, burstLimit: 5 },
  applications: { Yellow: plan },
};

const parse = (changes: object) => () => parseUsagePlans(JSON.stringify({ ...settings, ...changes }));

describe('parseUsagePlans', () => {
  it('reads the default plan, the registration’s, and those of applications', () => {
    expect(parseUsagePlans(JSON.stringify(settings))).toEqual(settings);
  });

  it.each([
    [
      'a rate that is no whole number',
      { default: { rateLimit: 1.5, burstLimit: 5 } },
      'default.rateLimit: must be a whole number from 1 to 10000',
    ],
    [
      'a rate of nothing',
      { default: { rateLimit: 0, burstLimit: 5 } },
      'default.rateLimit: must be a whole number from 1 to 10000',
    ],
    [
      'a rate beyond the bound',
      { default: { rateLimit: 10_001, burstLimit: 20_000 } },
      'default.rateLimit: must be a whole number from 1 to 10000',
    ],
    [
      'a burst beyond the bound',
      { registration: { rateLimit: 1, burstLimit: 50_001 } },
      'registration.burstLimit: must be a whole number from 3 to 50000',
    ],
    [
      'a burst too small for its rate',
      { applications: { Yellow: { rateLimit: 100, burstLimit: 49 } } },
      'applications.Yellow.burstLimit: must be at least 50 for this rateLimit',
    ],
    [
      'a plan without a burst',
      { default: { rateLimit: 1 } },
      'default.burstLimit: must be a whole number from 3 to 50000',
    ],
    [
      'an application that no role can be named like',
      { applications: { 'a/b': plan } },
      'applications.a/b: must be plans by the name of an application’s role',
    ],
    [
      'a plan that has more than it may, and wrong limits',
      { default: { rateLimit: 0, burstLimit: 5, quota: 1 }, quota: 1 },
      'default.rateLimit: must be a whole number from 1 to 10000; ' +
        'default: must have a rateLimit and a burstLimit, and nothing else; ' +
        'must have default, registration and applications, and nothing else',
    ],
  ])('refuses %s, naming it', (_, changes, message) => {
    expect(parse(changes)).toThrow(new Error(`wrong usage plans: ${message}`));
  });

  it.each([
    [
      'a setting that it does not know',
      { quota: 5 },
      'must have default, registration and applications, and nothing else',
    ],
    [
      'no default',
      { default: undefined },
      'default: must have a rateLimit and a burstLimit, and nothing else',
    ],
    [
      'a plan with more',
      { default: { ...plan, quota: 5 } },
      'default: must have a rateLimit and a burstLimit, and nothing else',
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(parse(changes)).toThrow(new Error(`wrong usage plans: ${message}`));
  });

  it('names everything that is wrong', () => {
    expect(parse({ default: 5, registration: { rateLimit: 0, burstLimit: 5 } })).toThrow(
      /^wrong usage plans: default: must .+; registration\.rateLimit: must .+$/,
    );
  });

  it('refuses what is not JSON without quoting it', () => {
    expect(() => parseUsagePlans('{"default": canary')).toThrow(new Error('wrong usage plans: not JSON'));
  });
});

describe('the terms of leases', () => {
  it.each([
    [
      { rateLimit: 1, burstLimit: 5 },
      { validMs: 1000, sharedBurst: 3.9 },
    ],
    [
      { rateLimit: 10, burstLimit: 20 },
      { validMs: 950, sharedBurst: 9.5 },
    ],
    [
      { rateLimit: 100, burstLimit: 200 },
      { validMs: 950, sharedBurst: 95 },
    ],
    [
      { rateLimit: 1000, burstLimit: 1000 },
      { validMs: 450, sharedBurst: 450 },
    ],
    [
      { rateLimit: 1, burstLimit: 3 },
      { validMs: 900, sharedBurst: 2 },
    ],
  ])('of %j are %j', (ofPlan, terms) => {
    const { validMs, sharedBurst } = leaseTermsOf(ofPlan);
    expect(validMs).toBeCloseTo(terms.validMs, 6);
    expect(sharedBurst).toBeCloseTo(terms.sharedBurst, 6);
  });

  it('leave, of the smallest burst of any rate, a lease of 200 ms and two admissions', () => {
    const { minimum, maximum } = usagePlanBounds.rateLimit;
    for (let rateLimit = minimum; rateLimit <= maximum; rateLimit += 1) {
      const burstLimit = smallestBurstOf(rateLimit);
      const { validMs, sharedBurst } = leaseTermsOf({ rateLimit, burstLimit });
      expect(validMs).toBeGreaterThanOrEqual(200 - 1e-6);
      expect(sharedBurst).toBeGreaterThanOrEqual(2 - 1e-6);
      expect(sharedBurst + (rateLimit * (validMs + MAX_SKEW_MS)) / 1000).toBeCloseTo(burstLimit, 6);
    }
  });

  it('make no burst smaller than it must be', () => {
    expect([1, 10, 100, 1000, 10_000].map(smallestBurstOf)).toEqual([3, 5, 50, 500, 5_000]);
  });
});
