// The probe's findings: what it says of a broker that is broken, and that it neither hangs nor leaks.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { Cleanup } from '../../client/account/cleanup.ts';
import { whileMayRegister } from '../../client/account/roles.ts';
import { brokerStacks } from '../../client/account/stacks.ts';
import { callBroker } from '../../client/broker-client.ts';
import { prepare, REQUEST_SHARE, setupParts } from '../../probe/preparation.ts';
import { deregister, register } from '../../probe/registration.ts';
import { type Report, run } from '../../probe/run.ts';
import { setUp } from '../../probe/setup.ts';
import { arnOf, type SetupParts } from '../../probe/setup-parts.ts';
import { assumeRole } from '../../probe/subject.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { holdTimers } from '../support/patience.ts';
import { failuresOf } from './support/probe-report.ts';
import { probeRolesOf } from './support/probe-roles.ts';
import { options, runQuietly, source, TIMEOUT_MS } from './support/quiet-probe.ts';

describe('the probe of what has been set up', () => {
  let sandbox: Sandbox;
  let parts: SetupParts;
  const cleanup = new Cleanup();
  const deployed: string[] = [];

  beforeAll(async () => {
    sandbox = await startSandbox({
      assemblyDirectory: inject('assemblyDirectory'),
      stacks: brokerStacks('Sandbox'),
      maxEnvironments: 1,
    });
    source(sandbox.environment);
    const setup = options('--setup');
    parts = await setupParts(setup, prepare(setup).clients);
    await setUp(parts, cleanup);
    deployed.push('--user-pool-client', parts.deployment.userPool?.clientId ?? '');
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    source(sandbox.environment);
    expect(await cleanup.run()).toEqual([]);
    expect(probeRolesOf(sandbox)).toEqual([]);
    await sandbox.stop();
  });

  const objectsOf = () => sandbox.account.buckets.get(parts.names.bucket)?.objects as Map<string, never>;
  function withoutObject(key: string): () => void {
    const object = objectsOf().get(key) as never;
    objectsOf().delete(key);
    return () => objectsOf().set(key, object);
  }
  function withAccessPolicy(statement: object): () => void {
    const { identities } = sandbox.account;
    const { access } = parts.names;
    const before = identities.role(access).inlinePolicies.get(access) as { Statement: object[] };
    identities.putRolePolicy(access, access, {
      Version: '2012-10-17',
      Statement: [...before.Statement, { Effect: 'Allow', ...statement }],
    });
    return () => identities.putRolePolicy(access, access, before);
  }

  it('passes, as often as it is run', async () => {
    source(sandbox.environment);
    expect(failuresOf(await runQuietly(...deployed))).toEqual({});
    expect(failuresOf(await runQuietly(...deployed))).toEqual({});
  });

  it.each([
    {
      what: 'the access role’s policy drops the tenant condition',
      breakIt: () =>
        withAccessPolicy({ Action: 's3:GetObject', Resource: `arn:aws:s3:::${parts.names.bucket}/*` }),
      failures: {
        'the credentials do not reach the other tenant’s data':
          'credentials of probe-yellow reached the data of probe-blue',
      },
    },
    {
      what: 'the other tenant has no data that could be reached',
      breakIt: () => withoutObject('probe-blue/file.txt'),
      failures: { 'the data of the other tenant is there': 'AccessDenied' },
    },
    {
      what: 'the tenant’s data are out of reach',
      breakIt: () => withoutObject('probe-yellow/file.txt'),
      failures: { 'the credentials reach the tenant’s data': 'AccessDenied' },
    },
    {
      what: 'issued credentials may call the API',
      breakIt: () => withAccessPolicy({ Action: 'execute-api:Invoke', Resource: '*' }),
      failures: { 'a role that may not call is refused': '404 ApplicationNotFound' },
    },
    {
      what: 'STS lets nobody assume a role',
      breakIt: () => {
        const error = { code: 'AccessDenied', message: 'canary', statusCode: 403 };
        return sandbox.account.faults.inject({ service: 'sts', operation: 'AssumeRole', error });
      },
      failures: expect.objectContaining({ 'the application has a session of its own role': 'AccessDenied' }),
    },
  ])('finds that $what', async ({ breakIt, failures }) => {
    source(sandbox.environment);
    onTestFinished(breakIt());
    const report = await runQuietly(...deployed);
    expect(report.passed).toBe(false);
    expect(failuresOf(report)).toEqual(failures);
  });

  it('fails where STS hangs, and does not hang with it', async () => {
    source(sandbox.environment);
    onTestFinished(holdTimers());
    const onMatch = () => void vi.advanceTimersByTime(TIMEOUT_MS);
    const stall = { service: 'sts', operation: 'AssumeRole', stall: true, onMatch };
    onTestFinished(sandbox.account.faults.inject(stall));
    expect(failuresOf(await runQuietly(...deployed))).toMatchObject({
      'the application has a session of its own role': `no answer within ${TIMEOUT_MS} ms`,
      'the application gets credentials for the tenant': 'not tried: there is no session of the application',
    });
  });

  it('finds that the application is not registered any more', async () => {
    source(sandbox.environment);
    const { clients, account, api, names } = parts;
    const application = await assumeRole(clients.sts, arnOf(account, names.application));
    const shown = await whileMayRegister(clients.iam, account, names.application, () =>
      callBroker(api, { method: 'GET', path: 'applications' }, application),
    );
    expect(shown).toMatchObject({ status: 200, body: { Warnings: [] } });
    await deregister(parts);
    expect(failuresOf(await runQuietly(...deployed))).toMatchObject({
      'the application gets credentials for the tenant': '404 ApplicationNotFound',
    });
    await register(parts);
    expect(failuresOf(await runQuietly(...deployed))).toEqual({});
  });

  it('is of an application that may not write its registration once it is registered', async () => {
    source(sandbox.environment);
    const { clients, account, api, names } = parts;
    const application = await assumeRole(clients.sts, arnOf(account, names.application));
    for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
      expect(await callBroker(api, { method, path: 'applications' }, application)).toMatchObject({
        status: 403,
        body: { message: 'Forbidden' },
      });
    }
  });

  let close = () => {};
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    close = () => {
      server.closeAllConnections();
      server.close();
    };
    onTestFinished(close);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  const overTheApi = [
    'the application gets credentials for the tenant',
    'unsigned requests are refused on every route',
    'a request with a forged signature is refused',
    'a role that is not registered gets no credentials',
    'a tampered token is refused',
  ];

  it('fails where the endpoint hangs, and does not hang with it', async () => {
    source(sandbox.environment);
    onTestFinished(holdTimers());
    const requestMs = REQUEST_SHARE * TIMEOUT_MS;
    let arrived = 0;
    const endpoint = await serve(() => {
      arrived += 1;
      // The second of these checks asks all six routes at once, and its time is over when all have been asked.
      if (arrived === 1 || arrived >= 7) vi.advanceTimersByTime(requestMs);
    });
    const failures = failuresOf(await runQuietly(...deployed, '--endpoint', endpoint));
    for (const name of overTheApi) {
      expect(failures[name]).toBe(`no answer from ${endpoint.slice(0, -1)}: nothing within ${requestMs} ms`);
    }
  });

  it('finds everything that an endpoint lets in, and quotes nothing of what it says', async () => {
    source(sandbox.environment);
    const told: string[] = [];
    let jwt = '';
    const endpoint = await serve(async (request, response) => {
      jwt = (JSON.parse((await text(request)) || '{}') as { JWT?: string }).JWT ?? jwt;
      const echo = `canary ${jwt}`;
      response.end(
        JSON.stringify({
          AccessKeyId: echo,
          SecretAccessKey: echo,
          SessionToken: echo,
          code: echo,
          message: echo,
        }),
      );
    });
    const report = await run(options(...deployed, '--endpoint', endpoint), {
      tell: (line) => told.push(line),
    });
    const failures = failuresOf(report);
    expect(failures['the application gets credentials for the tenant']).toBe(
      '200 with credentials that do not name the tenant',
    );
    for (const name of overTheApi.slice(1)) expect(failures[name]).toContain('200 with credentials');
    expect(jwt).not.toBe('');
    expect(JSON.stringify(report) + told.join('\n')).not.toMatch(/canary|eyJ/);
  });

  it('says of an endpoint that fails its status and code, and nothing of its text', async () => {
    source(sandbox.environment);
    const endpoint = await serve((_, response) => {
      response.writeHead(503).end('{"code": "StsUnavailable", "message": "canary"}');
    });
    const report = await runQuietly(...deployed, '--endpoint', endpoint);
    expect(failuresOf(report)['a tampered token is refused']).toBe('503 StsUnavailable');
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('says which address refuses a connection, under which name', async () => {
    source(sandbox.environment);
    const closed = (await serve(() => {})).replace(/^.*:|\/$/g, '');
    close();
    vi.stubEnv('ISB_RESOLVE', `broker.invalid:${closed}:127.0.0.1`);
    const failures = failuresOf(
      await runQuietly(...deployed, '--endpoint', `https://broker.invalid:${closed}/`),
    );
    for (const name of overTheApi) {
      expect(failures[name]).toBe(
        `no connection to https://broker.invalid:${closed} (127.0.0.1): ECONNREFUSED`,
      );
    }
  });

  it.each([
    ['no JSON', '<html>canary</html>', '403 of neither API Gateway nor the broker'],
    ['the JSON of something else', '{"message": "canary"}', '403 of neither API Gateway nor the broker'],
    ['API Gateway’s', '{"message": "Forbidden"}', '403 Forbidden of API Gateway'],
  ])('says whose a 403 is that is %s', async (_, body, seen) => {
    source(sandbox.environment);
    const endpoint = await serve((_, response) => void response.writeHead(403).end(body));
    const report = await runQuietly(...deployed, '--endpoint', endpoint);
    expect(failuresOf(report)['a tampered token is refused']).toBe(seen);
    expect(JSON.stringify(report)).not.toContain('canary');
  });

  it('says what it does not try, and tries it where it is told to', async () => {
    source(sandbox.environment);
    const names = ({ untried }: Report) => untried.map(({ name }) => name);
    const lines: string[] = [];
    const few = await run(options(...deployed), { tell: (line) => lines.push(line) });
    expect(few.passed).toBe(true);
    expect(names(few)).toEqual([
      'a signed GET /credentials',
      'an expired token is refused',
      'registering and deregistering',
      'the usage plan refuses a flood',
    ]);
    expect(lines.filter((line) => /^– .*: not tried, for .*; to have it tried: /.test(line))).toHaveLength(4);

    const expired = await sandboxTokenThatExpired(sandbox);
    const all = await runQuietly(...deployed, '--all', '--expired-token-command', `echo ${expired}`);
    expect(failuresOf(all)).toEqual({});
    expect(names(all)).toEqual(['registering and deregistering', 'the usage plan refuses a flood']);
    const valid = await runQuietly(...deployed, '--expired-token-command', 'echo not.a.token');
    expect(failuresOf(valid)).toEqual({ 'an expired token is refused': '403 TokenMalformed' });
  });

  it('takes the token that a command prints, and tells of one that fails nothing that it said', async () => {
    source(sandbox.environment);
    const failures = failuresOf(await runQuietly('--token-command', 'echo canary; echo canary >&2; exit 3'));
    expect(failures['the user of the tenant gets a token']).toBe(
      'the token command failed; run it by itself to see why',
    );
    expect(failuresOf(await runQuietly('--token-command', 'echo not.a.token'))).toMatchObject({
      'the application gets credentials for the tenant': '403 TokenMalformed',
    });
  });
});

/** Of a user of the pool, right in everything but its time. */
async function sandboxTokenThatExpired({ account }: Sandbox): Promise<string> {
  const [userPool] = account.userPools.values();
  const hourAgo = Math.floor(account.now() / 1_000) - 3_600;
  const claims = { sub: 'somebody', 'custom:tenant_id': 'probe-yellow', token_use: 'id' };
  return (await userPool?.sign({ ...claims, iat: hourAgo - 3_600, exp: hourAgo })) ?? '';
}
