// The request: what is read of an event, and what is refused as none.
import { describe, expect, it } from 'vitest';
import {
  jsonBodyOf,
  MAX_BODY_LENGTH,
  readRequest,
  refuseOtherParameters,
} from '../../../service/broker/request.ts';
import { callerNamed, iamOf } from '../../support/callers.ts';
import { eventOf } from '../../support/events.ts';

const requestWith = (fields: Record<string, unknown>) => readRequest({ ...eventOf('POST /x'), ...fields });
const refusal = (message: string) =>
  expect.objectContaining({ code: 'InvalidRequest', statusCode: 400, message });

describe('readRequest', () => {
  it('reads method, path, query, body, identity and request id', () => {
    expect(readRequest(eventOf('POST /credentials', { query: { a: '1' }, body: '{}' }))).toEqual({
      requestId: 'request-1',
      method: 'POST',
      path: '/credentials',
      query: { a: '1' },
      body: '{}',
      iam: iamOf(callerNamed('App')),
    });
  });

  it('reads a request that has nothing but its route', () => {
    const event = { version: '2.0', rawPath: '/x', requestContext: { http: { method: 'GET' } } };
    expect(readRequest(event)).toEqual({ requestId: '', method: 'GET', path: '/x', query: {} });
  });

  it('decodes a body that API Gateway encoded', () => {
    expect(readRequest(eventOf('POST /x', { body: '{"a":"ä"}', base64: true })).body).toBe('{"a":"ä"}');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'GET /credentials'],
    ['a list', []],
    ['an empty object', {}],
    ['payload format 1.0', { ...eventOf('GET /x'), version: '1.0' }],
    ['a test event of the console', { key1: 'value1', key2: 'value2' }],
    ['an event without a path', { ...eventOf('GET /x'), rawPath: undefined }],
    ['an event without a context', { ...eventOf('GET /x'), requestContext: undefined }],
    ['an event without a method', { ...eventOf('GET /x'), requestContext: { http: {} } }],
  ])('refuses %s', (_, event) => {
    expect(() => readRequest(event)).toThrow(
      refusal('the event is not an HTTP API request of payload format 2.0'),
    );
  });
});

describe('jsonBodyOf', () => {
  it.each(['{"a":1}', '[]', 'null', '7', ' {} '])('reads %s', (body) => {
    expect(jsonBodyOf(requestWith({ body }))).toEqual(JSON.parse(body));
  });

  it.each([undefined, '', null, 7, {}])('asks for a body where it is %j', (body) => {
    expect(() => jsonBodyOf(requestWith({ body }))).toThrow(refusal('the body must be a JSON object'));
  });

  it.each(['{', '{"JWT": canary', 'JWT=canary', '{"a":1}x', '\ufeff{}'])(
    'refuses %j, and quotes nothing of it',
    (body) => {
      expect(() => jsonBodyOf(requestWith({ body }))).toThrow(refusal('the body is not valid JSON'));
    },
  );

  it.each(['{"__proto__": {"JWT": "x"}}', '{"SessionTags": {"__proto__": "x"}}'])(
    'refuses %s: the key would be lost',
    (body) => {
      expect(() => jsonBodyOf(requestWith({ body }))).toThrow(refusal('the body is not valid JSON'));
    },
  );

  it('refuses a body nested deeper than it can be read', () => {
    const body = '['.repeat(MAX_BODY_LENGTH / 2) + ']'.repeat(MAX_BODY_LENGTH / 2);
    expect(() => jsonBodyOf(requestWith({ body }))).toThrow(refusal('the body is not valid JSON'));
  });
});

describe('the length of a body', () => {
  const bodyOf = (length: number) => JSON.stringify('x'.repeat(length - 2));
  const tooLong = refusal('the body is longer than 65536 characters');

  it('is 64 Ki characters at most', () => {
    expect(jsonBodyOf(requestWith({ body: bodyOf(65_536) }))).toHaveLength(65_534);
    expect(() => jsonBodyOf(requestWith({ body: bodyOf(65_537) }))).toThrow(tooLong);
  });

  it('is counted when it has been decoded', () => {
    const encoded = (length: number) =>
      requestWith({ body: Buffer.from(bodyOf(length)).toString('base64'), isBase64Encoded: true });
    expect(jsonBodyOf(encoded(65_536))).toHaveLength(65_534);
    expect(() => jsonBodyOf(encoded(65_537))).toThrow(tooLong);
  });

  it('is judged before the body is parsed', () => {
    expect(() => jsonBodyOf(requestWith({ body: '{'.repeat(65_537) }))).toThrow(tooLong);
  });
});

describe('refuseOtherParameters', () => {
  const request = requestWith({ queryStringParameters: { jwt: 'x', limit: '1' } });

  it('lets those pass that are expected', () => {
    expect(() => refuseOtherParameters(request, 'jwt', 'limit')).not.toThrow();
  });

  it('names the first that is not', () => {
    expect(() => refuseOtherParameters(request, 'jwt')).toThrow(
      refusal('limit: not a query parameter of this request'),
    );
    expect(() => refuseOtherParameters(request)).toThrow(
      refusal('jwt: not a query parameter of this request'),
    );
  });

  it('shows nothing of a long name, which may be a token in the wrong place', () => {
    const query = { ['x'.repeat(1_000)]: '1' };
    expect(() => refuseOtherParameters(requestWith({ queryStringParameters: query }))).toThrow(
      refusal('(a name of 1000 characters): not a query parameter of this request'),
    );
  });
});
