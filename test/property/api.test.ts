// Properties of the whole function: whatever is sent, it does not break, and issues no credentials but the claim's.
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answered } from '../support/broker.ts';
import { useBroker } from '../support/broker-fixture.ts';
import { callerNamed, iamOf } from '../support/callers.ts';
import { eventOf, routes } from '../support/events.ts';
import { minimalBody } from '../support/registrations.ts';
import { runs } from '../support/runs.ts';
import { forge, generateSigningKey, type SigningKey } from '../support/signing-keys.ts';

const broker = useBroker();
let stranger: SigningKey;

beforeAll(async () => {
  stranger = await generateSigningKey('ES256');
});
beforeEach(async () => {
  await broker.register();
});

const anyRoute = fc.constantFrom(...routes);

/** No failure of the broker's own, in the contract's form, and nothing that opens a door. */
function expectRefusal({ statusCode, headers, body, text }: Answered): void {
  expect([400, 403, 404, 409]).toContain(statusCode);
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
  expect(Object.keys(body).sort()).toEqual(['code', 'message', 'requestId']);
  expect(text).not.toMatch(/SecretAccessKey|session-token/);
  expect(broker.sts.calls).toEqual([]);
  broker.output.clear();
}

describe('the function refuses', () => {
  it('any JSON as an event', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (event) => expectRefusal(await broker.ask(event))),
      runs(200),
    );
  });

  it('an event with any JSON in place of one of its fields, but for those it does not read', async () => {
    const at = fc.constantFrom('version', 'rawPath', 'requestContext', 'http', 'authorizer', 'iam');
    const damaged = fc
      .record({ route: anyRoute, at, value: fc.jsonValue() })
      .map(({ route, at: field, value }) => {
        const event = eventOf(route);
        const context = event['requestContext'] as Record<string, unknown>;
        if (field === 'http' || field === 'authorizer') {
          return { ...event, requestContext: { ...context, [field]: value } };
        }
        if (field === 'iam') return { ...event, requestContext: { ...context, authorizer: { iam: value } } };
        return { ...event, [field]: value };
      });
    await fc.assert(
      fc.asyncProperty(damaged, async (event) => expectRefusal(await broker.ask(event))),
      runs(200),
    );
  });

  it('any bytes as a body', async () => {
    const route = fc.constantFrom('POST /applications', 'PUT /applications', 'POST /credentials');
    const bytes = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json(),
      fc.uint8Array({ maxLength: 200 }).map((body) => Buffer.from(body).toString('latin1')),
    );
    await fc.assert(
      fc.asyncProperty(route, bytes, fc.boolean(), async (to, body, isBase64Encoded) =>
        expectRefusal(await broker.ask({ ...eventOf(to, { body }), isBase64Encoded })),
      ),
      runs(400),
    );
  });

  it('any query', async () => {
    const query = fc.dictionary(fc.oneof(fc.constant('jwt'), fc.string()), fc.string(), {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(anyRoute, query, async (route, parameters) =>
        expectRefusal(await broker.ask(eventOf(route, { query: parameters, body: {} }))),
      ),
      runs(200),
    );
  });
});

describe('the function refuses as a token', () => {
  const ask = (JWT: string) => broker.ask(eventOf('POST /credentials', { body: { JWT } }));
  const header = fc.record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'RS256', 'EdDSA', 'none', 'HS256'), fc.jsonValue()),
      kid: fc.oneof(fc.constant('ES256-key'), fc.jsonValue()),
      typ: fc.oneof(fc.constant('JWT'), fc.jsonValue()),
      crit: fc.oneof(fc.constant(['b64']), fc.jsonValue()),
      b64: fc.jsonValue(),
      jwk: fc.jsonValue(),
    },
    { requiredKeys: ['alg'], noNullPrototype: true },
  );

  it('any text', async () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}$/));
    await fc.assert(
      fc.asyncProperty(text, async (token) => expectRefusal(await ask(token))),
      runs(400),
    );
  });

  it('any header and claims that it has no key for', async () => {
    const signature = fc.uint8Array({ minLength: 1, maxLength: 70 });
    await fc.assert(
      fc.asyncProperty(header, fc.jsonValue(), signature, async (head, claims, bytes) =>
        expectRefusal(await ask(forge(head, claims, Buffer.from(bytes).toString('base64url')))),
      ),
      runs(400),
    );
  });

  it('a good token of which one character differs', async () => {
    const good = await broker.tokenFor('Yellow');
    // The last character holds bits that the signature does not use.
    const place = fc.nat({ max: good.length - 2 });
    const character = fc.constantFrom(...'AZaz09-_.');
    await fc.assert(
      fc.asyncProperty(place, character, async (index, replacement) => {
        fc.pre(good[index] !== replacement);
        expectRefusal(await ask(good.slice(0, index) + replacement + good.slice(index + 1)));
      }),
      runs(200),
    );
  });

  it('any claims that a stranger signed', async () => {
    const claims = fc.dictionary(
      fc.constantFrom('exp', 'nbf', 'aud', 'custom:tenant_id', 'x'),
      fc.jsonValue(),
      {
        noNullPrototype: true,
      },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const token = await stranger.signText(JSON.stringify({ exp: 4_000_000_000, ...payload }));
        expectRefusal(await ask(token));
      }),
      runs(120),
    );
  });

  it('any claims that the issuer signed, but for a tenant that can be a tag', async () => {
    const claims = fc.record(
      { exp: fc.jsonValue(), nbf: fc.jsonValue(), iat: fc.jsonValue(), 'custom:tenant_id': fc.jsonValue() },
      { requiredKeys: [], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(claims, async (payload) => {
        const tenant = payload['custom:tenant_id'];
        fc.pre(typeof tenant !== 'string' || !/^[A-Za-z0-9]/.test(tenant));
        const token = await broker.key.signText(JSON.stringify({ exp: 4_000_000_000, ...payload }));
        expectRefusal(await ask(token));
      }),
      runs(200),
    );
  });
});

describe('an issued session', () => {
  it('is of the caller’s access role and has the verified claim as its tag, cached or not', async () => {
    const roles = { App: 'AppAccess', Other: 'OtherAccess' };
    for (const [application, AccessRoleName] of Object.entries(roles)) {
      const body = { ...minimalBody, AccessRoleName, SessionTagValues: 'Any' };
      const caller = callerNamed(application);
      await broker.ask(eventOf('PUT /applications', { body, caller }));
      await broker.ask(eventOf('POST /applications', { body, caller }));
    }
    broker.sts.forget();
    const tenant = fc.oneof(
      fc.constantFrom('Yellow', 'Blue', 'yellow', 'Yellow ', 'Yel-low'),
      fc.string({ unit: fc.constantFrom(...'aZ09_.:/=+-@ é黄*'), maxLength: 10 }),
      fc.string({ unit: 'binary', maxLength: 10 }),
    );
    let issued = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('App' as const, 'Other' as const),
        tenant,
        fc.nat({ max: 3 }),
        async (application, claim, sub) => {
          const JWT = await broker.tokenFor(claim, { sub: String(sub) });
          const caller = callerNamed(application);
          const { statusCode, body } = await broker.ask(
            eventOf('POST /credentials', { body: { JWT }, caller }),
          );
          broker.output.clear();
          if (statusCode === 403) {
            expect(body).toMatchObject({ code: 'ClaimNotAllowed' });
            expect(claim).not.toMatch(/^[\w.-]+$/);
            return;
          }
          expect(statusCode).toBe(200);
          expect(broker.sts.inputOf(body['AccessKeyId'])).toMatchObject({
            RoleArn: expect.stringMatching(new RegExp(`:role/${roles[application]}$`)),
            ExternalId: application,
            Tags: [{ Key: 'TenantID', Value: claim }],
          });
          issued += 1;
        },
      ),
      runs(300),
    );
    expect(issued).toBeGreaterThan(100);
    // Most were there already.
    expect(broker.sts.callsForAccessRoles().length).toBeLessThan(issued);
    const tagged = broker.sts.callsForAccessRoles().map(({ input }) => input.Tags?.[0]?.Value);
    for (const value of tagged) expect(value).toMatch(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u);
  });
});

describe('the function refuses as a caller', () => {
  it('any identity that is not the application’s', async () => {
    const good = iamOf(callerNamed('App'));
    const field = fc.constantFrom('userArn', 'userId', 'accountId');
    await fc.assert(
      fc.asyncProperty(anyRoute, field, fc.jsonValue(), async (route, name, value) => {
        const event = eventOf(route, { body: {} });
        const authorizer = { iam: { ...good, [name]: value } };
        const requestContext = { ...(event['requestContext'] as object), authorizer };
        expectRefusal(await broker.ask({ ...event, requestContext }));
      }),
      runs(200),
    );
  });
});
