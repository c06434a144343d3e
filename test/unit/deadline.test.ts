// The deadline of a request.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withinBudget } from '../../service/deadline.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const BUDGET_MS = 8_000;
const endingAfter = (ms: number) => new Promise<string>((resolve) => setTimeout(() => resolve('done'), ms));

describe('withinBudget', () => {
  it('gives the result of what ends in time, and leaves no timer behind', async () => {
    const result = withinBudget(BUDGET_MS, endingAfter(BUDGET_MS - 1));
    await vi.advanceTimersByTimeAsync(BUDGET_MS - 1);

    await expect(result).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives the rejection of what fails in time, and leaves no timer behind', async () => {
    const failure = new Error('failed');

    await expect(withinBudget(BUDGET_MS, Promise.reject(failure))).rejects.toBe(failure);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('refuses what takes longer', async () => {
    const refused = expect(withinBudget(BUDGET_MS, endingAfter(BUDGET_MS + 1))).rejects.toMatchObject({
      code: 'DeadlineExceeded',
      statusCode: 503,
      message: 'the request took longer than its budget',
    });
    await vi.advanceTimersByTimeAsync(BUDGET_MS);
    await refused;
  });

  it('hears of no rejection that comes too late', async () => {
    const late = endingAfter(BUDGET_MS + 1).then(() => Promise.reject(new Error('late')));
    const refused = expect(withinBudget(BUDGET_MS, late)).rejects.toMatchObject({ code: 'DeadlineExceeded' });
    await vi.advanceTimersByTimeAsync(BUDGET_MS);
    await refused;
    // An unhandled rejection would fail this test's run.
    await vi.advanceTimersByTimeAsync(1);
  });
});
