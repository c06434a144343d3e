// Canaries: whatever happens, no token, secret or session token leaves the function but in the answer it is for.
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useBroker } from '../../support/broker-fixture.ts';
import { eventOf } from '../../support/events.ts';
import { minimalBody } from '../../support/registrations.ts';
import { forge, generateSigningKey, type SigningKey } from '../../support/signing-keys.ts';
import { refusing } from '../../support/sts.ts';

const SECRET = 'canary-secret-access-key';
const SESSION_TOKEN = 'canary-session-token';
const CLAIM = 'canary-claim';

const broker = useBroker();
let stranger: SigningKey;

beforeAll(async () => {
  stranger = await generateSigningKey('ES256');
});
beforeEach(async () => {
  const { sts } = broker;
  sts.serviceRole = sts.accessRole = (input) => {
    const session = sts.session(input);
    return {
      ...session,
      Credentials: { ...session.Credentials, SecretAccessKey: SECRET, SessionToken: SESSION_TOKEN },
    };
  };
  await broker.register();
});

/** A claim that becomes no tag is nobody's business, in plain or encoded. */
const claims = (overrides: Record<string, unknown> = {}) => ({
  exp: broker.clock.seconds() + 3600,
  'custom:tenant_id': 'Yellow',
  email: CLAIM,
  ...overrides,
});

/** What of a token must not be found: each of its parts, and pieces from the middle of the long ones. */
function piecesOf(token: string): string[] {
  const parts = token.split('.').filter((part) => part.length > 12);
  return [token, ...parts, ...parts.map((part) => part.slice(8, 24))];
}

function expectNoneOf(pieces: readonly string[], text: string): void {
  for (const piece of pieces) expect(text).not.toContain(piece);
}

describe('a token', () => {
  const cases: [string, () => Promise<string> | string][] = [
    ['that is accepted', () => broker.key.sign(claims())],
    ['that has expired', () => broker.key.sign(claims({ exp: 1 }))],
    ['signed by a stranger', () => stranger.sign(claims())],
    ['of an unknown key', () => broker.key.sign(claims(), { kid: 'canary-kid' })],
    ['without the claim', () => broker.key.sign(claims({ 'custom:tenant_id': undefined }))],
    ['whose claim cannot be a tag', () => broker.key.sign(claims({ 'custom:tenant_id': 'canary-claim/*' }))],
    ['of another type', () => forge({ alg: 'ES256', typ: 'canary-claim' }, claims())],
    ['of another algorithm', () => forge({ alg: 'canary-claim' }, claims())],
    ['whose header is no JSON', () => forge('{"canary-claim', claims())],
    ['whose claims are no JSON', () => broker.key.signText('{"canary-claim')],
    // A parser quotes the first ten characters of what it cannot read.
    ['whose header is a word', () => forge('canary', claims())],
    ['whose claims are a word', () => broker.key.signText('canary')],
    ['that is none', () => 'canary-claim-and-nothing-else'],
    ['in five parts', () => `${forge({ alg: 'dir' }, claims())}.canary-claim.canary-claim`],
  ];

  it.each(cases)('%s is in no answer, log or metric', async (_, sign) => {
    const token = await sign();
    const pieces = [...piecesOf(token), CLAIM, SECRET, SESSION_TOKEN];
    for (const event of [
      eventOf('GET /credentials', { query: { jwt: token } }),
      eventOf('POST /credentials', { body: { JWT: token } }),
      eventOf('POST /credentials', { body: { JWT: token }, base64: true }),
      eventOf('GET /credentials', { query: { jwt: `${token},${token}` } }),
    ]) {
      const answer = await broker.ask(event);
      if (answer.statusCode === 200) expect(answer.body['SessionToken']).toBe(SESSION_TOKEN);
      else expectNoneOf(pieces, answer.text);
    }
    expect(broker.output.logs().length).toBeGreaterThan(4);
    expectNoneOf([...pieces, 'canary'], broker.output.text());
  });

  it('in the place of a name is in no answer, log or metric', async () => {
    const token = await broker.key.sign(claims());
    for (const event of [
      eventOf('GET /credentials', { query: { [token]: '' } }),
      eventOf('POST /credentials', { body: { [token]: '' } }),
      eventOf('POST /applications', { body: { ...minimalBody, [token]: '' } }),
      eventOf('POST /applications', { body: { ...minimalBody, SessionTags: { [token]: '' } } }),
      eventOf('POST /applications', { body: { ...minimalBody, SessionTags: { tenantid: token } } }),
    ]) {
      const answer = await broker.ask(event);
      expect(answer.statusCode).toBe(400);
      expectNoneOf(piecesOf(token), answer.text);
    }
    expectNoneOf(piecesOf(token), broker.output.text());
  });

  it('in a body that is no JSON is in no answer, log or metric', async () => {
    const token = await broker.key.sign(claims());
    const bodies = [
      token,
      `{"JWT": ${token}}`,
      `{"JWT": "${token}`,
      `{"JWT": "${token}"} ${token}`,
      `{\n    at ${token}`,
    ];
    for (const body of bodies) {
      const answer = await broker.ask(eventOf('POST /credentials', { body }));
      expect(answer.statusCode).toBe(400);
      expectNoneOf(piecesOf(token), answer.text);
    }
    expectNoneOf(piecesOf(token), broker.output.text());
  });
});

describe('a secret and a session token', () => {
  const issue = async () =>
    broker.ask(eventOf('POST /credentials', { body: { JWT: await broker.key.sign(claims()) } }));

  it('are in the answer that issues them, and nowhere else', async () => {
    const issued = await issue();
    expect(issued.body).toMatchObject({ SecretAccessKey: SECRET, SessionToken: SESSION_TOKEN });
    await issue();

    expectNoneOf([SECRET, SESSION_TOKEN], broker.output.text());
    expect(JSON.stringify(await broker.table.items())).not.toMatch(/canary/);
  });

  it.each(['AccessDenied', 'Throttling', 'ValidationError'])(
    'are nowhere when STS answers %s',
    async (name) => {
      broker.sts.accessRole = refusing(name);
      const answer = await issue();

      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expectNoneOf([SECRET, SESSION_TOKEN], answer.text);
      expectNoneOf([SECRET, SESSION_TOKEN], broker.output.text());
    },
  );

  it('are nowhere when the answer of STS is incomplete', async () => {
    broker.sts.accessRole = (input) => ({
      Credentials: {
        ...broker.sts.session(input).Credentials,
        SecretAccessKey: SECRET,
        Expiration: undefined,
      },
    });
    const answer = await issue();

    expect(answer.statusCode).toBe(503);
    expectNoneOf([SECRET, SESSION_TOKEN, 'session-token-'], answer.text + broker.output.text());
  });
});

describe('what a source of keys answers', () => {
  it('is in no answer, log or metric', async () => {
    for (const answer of [
      new TextEncoder().encode('canary-key-set'),
      new TextEncoder().encode('{\n    at canary-key-set'),
      new Error('canary-key-set\n    at canary-key-set'),
    ]) {
      broker.keys.answer = answer;
      const refused = await broker.ask(
        eventOf('POST /credentials', { body: { JWT: await broker.key.sign(claims()) } }),
      );
      expect(refused.body).toMatchObject({ code: 'JwksUnavailable' });
      expect(refused.text + broker.output.text()).not.toContain('canary');
    }
  });
});
