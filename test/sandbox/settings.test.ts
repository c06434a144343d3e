// Settings end to end: what cdk.json says of an environment is what its deployed function goes by.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemble } from './support/assembly.ts';
import type { Broker, BrokerApplication } from './support/broker.ts';
import { startBroker } from './support/broker-sandbox.ts';

let directory: string;
let broker: Broker;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'settings-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  assemble({ clockLeewaySeconds: 300 }, assemblyDirectory);
  broker = await startBroker({ assemblyDirectory });
});
afterAll(async () => {
  await broker?.sandbox.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('clockLeewaySeconds', () => {
  let app: BrokerApplication;
  beforeAll(async () => {
    app = broker.createApplication('ClockLeeway');
    await app.call('POST', 'applications', app.registration());
  });

  /** What the broker answers to a token of a clock that is ahead; it is good for long after. */
  async function answerTo(secondsAhead: number) {
    const [userPool] = broker.sandbox.account.userPools.values();
    const issuedAt = Math.floor(Date.now() / 1_000) + secondsAhead;
    const times = { iat: issuedAt, nbf: issuedAt, exp: issuedAt + 86_400 };
    const claims = { iss: userPool?.issuer, token_use: 'id', 'custom:tenant_id': 'Yellow', ...times };
    return app.call('POST', 'credentials', { JWT: await userPool?.sign(claims) });
  }

  it('lets an issuer’s clock be ahead by more than a minute', async () => {
    expect(await answerTo(280)).toMatchObject({ status: 200 });
  });

  it('lets it be ahead by no hour', async () => {
    expect(await answerTo(3_600)).toMatchObject({ status: 403, body: { code: 'TokenNotYetValid' } });
  });
});
