// Patience: what keeps the product's own time-outs out of a test that is not about them, however busy the machine is.
import { vi } from 'vitest';

/** Variables of the function: longer than anything but a hang takes. */
export const patientVariables = {
  DYNAMODB_TIMEOUT_MS: '240000',
  STS_TIMEOUT_MS: '240000',
  JWKS_TIMEOUT_MS: '240000',
  REQUEST_BUDGET_MS: '240000',
} as const;

/** No `AbortSignal.timeout` of this process ever aborts; until the mocks are restored. */
export function withoutAbortTimeouts(): void {
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => new AbortController().signal);
}

/**
 * Timers of this process, its product code's too, go off when the test lets time pass (`vi.advanceTimersByTime`),
 * until the function that comes back is called. What other processes do takes its own time.
 */
export function holdTimers(): () => void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  return () => void vi.useRealTimers();
}
