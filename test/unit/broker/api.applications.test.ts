// The API from event to answer, over real parts: registering, replacing, showing and deregistering.
import { describe, expect, it } from 'vitest';
import { errorOf, expectAnswer } from '../../support/answers.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { callerNamed, roleIdOf } from '../../support/callers.ts';
import { eventOf } from '../../support/events.ts';
import { minimalBody } from '../../support/registrations.ts';

const broker = useBroker();

const stored = {
  ApplicationName: 'App',
  ...minimalBody,
  SessionTagValues: 'Strict',
  SessionDurationSeconds: 3600,
  ApplicationRoleId: callerNamed('App').applicationRoleId,
  ExternalId: 'App',
  AccessRoleId: roleIdOf('AppAccess'),
  RegisteredAt: '2030-04-01T12:00:00.000Z',
  Warnings: [
    { Code: 'IssuerNotPinned', Message: expect.any(String) },
    { Code: 'AudienceNotPinned', Message: expect.any(String) },
  ],
};
const notRegistered = errorOf('ApplicationNotFound', 'the application App is not registered');

describe('POST /applications', () => {
  it('registers the caller: 201 with the registration as stored', async () => {
    expectAnswer(await broker.register(), 201, stored);
    expect(await broker.table.item('App')).toMatchObject({ AccessRoleName: 'AppAccess' });
  });

  it('answers the identical registration with 200, in the other spelling too', async () => {
    await broker.register();
    const { AccessRoleName, ...rest } = minimalBody;

    expectAnswer(await broker.register(), 200, stored);
    expectAnswer(await broker.register({ ...rest, AccessPrincipalRoleName: AccessRoleName }), 200, stored);
  });

  it('answers a different registration with 409', async () => {
    await broker.register();
    expectAnswer(
      await broker.register({ ...minimalBody, SessionTagKey: 'Tenant' }),
      409,
      errorOf(
        'ApplicationAlreadyRegistered',
        'the application App is registered differently; replace it with PUT /applications',
      ),
    );
  });

  it('answers another application’s access role with 409', async () => {
    broker.sts.trust = { hasSessionTag: false };
    await broker.register();
    expectAnswer(
      await broker.ask(eventOf('POST /applications', { body: minimalBody, caller: callerNamed('Other') })),
      409,
      errorOf(
        'AccessRoleClaimed',
        'the access role AppAccess is registered by another application; to share it, that application names ' +
          'this one in SharedWith, and its trust policy lets in the names of both as sts:ExternalId',
      ),
    );
  });

  it('says in its warnings what the trust policy and the access role still need', async () => {
    broker.sts.trust = { hasSessionTag: true };
    const { body } = await broker.register();

    expect(body['Warnings']).toMatchObject([
      { Code: 'ExternalIdNotRequired' },
      { Code: 'AccessRoleHasSessionTag' },
      { Code: 'IssuerNotPinned' },
      { Code: 'AudienceNotPinned' },
    ]);
  });

  it('is refused where the deployment requires a trust policy that pins the external id', async () => {
    const strict = broker.environment({ rules: { requirePinnedTrust: true } });
    const event = eventOf('POST /applications', { body: minimalBody });
    broker.sts.trust = { hasSessionTag: false };
    expectAnswer(
      await strict(event),
      403,
      errorOf(
        'TrustNotPinned',
        'The trust policy of AppAccess lets the broker in with any external id. Let it allow sts:AssumeRole only ' +
          'where sts:ExternalId equals App, and sts:TagSession in a statement of its own, without that condition. ' +
          'Where it is registered, PUT the registration again.',
      ),
    );
    expect(await broker.table.items()).toEqual([]);
    broker.sts.trust = { externalIds: ['App'], hasSessionTag: false };
    expectAnswer(await strict(event), 201, stored);
  });

  it('is refused where the broker is not let in, and stores nothing', async () => {
    broker.sts.trust = { externalIds: [], hasSessionTag: false };
    expectAnswer(
      await broker.register(),
      403,
      errorOf(
        'AccessRoleNotAssumable',
        'the access role arn:aws:iam::111122223333:role/AppAccess cannot be assumed. It must exist, and its ' +
          'trust policy must allow sts:AssumeRole and sts:TagSession to the principal ' +
          'arn:aws:iam::111122223333:role/IAMSessionBroker; where it asks for an sts:ExternalId, that is App',
      ),
    );
    expect(await broker.table.items()).toEqual([]);
  });

  it.each([
    ['lets everybody in', undefined],
    ['lets nobody in', []],
    ['lets only its owner in', ['App']],
  ])('tells nothing of another application’s access role that %s', async (_, externalIds) => {
    await broker.register();
    broker.sts.trust = { ...(externalIds && { externalIds }), hasSessionTag: true };
    const strict = broker.environment({ rules: { requirePinnedTrust: true } });
    const event = eventOf('POST /applications', { body: minimalBody, caller: callerNamed('Other') });

    expectAnswer(
      await strict(event),
      409,
      errorOf('AccessRoleClaimed', expect.stringMatching(/^the access role AppAccess is registered by/)),
    );
  });

  it('is recorded with what was registered, and what was found out', async () => {
    await broker.register({ ...minimalBody, Issuer: 'https://idp.example.com' });

    expect(broker.output.logs()).toMatchObject([
      {
        outcome: 'allowed',
        accessRole: 'AppAccess',
        jwksUrl: minimalBody.JWKSetURL,
        issuer: 'https://idp.example.com',
        trust: 'Pinned',
        version: (await broker.table.item('App'))?.['Version'],
      },
    ]);
  });

  it('takes a body in base64', async () => {
    const event = eventOf('POST /applications', { body: minimalBody, base64: true });
    expectAnswer(await broker.ask(event), 201, stored);
  });

  it.each<[string, unknown, string]>([
    ['no body', undefined, 'the body must be a JSON object'],
    ['an empty body', '', 'the body must be a JSON object'],
    ['a body that is no JSON', 'AccessRoleName=AppAccess', 'the body is not valid JSON'],
    ['a list', [minimalBody], 'the body must be a JSON object'],
    ['an unknown field', { ...minimalBody, Tenant: 'x' }, 'Tenant: not a field of a registration'],
    ['a missing field', { ...minimalBody, SessionTagKey: undefined }, 'SessionTagKey: is required'],
    [
      '125,000 bad tag keys',
      {
        ...minimalBody,
        SessionTags: Object.fromEntries(Array.from({ length: 125_000 }, (_, index) => [`*${index}`, 'tier'])),
      },
      'the body is longer than 65536 characters',
    ],
    [
      'a JWKSetURL that may not be fetched',
      { ...minimalBody, JWKSetURL: 'https://169.254.169.254/' },
      'JWKSetURL: must have a DNS name, not an IP address',
    ],
  ])('answers %s with 400, and stores nothing', async (_, body, message) => {
    const event = eventOf('POST /applications', { body });
    expectAnswer(await broker.ask(event), 400, errorOf('InvalidRequest', message));
    expect(await broker.table.items()).toEqual([]);
  });
});

describe('PUT /applications', () => {
  const replace = (body: unknown) => broker.ask(eventOf('PUT /applications', { body }));

  it('replaces the registration: 200', async () => {
    await broker.register();
    broker.clock.advance(60_000);
    const body = {
      ...minimalBody,
      Issuer: 'https://idp.example.com',
      Audience: 'client',
      SessionDurationSeconds: 900,
    };

    expectAnswer(await replace(body), 200, { ...stored, ...body, Audience: ['client'], Warnings: [] });
  });

  it('answers 404 where there is none', async () => {
    expectAnswer(await replace(minimalBody), 404, notRegistered);
  });

  it('is validated as a registration is', async () => {
    expectAnswer(
      await replace({}),
      400,
      errorOf(
        'InvalidRequest',
        'AccessRoleName: is required; SessionTagKey: is required; JWTClaimName: is required; JWKSetURL: is required',
      ),
    );
  });
});

describe('GET and DELETE /applications', () => {
  it('show and remove the caller’s registration: 200', async () => {
    await broker.register();

    expectAnswer(await broker.ask(eventOf('GET /applications')), 200, stored);
    expectAnswer(await broker.ask(eventOf('DELETE /applications')), 200, stored);
    expect(await broker.table.items()).toEqual([]);
  });

  it('record what was removed, and nothing that was only shown', async () => {
    await broker.register();
    broker.output.clear();
    await broker.ask(eventOf('GET /applications'));
    await broker.ask(eventOf('DELETE /applications'));

    const [shown, removed] = broker.output.logs();
    expect(shown).not.toHaveProperty('written');
    expect(shown).not.toHaveProperty('registration');
    expect(removed).toMatchObject({ operation: 'DeregisterApplication', written: 'removed' });
    const { SessionTagValues, SessionDurationSeconds, ApplicationRoleId, AccessRoleId } = stored;
    expect(removed?.['registration']).toEqual({
      ...minimalBody,
      SessionTagValues,
      SessionDurationSeconds,
      ApplicationRoleId,
      AccessRoleId,
      Trust: 'Pinned',
    });
  });

  it.each(['GET /applications', 'DELETE /applications'])(
    '%s answers 404 where there is none',
    async (route) => {
      expectAnswer(await broker.ask(eventOf(route)), 404, notRegistered);
    },
  );

  it('do not mind a body', async () => {
    await broker.register();
    expectAnswer(await broker.ask(eventOf('GET /applications', { body: 'ignored' })), 200, stored);
    expectAnswer(await broker.ask(eventOf('DELETE /applications', { body: '{' })), 200, stored);
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE'])('%s takes no query parameter', async (method) => {
    await broker.register();
    const event = eventOf(`${method} /applications`, { query: { limit: '1' }, body: minimalBody });

    expectAnswer(
      await broker.ask(event),
      400,
      errorOf('InvalidRequest', 'limit: not a query parameter of this request'),
    );
  });
});

describe('what a deployment requires of every registration', () => {
  it.each([
    ['Issuer', { requireIssuer: true }, { Issuer: 'https://idp.example.com' }],
    ['Audience', { requireAudience: true }, { Audience: 'client' }],
  ] as const)(
    'is the %s, and what was registered without is served no longer',
    async (field, rules, complete) => {
      await broker.register();
      const strict = broker.environment({ rules });
      const body = { ...minimalBody };
      const JWT = await broker.tokenFor('Yellow', { iss: 'https://idp.example.com', aud: 'client' });

      expectAnswer(
        await strict(eventOf('PUT /applications', { body })),
        400,
        errorOf('InvalidRequest', `${field}: is required by this deployment`),
      );
      expectAnswer(
        await strict(eventOf('POST /credentials', { body: { JWT } })),
        403,
        errorOf(
          'RegistrationNotAllowed',
          `this deployment requires ${field} of every registration: add it with PUT /applications`,
        ),
      );
      expect(broker.sts.callsForAccessRoles()).toEqual([]);
      await strict(eventOf('PUT /applications', { body: { ...body, ...complete } }));
      expect((await strict(eventOf('POST /credentials', { body: { JWT } }))).statusCode).toBe(200);
    },
  );
});
