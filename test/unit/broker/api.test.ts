// The API from event to answer, over real parts: failures, routes that do not exist, and the audit record.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { errorOf, expectAnswer } from '../../support/answers.ts';
import { useBroker } from '../../support/broker-fixture.ts';
import { callerNamed, iamOf } from '../../support/callers.ts';
import { eventOf, routes } from '../../support/events.ts';
import { holdTimers } from '../../support/patience.ts';
import { minimalBody } from '../../support/registrations.ts';
import { refusing } from '../../support/sts.ts';

const broker = useBroker();

describe('a dependency that fails is a 503 with Retry-After', () => {
  const issue = async () =>
    broker.ask(eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } }));

  it('DynamoDB', async () => {
    broker.table.down = true;
    const body = errorOf(
      'AccessMetadataUnavailable',
      'the registrations cannot be read or written at the moment',
    );
    expectAnswer(await issue(), 503, body);
    expectAnswer(await broker.register(), 503, body);
  });

  it('the JWK set', async () => {
    await broker.register();
    broker.keys.answer = new Error('ECONNREFUSED');
    expectAnswer(
      await issue(),
      503,
      errorOf(
        'JwksUnavailable',
        'the JWK set at the registered JWKSetURL https://idp.example.com/jwks.json could not be fetched or read: ' +
          'it cannot be reached: the connection or the look-up of the host failed',
      ),
    );
  });

  it('STS', async () => {
    await broker.register();
    broker.sts.accessRole = refusing('Throttling');
    expectAnswer(
      await issue(),
      503,
      errorOf('StsUnavailable', 'temporary credentials cannot be issued at the moment'),
    );
  });
});

describe('a request that takes longer than its budget', () => {
  const BUDGET_MS = 8_000;
  beforeEach(holdTimers);

  it('is a 503, and what it waited for serves the next one', async () => {
    await broker.register();
    const event = eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } });
    const ask = broker.environment({ requestBudgetMs: BUDGET_MS });
    /** STS is asked, and answers when the test says so. */
    const asked = new Promise<() => void>((whenAsked) => {
      broker.sts.accessRole = (input) =>
        new Promise((resolve) => whenAsked(() => resolve(broker.sts.session(input))));
    });
    const late = ask(event);
    const answer = await asked;
    vi.advanceTimersByTime(BUDGET_MS);
    expectAnswer(await late, 503, errorOf('DeadlineExceeded', 'the request took longer than its budget'));

    answer();
    expect((await ask(event)).statusCode).toBe(200);
    expect(broker.sts.callsForAccessRoles()).toHaveLength(1);
    expect(broker.output.logs().map(({ outcome }) => outcome)).toContain('carriedOutLate');
  });

  it('is recorded no second time if what it waited for is refused', async () => {
    await broker.register();
    const event = eventOf('POST /credentials', { body: { JWT: await broker.tokenFor('Yellow') } });
    const ask = broker.environment({ requestBudgetMs: BUDGET_MS });
    const asked = new Promise<() => void>((whenAsked) => {
      broker.sts.accessRole = (input) =>
        new Promise((resolve) => whenAsked(() => resolve(0))).then(() => refusing('AccessDenied')(input));
    });
    broker.output.clear();
    const late = ask(event);
    const answer = await asked;
    vi.advanceTimersByTime(BUDGET_MS);
    expect(await late).toMatchObject({ statusCode: 503 });
    answer();

    expect(await ask(event)).toMatchObject({ statusCode: 403 });
    expect(broker.output.logs().map(({ outcome }) => outcome)).toEqual(['failed', 'denied']);
  });
});

describe('a bug', () => {
  it('is a 500 with the request id and nothing else', async () => {
    const iam = new Proxy(
      {},
      {
        get: () => {
          throw new TypeError('canary');
        },
      },
    );
    const event = eventOf('GET /applications');
    const requestContext = { ...(event['requestContext'] as object), authorizer: { iam } };

    expectAnswer(
      await broker.ask({ ...event, requestContext }),
      500,
      errorOf('InternalError', 'the broker failed'),
    );
    expect(broker.output.text()).not.toContain('canary');
  });
});

describe('a caller that is no application', () => {
  it.each(routes)('is refused on %s', async (route) => {
    const event = eventOf(route, { body: minimalBody });
    const userArn = 'arn:aws:iam::111122223333:user/App';
    const iam = { ...iamOf(callerNamed('App')), userArn, userId: 'AIDAEXAMPLE' };
    const requestContext = { ...(event['requestContext'] as object), authorizer: { iam } };

    expectAnswer(
      await broker.ask({ ...event, requestContext }),
      403,
      errorOf(
        'CallerNotAllowed',
        'the caller must be an IAM role: sign with the credentials of an assumed role',
      ),
    );
  });
});

describe('a route that does not exist is a 404', () => {
  it.each([
    'GET /',
    'GET /other',
    'GET /applications/',
    'GET //applications',
    'GET /applications/App',
    'GET /Applications',
    'GET /credentials/..',
    'GET /%63redentials',
    'GET /credentials?jwt=x',
    'GET /credentials/é',
    'PUT /credentials',
    'DELETE /credentials',
    'PATCH /applications',
    'HEAD /applications',
    'OPTIONS /applications',
    'TRACE /applications',
    'CONNECT /applications',
    'get /applications',
    'INVENTED /applications',
  ])('%s', async (route) => {
    await broker.register();
    expectAnswer(await broker.ask(eventOf(route)), 404, errorOf('RouteNotFound', 'there is no such route'));
  });
});

describe('an event that is no request', () => {
  it.each([undefined, null, 'event', 7, [], {}, { version: '1.0' }])('%j is a 400', async (event) => {
    expectAnswer(await broker.ask(event), 400, {
      code: 'InvalidRequest',
      message: 'the event is not an HTTP API request of payload format 2.0',
      requestId: 'lambda-request-1',
    });
  });
});

describe('every request', () => {
  it('leaves exactly one audit record, whatever its outcome', async () => {
    const JWT = await broker.tokenFor('Yellow');
    const requests: [event: unknown, operation: string, outcome: string][] = [
      [eventOf('GET /applications'), 'ShowApplication', 'denied'],
      [eventOf('POST /applications', { body: minimalBody }), 'RegisterApplication', 'allowed'],
      [eventOf('PUT /applications', { body: minimalBody }), 'ReplaceApplication', 'allowed'],
      [eventOf('POST /credentials', { body: { JWT } }), 'GetCredentials', 'allowed'],
      [eventOf('GET /credentials', { query: { jwt: 'a.b.c' } }), 'GetCredentials', 'denied'],
      [eventOf('DELETE /applications'), 'DeregisterApplication', 'allowed'],
    ];
    for (const [event, operation, outcome] of requests) {
      broker.output.clear();
      await broker.ask(event);
      expect(broker.output.logs()).toMatchObject([
        { operation, outcome, requestId: 'request-1', application: 'App' },
      ]);
    }
  });
});
