// What an answer that serves nothing becomes: an error with a code, and with nothing of the token.
import { SessionBrokerError, type SessionBrokerErrorCode } from './errors.ts';
import type { HttpAnswer } from './https.ts';

const LONGEST_MESSAGE = 2_000;

/** A refusal of the broker, or of the gateway before it, which has no `code`. */
export function refusalOf(answer: HttpAnswer, token?: string): SessionBrokerError {
  const { code, message, requestId } = fieldsOf(answer.text);
  const { status: statusCode } = answer;
  const said = withoutToken(message ?? '', token).slice(0, LONGEST_MESSAGE);
  const details = {
    statusCode,
    requestId: requestId ?? headerOf(answer, 'apigw-requestid'),
    retryAfterSeconds: secondsOf(headerOf(answer, 'retry-after')),
  };
  if (code !== undefined && /^[A-Za-z]{1,64}$/.test(code) && statusCode >= 400) {
    return new SessionBrokerError(said || `the broker answered ${statusCode}`, { ...details, code });
  }
  const [gatewayCode, meaning] = gatewayMeaning(statusCode);
  const quoted = said && ` (${said})`;
  return new SessionBrokerError(`${statusCode}${quoted}: ${meaning}`, { ...details, code: gatewayCode });
}

function gatewayMeaning(statusCode: number): [SessionBrokerErrorCode, string] {
  if (statusCode === 429) return ['GatewayThrottled', 'the throttle that all applications share'];
  if (statusCode >= 500) return ['GatewayFailed', 'the gateway could not invoke the broker'];
  if (statusCode < 400) return ['UnexpectedAnswer', 'what answers is no broker: see endpoint'];
  if (statusCode === 404) {
    return [
      'GatewayRefused',
      'the gateway has no such route: see endpoint, and whether this broker gives access to data',
    ];
  }
  return [
    'GatewayRefused',
    'the gateway refused the request: see endpoint, region, credentials, and the role’s permission execute-api:Invoke',
  ];
}

/** A 2xx that holds something else. */
export function unexpected({ status }: HttpAnswer): SessionBrokerError {
  return unexpectedContent(`the answer ${status} is no JSON object`, status);
}

export function unexpectedContent(problem: string, statusCode?: number): SessionBrokerError {
  return new SessionBrokerError(`${problem}: what answers is no broker, see endpoint`, {
    code: 'UnexpectedAnswer',
    statusCode,
  });
}

/** Of the failure its code alone: a message may quote what was sent. */
export function noAnswer(failure: unknown): SessionBrokerError {
  const { name, code } = (failure ?? {}) as { name?: unknown; code?: unknown };
  const isLate = name === 'TimeoutError' || name === 'AbortError';
  const reason = isLate ? 'not in time' : typeof code === 'string' ? code : 'the connection failed';
  return new SessionBrokerError(`the broker did not answer: ${reason}`, { code: 'NoAnswer' });
}

function fieldsOf(text: string): Partial<Record<'code' | 'message' | 'requestId', string>> {
  try {
    const { code, message, requestId } = Object(JSON.parse(text)) as Record<string, unknown>;
    return {
      ...(typeof code === 'string' && { code }),
      ...(typeof message === 'string' && { message }),
      ...(typeof requestId === 'string' && { requestId: requestId.slice(0, 100) }),
    };
  } catch {
    return {};
  }
}

/** The broker quotes no token; whatever else answers may. */
function withoutToken(text: string, token: string | undefined): string {
  if (!token) return text;
  const parts = [token, ...token.split('.').filter(({ length }) => length >= 16)];
  return parts.reduce((rest, part) => rest.replaceAll(part, '(token)'), text);
}

function headerOf({ headers }: HttpAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function secondsOf(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
}
