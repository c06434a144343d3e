// AWS's sign-in endpoint, by credentials of real sessions: what it takes, and what it refuses.
import { randomBytes } from 'node:crypto';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import {
  destination,
  endpoint,
  federate,
  issuer,
  lastEvent,
  loginUrl,
  type Method,
  type Parameters,
  sessionOf,
  signedIn,
  tokenFor,
  useSignInEndpoint,
} from './fixtures/sign-in-endpoint.ts';
import {
  advance,
  assume,
  clientOf,
  newRole,
  served,
  settings,
  trust,
  useStsAccount,
} from './fixtures/sts-account.ts';

useStsAccount();
useSignInEndpoint();

describe('a sign-in', () => {
  test.each<[Method, Method]>([
    ['GET', 'GET'],
    ['POST', 'POST'],
    ['POST', 'GET'],
  ])('asks for a token by %s, and logs in by %s', async (asking, loggingIn) => {
    const { Credentials } = await assume({ RoleSessionName: 'ada@example.com' });
    const asked = await federate({ Action: 'getSigninToken', Session: sessionOf(Credentials) }, asking);

    expect(asked.headers.get('content-type')).toBe('application/json');
    expect(asked.headers.get('cache-control')).toBe('no-store');
    const { SigninToken } = await asked.json();
    const login = { Action: 'login', Issuer: issuer, Destination: destination, SigninToken };
    const answer = await federate(login, loggingIn);
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe(
      '/console/eu-west-1.console.aws.amazon.com/s3/home?region=eu-west-1',
    );
    expect(answer.headers.get('set-cookie')).toMatch(
      /^isb-console-\d+=[\w-]{43}; Path=\/console\/; HttpOnly; SameSite=Lax$/,
    );
    expect(lastEvent()).toMatchObject({
      operation: 'ConsoleLogin',
      callerArn: expect.stringMatching(/assumed-role\/.*\/ada@example\.com$/),
    });
  });

  test('is told in the trail without anything secret', async () => {
    const { Credentials } = await assume();
    const token = await tokenFor(Credentials);
    await federate({ Action: 'getSigninToken', Session: sessionOf(Credentials, { sessionKey: 'wrong' }) });
    const { browser } = await signedIn(Credentials);

    const told = JSON.stringify(served.account.trail.events);
    const [cookie = ''] = [...(browser.cookies.get('127.0.0.1')?.values() ?? [])];
    expect(cookie).toHaveLength(43);
    for (const secret of [Credentials?.SecretAccessKey, Credentials?.SessionToken, token, cookie])
      expect(told).not.toContain(secret);
  });
});

describe('getSigninToken refuses', () => {
  const refused = async (parameters: Parameters, reason: string | RegExp, status = 400) => {
    const answer = await federate({ Action: 'getSigninToken', ...parameters });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    const text = await answer.text();
    for (const value of Object.values(parameters)) if (value.length > 8) expect(text).not.toContain(value);
    expect(lastEvent()?.reason).toMatch(reason);
  };

  test('keys that nobody has', () =>
    refused(
      { Session: JSON.stringify({ sessionId: 'ASIAQQQQQQQQQQQQQQQQ', sessionKey: 'k', sessionToken: 't' }) },
      /^unknown credentials/,
    ));

  test.each([
    ['sessionKey', randomBytes(30).toString('base64'), /^wrong secret/],
    ['sessionToken', randomBytes(252).toString('base64'), /^wrong session token/],
    ['sessionToken', '', /^wrong session token/],
  ])('an altered %s', async (part, value, reason) => {
    const { Credentials } = await assume();
    await refused({ Session: sessionOf(Credentials, { [part]: value }) }, reason);
  });

  test('the token of another session', async () => {
    const [one, other] = [(await assume()).Credentials, (await assume()).Credentials];
    await refused({ Session: sessionOf(one, { sessionToken: other?.SessionToken }) }, /^wrong session token/);
  });

  test('credentials that have ended', async () => {
    const { Credentials } = await assume({ DurationSeconds: 900 });
    advance(900_000);
    await refused({ Session: sessionOf(Credentials) }, /^expired credentials/);
  });

  test('a long-term key', () =>
    refused(
      {
        Session: JSON.stringify({
          sessionId: settings.credentials.accessKeyId,
          sessionKey: settings.credentials.secretAccessKey,
          sessionToken: '',
        }),
      },
      /^the credentials are of no session/,
    ));

  test.each(['', '{', '[]', '{"sessionId":1}', 'null'])('a Session that is %j', (Session) =>
    refused({ Session }, /^Session (is missing|must be JSON)/),
  );

  test.each(['899', '43201', '1e3', '-900', '3600.5', ''])(
    'a SessionDuration of %j',
    async (SessionDuration) => {
      const { Credentials } = await assume();
      await refused(
        { Session: sessionOf(Credentials), SessionDuration },
        /^SessionDuration must be from 900 to 43200/,
      );
    },
  );

  test('a SessionDuration for credentials of role chaining, which may come without', async () => {
    const first = newRole();
    const { Credentials } = await assume({ RoleArn: first.arn });
    const second = newRole({ trustPolicy: trust(first.arn, 'sts:AssumeRole') });
    const chained = await clientOf(Credentials).send(
      new AssumeRoleCommand({ RoleArn: second.arn, RoleSessionName: 'chained' }),
    );
    const Session = sessionOf(chained.Credentials);

    await refused({ Session, SessionDuration: '900' }, /role chaining/);
    expect((await federate({ Action: 'getSigninToken', Session })).status).toBe(200);
    expect(
      (await federate({ Action: 'getSigninToken', Session: sessionOf(Credentials), SessionDuration: '900' }))
        .status,
    ).toBe(200);
  });

  test('what the sandbox does not have, by name', async () => {
    const { Credentials } = await assume();
    await refused({ Session: sessionOf(Credentials), DurationSeconds: '900' }, /GetFederationToken/, 501);
    await refused({ Action: 'logout' }, /does not have the Action logout/, 501);
  });

  test('another method, another body, and a parameter that comes twice', async () => {
    const put = await fetch(endpoint.federationUrl, { method: 'PUT', body: '' });
    expect(put.status).toBe(405);
    const json = await fetch(endpoint.federationUrl, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(json.status).toBe(400);
    expect(lastEvent()?.reason).toMatch(/^the body is no form/);
    expect((await fetch(`${endpoint.federationUrl}?Action=login&Action=login`)).status).toBe(400);
    expect(lastEvent()?.reason).toBe('a parameter comes twice');
  });
});

describe('login refuses', () => {
  const refused = async (url: string, reason: RegExp) => {
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(400);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(lastEvent()?.reason).toMatch(reason);
  };

  test('a token that was used, was never issued, or is fifteen minutes old', async () => {
    const { Credentials } = await assume();
    const token = await tokenFor(Credentials);
    expect((await fetch(loginUrl(token), { redirect: 'manual' })).status).toBe(302);
    await refused(loginUrl(token), /^unknown sign-in token/);
    await refused(loginUrl('x'.repeat(512)), /^unknown sign-in token/);

    const [justInTime, tooLate] = [await tokenFor(Credentials), await tokenFor(Credentials)];
    advance(15 * 60_000 - 1);
    expect((await fetch(loginUrl(justInTime), { redirect: 'manual' })).status).toBe(302);
    advance(1);
    await refused(loginUrl(tooLate), /too old/);
  });

  test.each([
    'http://console.aws.amazon.com/',
    'https://console.aws.amazon.com.example.com/',
    'https://example.com/console.aws.amazon.com/',
    'https://evilconsole.aws.amazon.com/',
    'https://console.aws.amazon.com@example.com/',
    'https://console.aws.amazon.com:8443/',
    'https://user@console.aws.amazon.com/',
    'https://console.amazonaws.cn/',
    '//console.aws.amazon.com/',
    'javascript:alert(1)',
    '',
  ])('the destination %j, and leaves the token good', async (Destination) => {
    const token = await tokenFor((await assume()).Credentials);
    await refused(loginUrl(token, { Destination }), /^Destination/);
    expect((await fetch(loginUrl(token), { redirect: 'manual' })).status).toBe(302);
  });

  test.each(['javascript:alert(1)', 'portal'])('the issuer %j', async (Issuer) => {
    await refused(loginUrl(await tokenFor((await assume()).Credentials), { Issuer }), /^Issuer/);
  });
});

test('meets the faults that a test injects', async () => {
  const Session = sessionOf((await assume()).Credentials);
  const ask = () => federate({ Action: 'getSigninToken', Session });
  const { faults } = served.account;

  faults.inject({ service: 'signin', operation: 'GetSigninToken', times: 1, garbage: '<html>' });
  expect(await (await ask()).text()).toBe('<html>');
  faults.inject({
    service: 'signin',
    times: 1,
    error: { code: 'Unavailable', message: 'on purpose', statusCode: 503 },
  });
  expect((await ask()).status).toBe(503);
  faults.inject({ service: 'signin', times: 1, disconnect: true });
  await expect(ask()).rejects.toThrow();
  expect((await ask()).status).toBe(200);
});
