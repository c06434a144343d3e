// The HTTP API: whom a route lets in, and what the gateway answers by itself.
import { describe, expect, test } from 'vitest';
import {
  caller,
  forbidden,
  local,
  reason,
  send,
  standStill,
  useGateway,
} from './fixtures/gateway-account.ts';
import type { Call } from './fixtures/signed-request.ts';

useGateway();

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

  test('is closed to a session that acts for a user of a directory, and the trail says for whom', async () => {
    const { identities, identityCenter, trail } = local.account;
    const role = identities.findAccessKey(caller.credentials.accessKeyId)?.caller;
    if (role?.kind !== 'session') throw new Error('no session');
    const { identityStoreArn, arn: instanceArn } = identityCenter.requireInstance();
    const identityContext = {
      userId: 'ada',
      groupIds: [],
      identityStoreArn,
      instanceArn,
      applicationArn: 'arn:aws:sso::123456789012:application/ssoins-0/apl-0',
    };
    const request = { sessionName: 'ada', durationSeconds: 900, identityContext };
    const credentials = identities.issueSession(role.role, request);

    const reply = await send({ path: '/closed', as: { ...caller, credentials } });

    expect(reply).toMatchObject({ statusCode: 403, json: forbidden });
    expect(reason()).toMatch(/with an explicit deny in an identity-based policy$/);
    expect(trail.events.findLast(({ service }) => service === 'execute-api')?.onBehalfOf).toEqual({
      userId: 'ada',
      identityStoreArn,
    });
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
    const signingDate = new Date(standStill() + seconds * 1_000);

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
