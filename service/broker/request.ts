// The request: what the broker reads of an API Gateway event, payload format 2.0.
import { BrokerError, shownName } from '../errors.ts';
import { DuplicateMember, parseJson } from '../json.ts';

/** Longest body read, in characters: twice the longest token. */
export const MAX_BODY_LENGTH = 64 * 1024;

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export interface BrokerRequest {
  /** API Gateway's request id. */
  readonly requestId: string;
  readonly method: string;
  /** Decoded, as API Gateway gives it. */
  readonly path: string;
  /** Decoded; a repeated parameter's values are joined by commas. */
  readonly query: Readonly<Record<string, unknown>>;
  /** Decoded from base64 where API Gateway encoded it. */
  readonly body: string | undefined;
  /** `requestContext.authorizer.iam`, unverified in form. */
  readonly iam: unknown;
}

/**
 * Reads an event.
 *
 * @throws BrokerError InvalidRequest when it is not an HTTP API's event
 */
export function readRequest(event: unknown): BrokerRequest {
  const { version, rawPath, requestContext, queryStringParameters, body, isBase64Encoded } = record(event);
  const { http, requestId, authorizer } = record(requestContext);
  const { method } = record(http);
  if (version !== '2.0' || typeof rawPath !== 'string' || typeof method !== 'string') {
    throw new BrokerError('InvalidRequest', 'the event is not an HTTP API request of payload format 2.0');
  }
  return {
    requestId: typeof requestId === 'string' ? requestId : '',
    method,
    path: rawPath,
    query: record(queryStringParameters),
    body: typeof body === 'string' && isBase64Encoded === true ? fromBase64(body) : optionalText(body),
    iam: record(authorizer)['iam'],
  };
}

/**
 * The body as JSON.
 *
 * @throws BrokerError InvalidRequest; the message quotes nothing of the body
 */
export function jsonBodyOf({ body }: BrokerRequest): unknown {
  if (body !== undefined && body.length > MAX_BODY_LENGTH) {
    throw new BrokerError('InvalidRequest', `the body is longer than ${MAX_BODY_LENGTH} characters`);
  }
  if (body === undefined || body === '')
    throw new BrokerError('InvalidRequest', 'the body must be a JSON object');
  try {
    const document = parseJson(body);
    // A key that assigning to would lose, and with it what the caller asked for; written out, or with an escape.
    if (/__proto__|\\u/.test(body)) {
      JSON.parse(body, (key, value) => {
        if (key === '__proto__') throw new SyntaxError('__proto__');
        return value;
      });
    }
    return document;
  } catch (cause) {
    const problem = cause instanceof DuplicateMember ? 'has a member twice' : 'is not valid JSON';
    throw new BrokerError('InvalidRequest', `the body ${problem}`, { cause });
  }
}

/** @throws BrokerError InvalidRequest, naming the first query parameter that is not among the expected */
export function refuseOtherParameters({ query }: BrokerRequest, ...expected: string[]): void {
  const unknown = Object.keys(query).find((name) => !expected.includes(name));
  if (unknown !== undefined) {
    throw new BrokerError('InvalidRequest', `${shownName(unknown)}: not a query parameter of this request`);
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fromBase64(body: string): string {
  return Buffer.from(body, 'base64').toString('utf8');
}
