// The routes of an HTTP API: variables, greedy ones, ANY and $default, and which of several takes a request.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type DeployedAccount, openAccount } from './fixtures/deployed-account.ts';
import { openTemplate, portalRoutes } from './fixtures/portal-template.ts';
import { type Call, call } from './fixtures/signed-request.ts';

let local: DeployedAccount;
beforeEach(async () => {
  local = await openAccount();
});
afterEach(() => local.close());

const send = (given: Call) => call(local.httpApi.url, given);

/** The route that the function is told, and what its variables stand for. */
async function taken(method: string, path: string): Promise<[string, unknown]> {
  const reply = await send({ method, path });
  return reply.statusCode === 200
    ? [reply.json.routeKey, reply.json.pathParameters]
    : [String(reply.statusCode), undefined];
}

describe('of several routes', () => {
  // The example of the developer guide, with its requests.
  const example = [
    '$default',
    'ANY /{proxy+}',
    'GET /pets/{proxy+}',
    'GET /pets/dog/{id}',
    'GET /pets/dog/1',
  ];

  test.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['POST', '/pets/dog/1', 'ANY /{proxy+}', { proxy: 'pets/dog/1' }],
    ['GET', '/', '$default', undefined],
    ['GET', '/pets/dog/', 'GET /pets/{proxy+}', { proxy: 'dog/' }],
  ])('%s %s is taken by the most specific', async (method, path, routeKey, parameters) => {
    await local.deploy(openTemplate(example));

    expect(await taken(method, path)).toEqual([routeKey, parameters]);
  });

  test('a literal part goes before a variable, and a method before ANY', async () => {
    await local.deploy(openTemplate(['ANY /{a}/b', 'GET /{a}/{b}', 'ANY /a/{b}', 'GET /a/{b}']));

    expect(await taken('GET', '/a/b')).toEqual(['GET /a/{b}', { b: 'b' }]);
    expect(await taken('PUT', '/a/b')).toEqual(['ANY /a/{b}', { b: 'b' }]);
    expect(await taken('GET', '/x/b')).toEqual(['ANY /{a}/b', { a: 'x' }]);
    expect(await taken('GET', '/x/y')).toEqual(['GET /{a}/{b}', { a: 'x', b: 'y' }]);
    expect(await taken('PUT', '/x/y')).toEqual(['404', undefined]);
  });
});

describe('the routes of a portal', () => {
  beforeEach(() => local.deploy(openTemplate(portalRoutes)));

  test.each([
    ['GET', '/', 'GET /', undefined],
    ['GET', '/cloudadmin', 'GET /{proxy+}', { proxy: 'cloudadmin' }],
    ['POST', '/saml/acs', 'POST /{proxy+}', { proxy: 'saml/acs' }],
    ['GET', '/a//b/', 'GET /{proxy+}', { proxy: 'a//b/' }],
    ['GET', '/%C3%A4?x=1', 'GET /{proxy+}', { proxy: 'ä' }],
    ['POST', '/', '404', undefined],
    ['HEAD', '/', '404', undefined],
    ['OPTIONS', '/cloudadmin', '404', undefined],
    ['DELETE', '/cloudadmin', '404', undefined],
  ])('%s %s', async (method, path, routeKey, parameters) => {
    expect(await taken(String(method), String(path))).toEqual([routeKey, parameters]);
  });

  test('hands over cookies, those of several headers too, and no cookie header', async () => {
    const one = await send({ path: '/a', headers: { cookie: '__Host-a=1; b=2' } });
    expect(one.json.cookies).toEqual(['__Host-a=1', 'b=2']);
    expect(one.json.headers).not.toHaveProperty('cookie');

    const { hostname, port } = new URL(local.httpApi.url);
    const { connect } = await import('node:net');
    const { text } = await import('node:stream/consumers');
    const socket = connect(Number(port), hostname);
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n');
    expect(await text(socket)).toContain('"cookies":["a=1","b=2"]');
  });

  test.each([
    ['application/x-www-form-urlencoded', true],
    ['application/x-www-form-urlencoded; charset=UTF-8', true],
    ['multipart/form-data; boundary=x', true],
    ['application/octet-stream', true],
    ['application/json', false],
    ['text/plain;charset=utf-8', false],
  ])('a body of %s is base64: %s', async (type, isBase64Encoded) => {
    const body = 'SAMLResponse=a%2Bb&RelayState=%C3%A4';
    const { json } = await send({
      method: 'POST',
      path: '/saml/acs',
      body,
      headers: { 'content-type': type },
    });

    expect(json.isBase64Encoded).toBe(isBase64Encoded);
    expect(Buffer.from(json.body, isBase64Encoded ? 'base64' : 'utf8').toString()).toBe(body);
  });

  test('every cookie of an answer becomes a header of its own, and bytes stay as they are', async () => {
    const bytes = Buffer.from([0, 0xff, 0xfe, 0x80]);
    const answer = {
      statusCode: 303,
      headers: { Location: '/x', 'Set-Cookie': 'c=3; Path=/' },
      cookies: ['__Host-a=1; Path=/; Secure', 'b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT'],
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    };
    const reply = await fetch(`${local.httpApi.url}/x?do=answer`, {
      method: 'POST',
      body: JSON.stringify(answer),
      headers: { 'content-type': 'application/json' },
      redirect: 'manual',
    });

    expect(reply.status).toBe(303);
    expect(reply.headers.get('location')).toBe('/x');
    expect(reply.headers.getSetCookie()).toEqual(['c=3; Path=/', ...answer.cookies]);
    expect(Buffer.from(await reply.arrayBuffer())).toEqual(bytes);
  });
});

test('HEAD through ANY has the headers of the answer and no body', async () => {
  await local.deploy(openTemplate(['ANY /{proxy+}']));
  const reply = await send({ method: 'HEAD', path: '/a' });

  expect(reply).toMatchObject({ statusCode: 200, text: '' });
  expect(Number(reply.headers['content-length'])).toBeGreaterThan(100);
});

describe('the permission on the function', () => {
  const only = (routeKeys: readonly string[], source: string) => {
    const template = openTemplate(routeKeys);
    Object.assign(template.Resources['OpenPermission']?.Properties ?? {}, {
      SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/*/${source}` },
    });
    return template;
  };

  test.each([
    ['GET /{proxy+}', 'GET/{proxy+}', 'GET /a', 200],
    ['GET /{proxy+}', 'GET/a', 'GET /a', 500],
    ['ANY /{proxy+}', '*/{proxy+}', 'PUT /a', 200],
    ['$default', '$default', 'PUT /a', 200],
    ['$default', 'PUT/a', 'PUT /a', 500],
  ])('of %s names the route: %s', async (routeKey, source, request, statusCode) => {
    await local.deploy(only([routeKey], source));
    const [method = '', path = ''] = request.split(' ');

    expect((await send({ method, path })).statusCode).toBe(statusCode);
  });
});

describe('refuses a route', () => {
  test.each([
    [['GET /a', 'GET /a'], 'Route with key GET /a already exists for this API'],
    [['GET /{a}', 'GET /{b}'], 'Route with key GET /{b} takes what GET /{a} takes'],
    [['GET /{proxy+}/b'], 'GET /{proxy+}/b: {proxy+} must be {name}, or {name+} at the end of the path'],
    [['GET /a{b}'], 'GET /a{b}: a{b} must be {name}, or {name+} at the end of the path'],
    [['TRACE /a'], 'a route key is $default, or a method and a path'],
    [['GET a'], 'a route key is $default, or a method and a path'],
  ])('%s', async (routeKeys, message) => {
    await expect(local.deploy(openTemplate(routeKeys))).rejects.toThrow(message);
  });
});

test('each of several APIs has an address of its own, and answers for itself alone', async () => {
  const first = openTemplate(['GET /a']);
  const further = openTemplate(['GET /b']);
  Object.assign(further.Resources['AccessLog']?.Properties ?? {}, { LogGroupName: 'further-access-log' });
  for (const template of [first, further])
    template.Outputs = { URL: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } } };
  const urls = [await local.deploy(first, 'First'), await local.deploy(further, 'Further')].map(
    ({ outputs }) => outputs[0]?.value ?? '',
  );

  expect(urls[0]).toBe(local.httpApi.url);
  expect(urls[1]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const statuses = urls.map(async (url) => [
    (await call(url, { path: '/a' })).statusCode,
    (await call(url, { path: '/b' })).statusCode,
  ]);
  expect(await Promise.all(statuses)).toEqual([
    [200, 404],
    [404, 200],
  ]);
});
