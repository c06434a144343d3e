// The API from event to answer, over real parts: credentials.
import { describe, expect, it } from 'vitest';
import { errorOf, expectAnswer } from '../../support/answers.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { eventOf } from '../../support/events.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

const notRegistered = errorOf('ApplicationNotFound', 'the application App is not registered');

describe('credentials', () => {
  const session = (id: number, tenant = 'Yellow') => ({
    Version: 1,
    AccessKeyId: `ASIASESSION${id}`,
    SecretAccessKey: `secret-${id}`,
    SessionToken: `session-token-${id}`,
    Expiration: '2030-04-01T13:00:00.000Z',
    Tags: { TenantID: tenant },
  });
  const get = (jwt: string) => broker.ask(eventOf('GET /credentials', { query: { jwt } }));
  const post = (JWT: unknown) => broker.ask(eventOf('POST /credentials', { body: { JWT } }));

  it('are those of the token’s tenant: GET takes it as jwt, POST as JWT', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');

    expectAnswer(await get(token), 200, session(2));
    expectAnswer(await post(token), 200, session(2));
    expect(broker.sts.callsForAccessRoles().map(({ input }) => input)).toEqual([
      expect.objectContaining({ ExternalId: 'App', Tags: [{ Key: 'TenantID', Value: 'Yellow' }] }),
    ]);
  });

  it('of two tenants are two sessions', async () => {
    await broker.register();
    expectAnswer(await post(await broker.tokenFor('Yellow')), 200, session(2));
    expectAnswer(await post(await broker.tokenFor('Blue')), 200, session(3, 'Blue'));
  });

  it('name every tag of the session, whatever its key, also from the cache', async () => {
    const SessionTags = { Tier: 'tier', Plan: { Claim: 'absent', Optional: true } };
    await broker.register({ ...minimalBody, SessionTags });
    const token = await broker.tokenFor('Yellow', { tier: 'Gold' });
    const answer = { ...session(2), Tags: { TenantID: 'Yellow', Tier: 'Gold' } };
    expectAnswer(await post(token), 200, answer);
    expectAnswer(await post(token), 200, answer);
    expect(broker.sts.callsForAccessRoles().map(({ input }) => input.Tags)).toEqual([
      [
        { Key: 'TenantID', Value: 'Yellow' },
        { Key: 'Tier', Value: 'Gold' },
      ],
    ]);
  });

  it('come from the cache for another token of the same tenant, and the record says so', async () => {
    await broker.register();
    await post(await broker.tokenFor('Yellow'));
    broker.output.clear();
    expectAnswer(await post(await broker.tokenFor('Yellow', { sub: 'another user' })), 200, session(2));

    expect(broker.output.logs()).toMatchObject([
      { outcome: 'allowed', cacheHit: true, accessKeyId: 'ASIASESSION2' },
    ]);
    expect(broker.sts.callsForAccessRoles()).toHaveLength(1);
  });

  it('take a body in base64, and a GET that has a body', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');

    expectAnswer(
      await broker.ask(eventOf('POST /credentials', { body: { JWT: token }, base64: true })),
      200,
      session(2),
    );
    expectAnswer(
      await broker.ask(eventOf('GET /credentials', { query: { jwt: token }, body: 'ignored' })),
      200,
      session(2),
    );
  });

  it('are not for an application that is not registered', async () => {
    expectAnswer(await post(await broker.tokenFor('Yellow')), 404, notRegistered);
  });

  it('are not for an application whose trust policy pinned nothing, once the deployment requires that', async () => {
    broker.sts.trust = { hasSessionTag: false };
    await broker.register();
    const token = await broker.tokenFor('Yellow');
    expectAnswer(await post(token), 200, session(2));
    broker.sts.forget();
    const strict = broker.environment({ rules: { requirePinnedTrust: true } });

    expectAnswer(
      await strict(eventOf('POST /credentials', { body: { JWT: token } })),
      403,
      errorOf(
        'TrustNotPinned',
        'The trust policy of AppAccess lets the broker in with any external id. Let it allow sts:AssumeRole only ' +
          'where sts:ExternalId equals App, and sts:TagSession in a statement of its own, without that condition. ' +
          'Where it is registered, PUT the registration again.',
      ),
    );
    expect(broker.sts.calls).toEqual([]);
  });

  it('are for an application whose trust policy is pinned, where the deployment requires that', async () => {
    await broker.register();
    const strict = broker.environment({ rules: { requirePinnedTrust: true } });
    const body = { JWT: await broker.tokenFor('Yellow') };
    expectAnswer(await strict(eventOf('POST /credentials', { body })), 200, session(2));
  });

  it('are no longer issued once the application has deregistered', async () => {
    await broker.register();
    const token = await broker.tokenFor('Yellow');
    await post(token);
    await broker.ask(eventOf('DELETE /applications'));

    expectAnswer(await post(token), 404, notRegistered);
  });

  const spellings = 'GET takes the token as jwt in its query, POST as JWT in its body';

  it.each<[string, Record<string, string>, string]>([
    ['no token', {}, 'jwt: the query parameter is required'],
    ['an empty token', { jwt: '' }, 'jwt: the query parameter is required'],
    ['the token twice', { jwt: 'a.b.c,d.e.f' }, 'jwt: the query parameter must stand once'],
    ['another parameter', { jwt: 'a.b.c', tenant: 'x' }, 'tenant: not a query parameter of this request'],
    ['the spelling of POST', { JWT: 'canary' }, `JWT: ${spellings}`],
    ['both spellings', { jwt: 'a.b.c', JWT: 'canary' }, `JWT: ${spellings}`],
    ['a spelling in mixed case', { Jwt: 'canary' }, `Jwt: ${spellings}`],
  ])('GET with %s is a 400', async (_, query, message) => {
    await broker.register();
    expectAnswer(
      await broker.ask(eventOf('GET /credentials', { query })),
      400,
      errorOf('InvalidRequest', message),
    );
  });

  it.each<[string, unknown, string]>([
    ['no body', undefined, 'the body must be a JSON object'],
    ['a bare token', 'a.b.c', 'the body is not valid JSON'],
    ['a list', ['a.b.c'], 'the body must be a JSON object'],
    ['null', 'null', 'the body must be a JSON object'],
    ['no token', {}, 'JWT: must be a string'],
    ['an empty token', { JWT: '' }, 'JWT: must be a string'],
    ['a token that is no string', { JWT: ['a.b.c'] }, 'JWT: must be a string'],
    ['an unknown field', { JWT: 'a.b.c', Tenant: 'x' }, 'Tenant: not a field of this request'],
    ['the spelling of GET', { jwt: 'canary' }, `jwt: ${spellings}`],
    ['both spellings', { JWT: 'a.b.c', jwt: 'canary' }, `jwt: ${spellings}`],
    ['a spelling in mixed case', { jWt: 'canary' }, `jWt: ${spellings}`],
  ])('POST with %s is a 400', async (_, body, message) => {
    await broker.register();
    expectAnswer(
      await broker.ask(eventOf('POST /credentials', { body })),
      400,
      errorOf('InvalidRequest', message),
    );
  });

  it('POST takes no query parameter: the token stays out of URLs', async () => {
    const event = eventOf('POST /credentials', { query: { jwt: 'a.b.c' }, body: { JWT: 'a.b.c' } });
    expectAnswer(await broker.ask(event), 400, errorOf('InvalidRequest', `jwt: ${spellings}`));
  });

  it.each<[string, number, string, string, () => Promise<string>]>([
    [
      'expired',
      403,
      'TokenExpired',
      'the token has expired',
      () => broker.tokenFor('Yellow', { exp: broker.clock.seconds() }),
    ],
    [
      'without the claim',
      403,
      'ClaimMissing',
      'the token has no claim custom:tenant_id',
      () => broker.key.sign({ exp: broker.clock.seconds() + 1 }),
    ],
    [
      'with a claim that no tag can hold',
      403,
      'ClaimNotAllowed',
      'the claim custom:tenant_id must be 1–256 of A–Z, a–z, 0–9 and _.=+@-, the first a letter or a digit',
      () => broker.tokenFor('Yellow/*'),
    ],
  ])('are not for a token that is %s', async (_, status, code, message, token) => {
    await broker.register();
    expectAnswer(await post(await token()), status, errorOf(code, message));
    expect(broker.sts.calls).toEqual([]);
  });
});
