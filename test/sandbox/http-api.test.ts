import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { TokenBucket } from '../../sandbox/http-api/token-bucket.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { Gate } from './fixtures/gate.ts';
import { gatewayTemplate } from './fixtures/gateway-template.ts';
import type { ClientSettings } from './fixtures/served-account.ts';
import { type Call, call, type Reply } from './fixtures/signed-request.ts';

let local: DeployedAccount;
let caller: ClientSettings;
/** Where the account's clock stands still, in milliseconds since the epoch. */
let standingAt: number | undefined;

beforeAll(async () => {
  local = await openAccount({ now: () => standingAt ?? Date.now() });
  await local.deploy(gatewayTemplate());
  const { accountId, region } = local.account;
  caller = local.allowed({
    Action: 'execute-api:Invoke',
    Resource: `arn:aws:execute-api:${region}:${accountId}:*/*`,
  });
});
afterAll(() => local.close());

function send(request: Call): Promise<Reply> {
  return call(local.httpApi.url, request);
}

/** Why the gateway refused the newest request: what the client is not told. */
function reason(): string | undefined {
  return local.account.trail.events.findLast(({ service }) => service === 'execute-api')?.errorMessage;
}

const forbidden = { message: 'Forbidden' };

describe('a route with the IAM authorizer', () => {
  test('is open to a caller whose policies allow it', async () => {
    const reply = await send({ path: '/closed?a=1', as: caller });

    expect(reply.statusCode).toBe(200);
    expect(reply.headers['apigw-requestid']).toBe(reply.json.requestContext.requestId);
  });

  test('is open to a caller who is allowed this very route, and closed to one who is allowed another', async () => {
    const { accountId, region } = local.account;
    const api = `arn:aws:execute-api:${region}:${accountId}:${local.httpApi.apis.served?.apiId}/$default`;
    const here = local.allowed({ Action: 'execute-api:Invoke', Resource: `${api}/GET/closed` });
    const there = local.allowed({ Action: 'execute-api:Invoke', Resource: `${api}/POST/closed` });

    expect((await send({ path: '/closed', as: here })).statusCode).toBe(200);
    expect(await send({ path: '/closed', as: there })).toMatchObject({ statusCode: 403, json: forbidden });
    expect(reason()).toMatch(/is not authorized to perform: execute-api:Invoke on resource: .*GET\/closed/);
  });

  test('refuses a request without a signature', async () => {
    const reply = await send({ path: '/closed' });

    expect(reply).toMatchObject({ statusCode: 403, json: forbidden });
    expect(reason()).toMatch(/^MissingAuthenticationToken: /);
  });

  test.each<{ what: string; call: Partial<Call>; because: RegExp }>([
    {
      what: 'with a header changed after signing',
      call: { unsignedHeaders: { 'x-amz-content-sha256': '0'.repeat(64) } },
      because: /^SignatureDoesNotMatch: /,
    },
    { what: 'signed for another service', call: { service: 'sts' }, because: /^SignatureDoesNotMatch: / },
  ])('refuses a request $what', async ({ call: changed, because }) => {
    expect(await send({ path: '/closed', as: caller, ...changed })).toMatchObject({
      statusCode: 403,
      json: forbidden,
    });
    expect(reason()).toMatch(because);
  });

  test.each([
    { what: 'more than five minutes ago', seconds: -301, because: /Signature expired/ },
    { what: 'more than five minutes ahead', seconds: 301, because: /Signature not yet current/ },
    { what: 'five minutes ago', seconds: -300, because: undefined },
    { what: 'five minutes ahead', seconds: 300, because: undefined },
  ])('goes by the time of a request that was signed $what', async ({ seconds, because }) => {
    // On the second, as a signature has it.
    standingAt = Math.floor(Date.now() / 1_000) * 1_000;
    onTestFinished(() => {
      standingAt = undefined;
    });
    const signingDate = new Date(standingAt + seconds * 1_000);

    const { statusCode } = await send({ path: '/closed', as: caller, signingDate });

    expect(statusCode).toBe(because ? 403 : 200);
    if (because) expect(reason()).toMatch(because);
  });

  test('refuses a role of another account, whatever its policies allow', async () => {
    const { identities } = local.account;
    const role = identities.createRole({
      roleName: 'Foreign',
      accountId: '999999999999',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      },
      inlinePolicies: {
        All: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
      },
    });
    const credentials = identities.issueSession(role, { sessionName: 'foreign', durationSeconds: 900 });

    const reply = await send({ path: '/closed', as: { ...caller, credentials } });

    expect(reply).toMatchObject({ statusCode: 403, json: forbidden });
    expect(reason()).toContain('is of another account');
  });
});

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

describe('the gateway by itself', () => {
  test.each([
    { method: 'GET', path: '/nowhere' },
    { method: 'DELETE', path: '/open' },
    { method: 'HEAD', path: '/open' },
    { method: 'GET', path: '//open' },
    { method: 'GET', path: '/open/' },
  ])('answers 404 to $method $path', async ({ method, path }) => {
    const reply = await send({ method, path });

    expect(reply.statusCode).toBe(404);
    if (method !== 'HEAD') expect(reply.json).toEqual({ message: 'Not Found' });
  });

  test('finds a route by its decoded path', async () => {
    expect((await send({ path: '/op%65n' })).json.rawPath).toBe('/open');
  });

  test.each(['/open?a=%zz', '/%zz'])('answers 400 to %s', async (path) => {
    expect(await send({ path })).toMatchObject({ statusCode: 400, json: { message: 'Bad Request' } });
  });

  test('takes 10,240 bytes of request line and header values, and not one more', async () => {
    const { host } = new URL(local.httpApi.url);
    const requestLine = 'GET /open HTTP/1.1';
    const room = 10_240 - requestLine.length - host.length - 'keep-alive'.length;

    const fits = await send({ path: '/open', unsignedHeaders: { 'x-fill': 'x'.repeat(room) } });
    const exceeds = await send({ path: '/open', unsignedHeaders: { 'x-fill': 'x'.repeat(room + 1) } });

    expect(fits.statusCode).toBe(200);
    expect(exceeds).toMatchObject({
      statusCode: 431,
      json: { message: 'Request Header Fields Too Large' },
    });
  });

  test.each([7, 11])('answers 413 to a body of %d MB', async (megabytes) => {
    const reply = await send({
      method: 'POST',
      path: '/closed',
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(megabytes * 1_024 * 1_024),
      as: caller,
    });

    expect(reply).toMatchObject({ statusCode: 413, json: { message: 'Request Entity Too Large' } });
  });

  test('answers 500 when the function fails, and goes on', async () => {
    expect(await send({ path: '/open?do=throw' })).toMatchObject({
      statusCode: 500,
      json: { message: 'Internal Server Error' },
    });
    expect(reason()).toBe('TypeError: thrown on purpose');
    expect(await send({ path: '/open?do=exit' })).toMatchObject({ statusCode: 500 });
    expect(await send({ path: '/open' })).toMatchObject({ statusCode: 200 });
  });

  test('writes the access log in the format of the stage', async () => {
    await send({ path: '/closed' });

    expect(JSON.parse(local.logGroups.lines('access-log').at(-1) ?? '')).toEqual({
      route: 'GET /closed',
      path: '/closed',
      status: '403',
      user: '-',
      error: 'Forbidden',
      integration: '-',
    });
  });

  test('never records the query of a request', async () => {
    await send({ path: '/closed?jwt=CANARY', as: caller });
    await send({ path: '/closed?jwt=CANARY' });
    await send({ path: '/nowhere/CANARY?jwt=CANARY' });

    expect(JSON.stringify(local.account.trail.events)).not.toContain('CANARY');
    expect(
      JSON.stringify(local.logGroups.lines('access-log').filter((l) => !l.includes('/nowhere'))),
    ).not.toContain('CANARY');
  });
});

describe('with another template', () => {
  type Amend = (properties: (logicalId: string) => Record<string, unknown>, template: Template) => void;

  async function deployed(
    amend: Amend,
    check: (send: (request: Call) => Promise<Reply>, account: DeployedAccount) => Promise<void>,
  ): Promise<void> {
    const other = await openAccount();
    try {
      const template = gatewayTemplate();
      amend((logicalId) => template.Resources[logicalId]?.Properties ?? {}, template);
      await other.deploy(template);
      await check((request) => call(other.httpApi.url, request), other);
    } finally {
      await other.close();
    }
  }

  const withoutPermission: { what: string; amend: Amend }[] = [
    {
      what: 'no permission on the alias',
      amend: (_, { Resources }) => delete Resources['OpenPermission'],
    },
    {
      what: 'the permission on the function instead',
      amend: (properties) => {
        properties('OpenPermission')['FunctionName'] = { Ref: 'Function' };
      },
    },
    {
      what: 'the permission for another service',
      amend: (properties) => {
        properties('OpenPermission')['Principal'] = 's3.amazonaws.com';
      },
    },
    {
      what: 'the permission for another path',
      amend: (properties) => {
        properties('OpenPermission')['SourceArn'] = {
          'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/*/other',
        };
      },
    },
  ];
  test.each(withoutPermission)('with $what the gateway may not invoke the function', async ({ amend }) => {
    await deployed(amend, async (send, { account, functions }) => {
      expect(await send({ path: '/open' })).toMatchObject({
        statusCode: 500,
        json: { message: 'Internal Server Error' },
      });
      expect(account.trail.events).toContainEqual(
        expect.objectContaining({
          service: 'lambda',
          operation: 'Invoke',
          callerArn: 'apigateway.amazonaws.com',
          errorMessage: expect.stringMatching(/lambda:InvokeFunction on resource: .*:live .*GET\/open/),
        }),
      );
      expect(functions.all[0]?.environments).toEqual([]);
    });
  });

  test('a function later than the integration allows is a 503, and is not stopped', async () => {
    await deployed(
      (properties) => {
        properties('Integration')['TimeoutInMillis'] = 100;
      },
      async (send, { functions }) => {
        await functions.all[0]?.invoke({}, { qualifier: 'live' });

        const gate = new Gate();

        const reply = await send({
          path: `/open?do=wait&untilThereIs=${encodeURIComponent(gate.path)}`,
        });

        expect(reply).toMatchObject({ statusCode: 503, json: { message: 'Service Unavailable' } });
        gate.open();
        await expect.poll(() => functions.all[0]?.environments[0]?.requestsServed).toBe(2);
      },
    );
  });

  test('more requests than the stage takes are 429', async () => {
    await deployed(
      (properties) => {
        properties('Stage')['DefaultRouteSettings'] = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 };
      },
      async (send) => {
        const statusCodes = [];
        for (let request = 0; request < 3; request += 1) {
          const reply = await send({ path: '/open' });
          statusCodes.push(reply.statusCode);
          if (reply.statusCode === 429) expect(reply.json).toEqual({ message: 'Too Many Requests' });
        }
        expect(statusCodes).toEqual([200, 200, 429]);
      },
    );
  });
});

test('a token bucket saves up to its burst and refills at its rate', () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ rateLimit: 10, burstLimit: 2 }, () => nowMs);
  const taken = () => [bucket.take(), bucket.take(), bucket.take()];

  expect(taken()).toEqual([true, true, false]);
  nowMs = 100;
  expect(taken()).toEqual([true, false, false]);
  nowMs = 60_000;
  expect(taken()).toEqual([true, true, false]);
});
