// The live log of requests: a line each, every kind of refusal told apart, and nothing that is secret.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { requestLine } from '../../sandbox/request-log.ts';
import { caller, forbidden, local, send, useGateway } from './fixtures/gateway-account.ts';
import type { Call } from './fixtures/signed-request.ts';

useGateway();

const lines: string[] = [];
beforeAll(() => local.account.trail.follow((event, request) => lines.push(requestLine(event, request))));
beforeEach(() => lines.splice(0));

/** Time, and what comes after it, of the only line so far. */
function logged(): string {
  expect(lines).toHaveLength(1);
  const [, time, rest] = /^(\S+) (.*)$/.exec(lines[0] ?? '') ?? [];
  expect(time).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
  return rest as string;
}

/** A session of the caller's role, as it was issued. */
const session = (durationSeconds: number) =>
  local.account.identities.issueSession(local.account.identities.role('Role1'), {
    sessionName: 'test',
    durationSeconds,
  });

describe('a line', () => {
  test('has time, method, path, status and caller of a request, and not its query', async () => {
    await send({ path: '/closed?jwt=canary', as: caller });
    expect(logged()).toBe('GET /closed 200 assumed-role/Role1/test');
  });

  test.each<{ what: string; as?: () => Call['as']; call?: Partial<Call>; says: RegExp }>([
    {
      what: 'from the wrong region',
      as: () => ({ ...caller, region: 'us-east-1' }),
      says: /^wrong region: signed for us-east-1, and this is eu-west-1$/,
    },
    {
      what: 'for another service',
      as: () => caller,
      call: { service: 'sts' },
      says: /^wrong service: signed for sts, and this is execute-api$/,
    },
    { what: 'without a signature', says: /^unsigned: / },
    {
      what: 'with an Authorization header of another kind',
      call: { headers: { authorization: 'Bearer canary' } },
      says: /^malformed signature: /,
    },
    {
      what: 'with another secret',
      as: () => ({ ...caller, credentials: { ...caller.credentials, secretAccessKey: 'canary' } }),
      says: /^wrong signature: not made with the secret of this key/,
    },
    {
      what: 'with credentials that nobody has',
      as: () => ({ ...caller, credentials: { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'canary' } }),
      says: /^unknown credentials: /,
    },
    {
      what: 'with another session’s token',
      as: () => ({ ...caller, credentials: { ...session(900), sessionToken: 'canary' } }),
      says: /^wrong session token: /,
    },
    {
      what: 'with expired credentials',
      as: () => ({ ...caller, credentials: session(-1) }),
      says: /^expired credentials: they ended at 20\d\d-/,
    },
    {
      what: 'signed an hour ago',
      as: () => caller,
      call: { signingDate: new Date(Date.now() - 3_600_000) },
      says: /^wrong clock: Signature expired: /,
    },
  ])('tells a request $what apart, which the client is not told', async ({ as, call, says }) => {
    const identity = as?.();
    const reply = await send({ path: '/closed?jwt=canary', ...(identity && { as: identity }), ...call });

    expect(reply).toMatchObject({ statusCode: 403, json: forbidden });
    expect(logged()).toMatch(/^GET \/closed 403 -: /);
    expect(logged().replace('GET /closed 403 -: ', '')).toMatch(says);
    expect(lines.join()).not.toContain('canary');
  });

  test('tells a denial of IAM, whose caller is known', async () => {
    const nobody = local.allowed({ Action: 's3:GetObject', Resource: '*' });
    expect(await send({ path: '/closed', as: nobody })).toMatchObject({ statusCode: 403, json: forbidden });
    expect(logged()).toMatch(
      /^GET \/closed 403 assumed-role\/Role\d+\/test: IAM denial: .* is not authorized to perform: execute-api:Invoke on resource: /,
    );
  });

  test.each(['/nowhere', '//closed'])('tells that %s is no route', async (path) => {
    expect(await send({ path, as: caller })).toMatchObject({
      statusCode: 404,
      json: { message: 'Not Found' },
    });
    expect(logged()).toMatch(new RegExp(`^GET ${path} 404 -: unknown route: `));
  });

  test('shows no part of a path that may be a secret, and stays one line', async () => {
    await send({ path: `/${'x'.repeat(40)}/eyJhbGciOiJ.eyJz.c2ln/a%0Ab`, as: caller });
    expect(logged()).toMatch(/^GET \/…\/…\/a%0Ab 404 -: /);
  });
});

describe('a line of AWS’s own services', () => {
  const event = { time: 0, callerArn: 'arn:aws:sts::111122223333:assumed-role/App/me', statusCode: 403 };
  const request = { method: 'POST', path: '/' };

  test('says what was asked for', () => {
    const asked = { ...event, service: 'sts', operation: 'AssumeRole', statusCode: 200 };
    expect(requestLine(asked, request)).toBe('00:00:00.000 POST / sts:AssumeRole 200 assumed-role/App/me');
  });

  test('says why, rather than what the client is told', () => {
    const denied = { ...event, service: 'sts', operation: 'AssumeRole', errorCode: 'AccessDenied' };
    const reason = 'no statement\nallows it eyJhbGciOiJ.eyJz.c2ln';
    expect(requestLine({ ...denied, errorMessage: 'denied', reason }, request)).toBe(
      '00:00:00.000 POST / sts:AssumeRole 403 assumed-role/App/me: no statement allows it …',
    );
    expect(requestLine({ ...denied, errorMessage: 'denied' }, request)).toMatch(/: AccessDenied: denied$/);
  });

  test('says that a fault cut the connection', () => {
    const cut = { ...event, service: 'dynamodb', operation: 'GetItem', statusCode: 0 };
    expect(requestLine(cut, request)).toContain(' dynamodb:GetItem cut off ');
  });
});
