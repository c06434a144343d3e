// Failing dependencies, one fault a test: what can be served safely is served, the rest is 503 in time.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { BrokerAnswer } from '../../client/broker-client.ts';
import type { Fault } from '../../sandbox/account/faults.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

useBroker();

let names = 0;

/** A registered application whose registration is cached, and no credentials yet. */
async function application(): Promise<BrokerApplication> {
  names += 1;
  const app = broker.createApplication(`App${names}`);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  expect(await app.call('POST', 'credentials', { JWT: 'no.to.ken' })).toMatchObject({ status: 403 });
  return app;
}

/** Injects a fault until the test ends, or until the function that comes back is called. */
function fail(fault: Fault): () => void {
  const end = sandbox.account.faults.inject(fault);
  onTestFinished(end);
  return end;
}

/** The broker's own answer, and so in time: beyond the function's time-out the gateway would answer 500, without a code. */
function expectUnavailable({ status, headers, body }: BrokerAnswer, code: string): void {
  expect({ status, code: body['code'] }).toEqual({ status: 503, code });
  expect(headers.get('retry-after')).toBe('1');
  expect(headers.get('cache-control')).toBe('no-store');
}

/** A failure is remembered for a moment; then the broker recovers by itself. */
async function eventually(ask: () => Promise<BrokerAnswer>): Promise<void> {
  await expect.poll(async () => (await ask()).status, { interval: 100 }).toBeLessThan(300);
}

/** Once so many seconds, from now on: how often that may have been, whatever time the test takes. */
function perPeriod(seconds: number): () => number {
  const startedAt = performance.now();
  return () => 1 + Math.floor((performance.now() - startedAt) / (seconds * 1_000));
}

const internalFailure = { code: 'InternalFailure', message: 'failed', statusCode: 500 };
const throttled = { code: 'Throttling', message: 'Rate exceeded', statusCode: 400 };
const waysToFail: [string, Omit<Fault, 'service'>][] = [
  ['answers with an error', { error: internalFailure }],
  ['throttles', { error: throttled }],
  [
    'refuses the broker itself',
    { error: { code: 'InvalidClientTokenId', message: 'invalid', statusCode: 403 } },
  ],
  ['cuts the connection', { disconnect: true }],
  ['answers nonsense', { garbage: '<html>captive portal</html>' }],
  ['does not answer', { delayMs: 30_000, disconnect: true }],
  ['sends headers and then nothing', { stall: true }],
];

describe('STS', () => {
  it.each(waysToFail)('that %s: cached credentials are served, others are 503', async (_, fault) => {
    const app = await application();
    const cached = await app.credentials('Yellow');
    const end = fail({ service: 'sts', ...fault });
    const served = await app.credentials('Yellow');
    expect(served).toMatchObject({ status: 200, body: { AccessKeyId: cached.body['AccessKeyId'] } });
    expectUnavailable(await app.credentials('Blue'), 'StsUnavailable');
    end();
    // A session of the broker's own that STS took for none is replaced some seconds later.
    await eventually(() => app.credentials('Blue'));
  });

  it('that comes back serves again, with nothing done', async () => {
    const app = await application();
    const end = fail({ service: 'sts', error: internalFailure });
    expectUnavailable(await app.credentials('Yellow'), 'StsUnavailable');
    end();
    await eventually(() => app.credentials('Yellow'));
  });

  it('that fails one attempt is asked a second time', async () => {
    const app = await application();
    fail({ service: 'sts', error: internalFailure, times: 1 });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });

  it('that cannot tell whether the trust policy is pinned: the registration is 503, and none is left', async () => {
    const app = broker.createApplication('Unprobed');
    const end = fail({ service: 'sts', error: internalFailure });
    expectUnavailable(await app.call('POST', 'applications', app.registration()), 'StsUnavailable');
    end();
    expect(await app.call('GET', 'applications')).toMatchObject({ status: 404 });
  });
});

describe('DynamoDB', () => {
  it.each(waysToFail)('that %s: registered applications are served, others are 503', async (_, fault) => {
    const app = await application();
    const stranger = broker.createApplication(`Stranger${app.roleName}`);
    fail({ service: 'dynamodb', ...fault });
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
    expectUnavailable(await stranger.credentials('Yellow'), 'AccessMetadataUnavailable');
    expectUnavailable(await app.call('DELETE', 'applications'), 'AccessMetadataUnavailable');
  });

  it('that is stopped and started again serves again, with nothing done', async () => {
    const app = await application();
    await sandbox.dynamoDb.stop();
    try {
      expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
      expectUnavailable(await app.call('GET', 'applications'), 'AccessMetadataUnavailable');
    } finally {
      await sandbox.dynamoDb.start();
    }
    expect(await app.call('GET', 'applications')).toMatchObject({ status: 200 });
  });
});

describe('the JWK set', () => {
  /** A key set at an address of its own, so that nothing of it is cached; the pool's tokens verify with it. */
  async function withOwnKeySet(): Promise<{ app: BrokerApplication; path: string }> {
    names += 1;
    const app = broker.createApplication(`App${names}`);
    const path = `/keys/${names}.json`;
    const [userPool] = sandbox.account.userPools.values();
    const JWKSetURL = sandbox.jwks.publish(path, userPool?.jwks);
    expect(await app.call('POST', 'applications', { ...app.registration(), JWKSetURL })).toMatchObject({
      status: 201,
    });
    return { app, path };
  }

  const waysToServeNoKeys: [string, Omit<Fault, 'service'>][] = [
    ['answers with an error', { error: { code: 'ServerError', message: 'failed', statusCode: 500 } }],
    ['cuts the connection', { disconnect: true }],
    ['is no JSON', { garbage: '<html>captive portal</html>' }],
    ['is no JWK set', { garbage: '{"keys":"none"}' }],
    ['is longer than 100 KiB', { garbage: JSON.stringify({ keys: [], padding: 'x'.repeat(100 * 1024) }) }],
    ['does not come', { delayMs: 30_000, disconnect: true }],
    ['stops after its headers', { stall: true }],
  ];

  it.each(waysToServeNoKeys)(
    'that %s: 503 where it was never seen, served where it was',
    async (_, fault) => {
      const { app: seen } = await withOwnKeySet();
      expect(await seen.credentials('Yellow')).toMatchObject({ status: 200 });
      const { app: unseen } = await withOwnKeySet();
      fail({ service: 'jwks', ...fault });
      expectUnavailable(await unseen.credentials('Yellow'), 'JwksUnavailable');
      expect(await seen.credentials('Blue')).toMatchObject({ status: 200 });
    },
  );

  it('that comes back serves again, with nothing done; one that hangs costs one request its time-out', async () => {
    const { app, path } = await withOwnKeySet();
    const tried = sandbox.jwks.requestCount(path);
    const end = fail({ service: 'jwks', delayMs: 30_000, disconnect: true });
    const attempts = perPeriod(5);
    for (let n = 0; n < 5; n += 1) expectUnavailable(await app.credentials('Yellow'), 'JwksUnavailable');
    expect(sandbox.jwks.requestCount(path) - tried).toBeLessThanOrEqual(attempts());
    end();
    await eventually(() => app.credentials('Yellow'));
  });

  it('whose key is rotated under load loses no valid request', async () => {
    const app = await application();
    const [userPool] = sandbox.account.userPools.values();
    if (!userPool) throw new Error('the sandbox has no user pool');
    const claims = JSON.parse(
      Buffer.from((await broker.tokenOf('Yellow')).split('.')[1] ?? '', 'base64url').toString(),
    ) as Record<string, unknown>;
    const ask = async (n: number) => {
      const JWT = await userPool.sign({ ...claims, jti: `rotation-${n}` });
      return (await app.call('POST', 'credentials', { JWT })).status;
    };
    const before = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
    const [during] = await Promise.all([
      Promise.all(Array.from({ length: 40 }, (_, n) => ask(20 + n))),
      userPool.rotateKey(),
    ]);
    const after = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(60 + n)));
    expect([...before, ...during, ...after].filter((status) => status !== 200)).toEqual([]);
  });

  it('is not asked again for every token with an invented key id', async () => {
    const { app, path } = await withOwnKeySet();
    const token = await broker.tokenOf('Yellow');
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
    const fetched = sandbox.jwks.requestCount(path);
    const refetches = perPeriod(5);
    for (let n = 0; n < 20; n += 1) {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: `invented-${n}` })).toString(
        'base64url',
      );
      const JWT = [header, ...token.split('.').slice(1)].join('.');
      expect(await app.call('POST', 'credentials', { JWT })).toMatchObject({ status: 403 });
    }
    const caused = sandbox.jwks.requestCount(path) - fetched;
    expect(caused).toBeGreaterThan(0);
    expect(caused).toBeLessThanOrEqual(refetches());
  });
});

describe('an execution environment', () => {
  it('that starts while STS is down serves once STS is back', async () => {
    const end = fail({ service: 'sts', error: internalFailure });
    const [lambdaFunction] = sandbox.functions.all;
    for (const { pid } of lambdaFunction?.environments ?? []) if (pid) process.kill(pid, 'SIGKILL');
    names += 1;
    const app = broker.createApplication(`App${names}`);
    expect((await app.call('GET', 'applications')).status).toBeGreaterThanOrEqual(404);
    end();
    await eventually(() => app.call('POST', 'applications', app.registration()));
    expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
  });
});
