// The HTTP API and its function: the event that goes in, and the answer made of what comes out.
import { describe, expect, test } from 'vitest';
import { caller, local, reason, send, useGateway } from './fixtures/gateway-account.ts';
import type { Reply } from './fixtures/signed-request.ts';

useGateway();

describe('the event', () => {
  test('is payload format 2.0 with the IAM context of the caller', async () => {
    const { json: event } = await send({
      method: 'POST',
      path: '/closed?a=1&b=x%20y&a=2',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'test', Cookie: 'one=1; two=2' },
      body: '{"kind":"text"}',
      as: caller,
    });

    const { accountId } = local.account;
    const { accessKeyId } = caller.credentials;
    const identity = local.account.identities.findAccessKey(accessKeyId)?.caller;
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /closed',
      rawPath: '/closed',
      rawQueryString: 'a=1&b=x%20y&a=2',
      queryStringParameters: { a: '1,2', b: 'x y' },
      cookies: ['one=1', 'two=2'],
      headers: expect.objectContaining({
        host: new URL(local.httpApi.url).host,
        'content-type': 'application/json',
        'content-length': '15',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      }),
      requestContext: {
        accountId,
        apiId: local.httpApi.apis.served?.apiId,
        authorizer: {
          iam: {
            accessKey: accessKeyId,
            accountId,
            callerId: identity?.userId,
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: identity?.arn,
            userId: identity?.userId,
          },
        },
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/closed',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'POST /closed',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"kind":"text"}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(identity?.userId).toMatch(/^AROA\w{17}:test$/);
  });

  test('joins repeated headers with commas and lowers their names', async () => {
    const { json: event } = await send({ path: '/open', unsignedHeaders: { 'X-Many': ['1', '2'] } });

    expect(event.headers['x-many']).toBe('1,2');
  });

  test('has neither body nor query where the request has none', async () => {
    const { json: event } = await send({ path: '/open' });

    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('queryStringParameters');
    expect(event).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test.each([
    { type: 'text/csv', isBase64Encoded: false },
    { type: 'application/problem+json; charset=utf-8', isBase64Encoded: false },
    { type: 'application/octet-stream', isBase64Encoded: true },
    { type: 'application/x-www-form-urlencoded', isBase64Encoded: true },
  ])('carries a body of $type as base64: $isBase64Encoded', async ({ type, isBase64Encoded }) => {
    const { json: event } = await send({
      method: 'POST',
      path: '/closed',
      headers: { 'content-type': type },
      body: 'body',
      as: caller,
    });

    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'Ym9keQ==' : 'body' });
  });
});

describe("the function's result", () => {
  async function answer(result: unknown): Promise<Reply> {
    const headers = { 'content-type': 'application/json' };
    return send({
      method: 'POST',
      path: '/closed?do=answer',
      headers,
      body: JSON.stringify(result),
      as: caller,
    });
  }

  test('with a status code is the answer', async () => {
    const reply = await answer({
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Number': 1, Connection: 'upgrade' },
      cookies: ['a=1', 'b=2'],
      body: '{"made":true}',
    });

    expect(reply).toMatchObject({ statusCode: 201, json: { made: true } });
    expect(reply.headers).toMatchObject({
      'content-type': 'application/json',
      'x-number': '1',
      'set-cookie': ['a=1', 'b=2'],
      connection: 'keep-alive',
    });
  });

  test('is decoded where it is base64', async () => {
    expect((await answer({ statusCode: 200, body: 'dGV4dA==', isBase64Encoded: true })).text).toBe('text');
  });

  test('without a status code is the body of a 200', async () => {
    expect(await answer({ any: 'thing' })).toMatchObject({ statusCode: 200, text: '{"any":"thing"}' });
    expect(await answer('text')).toMatchObject({ statusCode: 200, text: 'text' });
  });

  test.each([
    { statusCode: 'two hundred' },
    { statusCode: 99 },
    { statusCode: 200, body: { not: 'text' } },
    { statusCode: 200, headers: { nested: {} } },
  ])('that is malformed is a 500: %j', async (malformed) => {
    expect(await answer(malformed)).toMatchObject({
      statusCode: 500,
      json: { message: 'Internal Server Error' },
    });
    expect(reason()).toContain('malformed');
  });
});
