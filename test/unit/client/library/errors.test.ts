// What the library tells of a failure, and what nothing of it ever shows: tokens and secrets.
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { type BrokerErrorCode, SessionBrokerError } from '../../../../client/library/index.ts';
import type { ErrorCode } from '../../../../service/errors.ts';
import { LibraryBroker, refusal, type ScriptedAnswer } from '../../../support/library-broker.ts';

const TOKEN = `${'h'.repeat(20)}.${'p'.repeat(200)}.${'s'.repeat(86)}`;

/** Of a broker that gives access to data. */
const ofDataAccess = [
  { code: 'TargetInvalid', status: 400 },
  { code: 'TargetOutsideTenant', status: 403 },
  { code: 'GrantDenied', status: 403 },
  { code: 'GrantNotOfUser', status: 403 },
  { code: 'TokenAlreadyExchanged', status: 403 },
  { code: 'UserNotInDirectory', status: 403 },
  { code: 'IdentityContextRefused', status: 403 },
  { code: 'LocationMisconfigured', status: 503 },
  { code: 'IdentityCenterUnavailable', status: 503 },
  { code: 'AccessGrantsUnavailable', status: 503 },
] as const;

async function errorAfter(answer: ScriptedAnswer): Promise<SessionBrokerError> {
  const fake = new LibraryBroker();
  fake.script = () => answer;
  const error = await fake
    .client({ budgetMs: 1_000 })
    .credentials(TOKEN)
    .catch((thrown: unknown) => thrown);
  if (error instanceof SessionBrokerError) return error;
  throw new Error('it was served, or something else was thrown', { cause: error });
}

describe('an error', () => {
  it('has the codes of the broker, all of them', () => {
    expectTypeOf<BrokerErrorCode>().toEqualTypeOf<ErrorCode>();
  });

  it('carries what the broker said', async () => {
    expect(await errorAfter(refusal(429, 'TooManyRequests', 3))).toMatchObject({
      name: 'SessionBrokerError',
      code: 'TooManyRequests',
      message: 'what TooManyRequests says',
      statusCode: 429,
      requestId: 'request-1',
      retryAfterSeconds: 3,
      isDenial: false,
    });
  });

  it.each(ofDataAccess)('of data access, $code, is a denial, or may pass', async ({ code, status }) => {
    expect(await errorAfter(refusal(status, code))).toMatchObject({
      code,
      isDenial: status !== 503,
      isRetryable: status === 503,
    });
  });

  it('keeps a code that it does not know', async () => {
    expect(await errorAfter(refusal(403, 'TenantAsleep'))).toMatchObject({
      code: 'TenantAsleep',
      isDenial: true,
    });
  });

  it.each<[string, ScriptedAnswer, object]>([
    [
      'the gateway refuses',
      { status: 403, body: { message: 'Forbidden' }, headers: { 'apigw-requestid': 'r-2' } },
      {
        code: 'GatewayRefused',
        message: expect.stringMatching(/^403 \(Forbidden\): .*execute-api:Invoke/),
        requestId: 'r-2',
      },
    ],
    ['the gateway throttles', { status: 429, body: {} }, { code: 'GatewayThrottled', statusCode: 429 }],
    ['the gateway fails', { status: 503, body: '' }, { code: 'GatewayFailed', statusCode: 503 }],
    ['a portal answers', { body: '<html>' }, { code: 'UnexpectedAnswer', statusCode: 200 }],
    [
      'credentials have no end',
      { body: { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: 'soon' } },
      { code: 'UnexpectedAnswer', message: expect.stringContaining('holds no credentials') },
    ],
    [
      'nothing answers',
      { failure: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) },
      { code: 'NoAnswer', statusCode: undefined, message: 'the broker did not answer: ECONNREFUSED' },
    ],
    [
      'nothing answers in time',
      { failure: new DOMException('late', 'TimeoutError') },
      { code: 'NoAnswer', message: 'the broker did not answer: not in time' },
    ],
  ])('says so where %s', async (_, answer, expected) => {
    expect(await errorAfter(answer)).toMatchObject(expected);
  });
});

describe('nothing shows', () => {
  const hidden = [TOKEN, 's'.repeat(86), 'p'.repeat(200), 'canary-secret', 'canary-session', 'canary-own'];
  const shownBy = (value: unknown) =>
    [inspect(value, { depth: 9, showHidden: true }), JSON.stringify(value), String(value)].join('\n');
  const expectHidden = (value: unknown) => {
    for (const secret of hidden) expect(shownBy(value)).not.toContain(secret);
  };

  it.each<[string, ScriptedAnswer]>([
    ['is quoted by the broker', { status: 403, body: { code: 'TokenMalformed', message: `no: ${TOKEN}` } }],
    ['is quoted in part', { status: 403, body: { message: `signed ${TOKEN.split('.')[2]}` } }],
    ['stands in what cannot be parsed', { body: `canary-secret ${TOKEN}` }],
    ['stands in a failure', { failure: new Error(TOKEN) }],
  ])('a token that %s', async (_, answer) => {
    const error = await errorAfter(answer);
    expectHidden(error);
    expect(error.stack).not.toContain('p'.repeat(200));
  });

  it('a secret of the broker’s client, its providers or its credentials', async () => {
    const broker = new LibraryBroker().client();
    const provider = broker.forToken(TOKEN);
    const credentials = await provider();
    expectHidden(broker);
    expectHidden(provider);
    expectHidden(credentials);
    expect(shownBy(credentials)).toContain('key-1');
    expect({ ...credentials }).toMatchObject({
      secretAccessKey: 'canary-secret',
      sessionToken: 'canary-session-token',
    });
  });
});
