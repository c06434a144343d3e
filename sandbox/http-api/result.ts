// What API Gateway makes of a function's result in payload format 2.0.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
import { z } from 'zod';
import type { HttpAnswer } from './exchange.ts';

const structured = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Headers that belong to the connection between API Gateway and its client. */
const hopHeaders = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/**
 * A result with a `statusCode` is an answer by itself; any other becomes the body of a 200. `undefined` for
 * one that is malformed, which the client sees as a 500.
 *
 * @param payload the function's result as JSON text
 */
export function answerOf(payload: string): HttpAnswer | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    const body = Buffer.from(typeof result === 'string' ? result : payload);
    return { statusCode: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const given = Object.entries(headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !hopHeaders.has(name));
  const { 'set-cookie': cookie, ...others } = Object.fromEntries(given);
  return {
    statusCode,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...others },
    cookies: [...(cookie === undefined ? [] : [cookie]), ...(cookies ?? [])],
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}
