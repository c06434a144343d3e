// The refusal over a plan, and its header fields.
import { describe, expect, it } from 'vitest';
import { rateLimitHeaders, TooManyRequests } from '../../../service/usage-plans/too-many-requests.ts';

const plan = { rateLimit: 100, burstLimit: 200 };

describe('TooManyRequests', () => {
  it('is a denial that names the plan', () => {
    expect(new TooManyRequests(plan, 0)).toMatchObject({
      code: 'TooManyRequests',
      statusCode: 429,
      isDenial: true,
      message: 'over the usage plan of 100 requests a second and, after a rest, 200 at once',
    });
  });

  it.each([
    [-5, 1],
    [0, 1],
    [1, 1],
    [1_000, 1],
    [1_001, 2],
    [30_000, 30],
  ])('asks a caller that must wait %i ms to wait %i s', (waitMs, seconds) => {
    expect(new TooManyRequests(plan, waitMs).retryAfterSeconds).toBe(seconds);
  });

  it('has the fields of draft-ietf-httpapi-ratelimit-headers-11', () => {
    expect(rateLimitHeaders(new TooManyRequests(plan, 1_500))).toEqual({
      'ratelimit-policy': '"usage-plan";q=100;w=1',
      ratelimit: '"usage-plan";r=0;t=2',
    });
  });
});
