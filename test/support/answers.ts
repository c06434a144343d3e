// What the HTTP contract says of every answer.
import { expect } from 'vitest';
import type { Answered } from './broker.ts';

/** Status, body and headers, all of them. */
export function expectAnswer(
  { statusCode, headers, body }: Answered,
  status: number,
  expected: unknown,
): void {
  expect({ statusCode, body }).toEqual({ statusCode: status, body: expected });
  expect(headers).toEqual({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    ...(status === 503 && { 'retry-after': '1' }),
  });
}

/** The body of a refusal. */
export function errorOf(code: string, message: string, requestId = 'request-1') {
  return { code, message, requestId };
}
