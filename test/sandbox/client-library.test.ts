// The client library against the deployed broker, under faults: what it serves, and how many requests that costs.

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ApplicationOptions, BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { CountedClient } from './support/counted-client.ts';

useBroker();

const MINUTE = 60_000;
let names = 0;

async function application(
  name = `Library${++names}`,
  options?: ApplicationOptions,
): Promise<BrokerApplication> {
  const app = broker.createApplication(name, options);
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  return app;
}

/** How the broker decided on an application's requests for credentials. */
const decisionsOn = ({ roleName }: BrokerApplication) =>
  broker.recordsOf(roleName).filter(({ operation }) => operation === 'GetCredentials');

describe('an application', () => {
  it('registers, sees, replaces and deregisters itself', async () => {
    const app = broker.createApplication('LibraryLifecycle');
    const { library } = new CountedClient(app);
    const registration = { ...app.registration(), SessionTagKey: 'TenantID' };
    const registered = await library.register(registration);
    expect(registered).toMatchObject({ ...registration, ApplicationName: 'LibraryLifecycle' });
    expect(await library.register(registration)).toEqual(registered);
    await expect(library.register({ ...registration, SessionTagKey: 'Other' })).rejects.toMatchObject({
      code: 'ApplicationAlreadyRegistered',
      statusCode: 409,
    });
    expect(await library.replace({ ...registration, SessionTagKey: 'Other' })).toMatchObject({
      SessionTagKey: 'Other',
    });
    expect(await library.show()).toMatchObject({ SessionTagKey: 'Other' });
    expect(await library.deregister()).toMatchObject({ SessionTagKey: 'Other' });
    expect(await library.deregister()).toBeUndefined();
    await expect(library.show()).rejects.toMatchObject({ code: 'ApplicationNotFound' });
  });

  it('gives a provider to a client of the SDK, which becomes the tenant', async () => {
    const app = await application();
    const { library, statuses } = new CountedClient(app);
    const sts = new STSClient({
      region: sandbox.account.region,
      endpoint: sandbox.environment['AWS_ENDPOINT_URL'] as string,
      credentials: library.forToken(() => broker.tokenOf('Yellow')),
    });
    for (let n = 0; n < 3; n += 1) {
      const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
      expect(Arn).toContain(`:assumed-role/${app.accessRoleName}/Yellow`);
    }
    expect(statuses).toEqual([200]);
  });

  it('that may not call the API is told which permission it lacks', async () => {
    const { library, statuses } = new CountedClient(
      broker.createApplication('LibraryBarred', { mayCall: false }),
    );
    await expect(library.credentials('no.to.ken')).rejects.toMatchObject({
      code: 'GatewayRefused',
      statusCode: 403,
      message: expect.stringContaining('execute-api:Invoke'),
    });
    expect(statuses).toEqual([403]);
  });
});

describe('concurrent callers', () => {
  it('of one token cost one request', async () => {
    const app = await application();
    const { library, statuses } = new CountedClient(app);
    const token = await broker.tokenOf('Yellow');
    const all = await Promise.all(Array.from({ length: 500 }, () => library.credentials(token)));
    expect(new Set(all.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect(statuses).toEqual([200]);
    expect(decisionsOn(app)).toHaveLength(1);
  });

  it('with a denied token cost one request, and are denied', async () => {
    const app = await application();
    const { library, statuses } = new CountedClient(app);
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => library.credentials('no.to.ken')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(statuses).toEqual([403]);
  });
});

describe('503', () => {
  it('is waited out: one request an attempt, and the last is served', async () => {
    const app = await application();
    const client = new CountedClient(app);
    const error = { code: 'InternalFailure', message: 'failed', statusCode: 500 };
    const end = sandbox.account.faults.inject({ service: 'sts', error });
    onTestFinished(end);
    client.onWait = end;
    await client.library.credentials(await broker.tokenOf('Blue'));
    expect(client.waits).toBeGreaterThan(0);
    expect(client.statuses).toEqual([...Array(client.waits).fill(503), 200]);
    expect(decisionsOn(app)).toHaveLength(client.waits + 1);
  });
});

describe('time', () => {
  it.each([60, -60])('that is %d minutes off costs one refused signature', async (minutes) => {
    const client = new CountedClient(await application());
    client.skewMs = minutes * MINUTE;
    const { expiration } = await client.library.credentials(await broker.tokenOf('Yellow'));
    expect(client.statuses).toEqual([403, 200]);
    const trueExpiration = expiration.getTime() - client.skewMs;
    expect(trueExpiration).toBeGreaterThan(Date.now());
    expect(trueExpiration).toBeLessThanOrEqual(Date.now() + 61 * MINUTE);
    await client.library.credentials(await broker.tokenOf('Blue'));
    expect(client.statuses).toEqual([403, 200, 200]);
  });

  it('that comes to an end: a broker that nobody reaches leaves what is there, until it has expired', async () => {
    const client = new CountedClient(await application(), { budgetMs: 1_000 });
    const token = await broker.tokenOf('Yellow');
    const { accessKeyId } = await client.library.credentials(token);
    client.elsewhere = await closedPort();
    client.skewMs = 50 * MINUTE;
    for (let n = 0; n < 5; n += 1) {
      expect(await client.library.credentials(token)).toMatchObject({ accessKeyId });
    }
    expect(client.statuses).toEqual([200, 0]);
    client.skewMs = 60 * MINUTE;
    await expect(client.library.credentials(token)).rejects.toMatchObject({ code: 'NoAnswer' });
  });

  it('that comes to an end: a denial ends what is there', async () => {
    const app = await application();
    const client = new CountedClient(app);
    const token = await broker.tokenOf('Yellow');
    await client.library.credentials(token);
    await client.library.deregister();
    await client.library.credentials(token);
    client.skewMs = 50 * MINUTE;
    await expect(client.library.credentials(token)).rejects.toMatchObject({ code: 'ApplicationNotFound' });
    expect(client.statuses).toEqual([200, 200, 403, 404]);
  });
});

/** A URL on loopback where nothing listens. */
async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}/`;
}
