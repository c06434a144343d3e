// The probe's findings: what it says of a broker that is broken, and that it neither hangs nor leaks.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
  vi,
} from 'vitest';
import { Cleanup } from '../../client/account/cleanup.ts';
import { callBroker } from '../../client/broker-client.ts';
import { readOptions } from '../../probe/options.ts';
import { prepare, setupParts } from '../../probe/preparation.ts';
import { type Report, run } from '../../probe/run.ts';
import { type SetupParts, setUp } from '../../probe/setup.ts';
import { assumeRole } from '../../probe/subject.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Template } from '../../sandbox/templates/template.ts';
import { failuresOf } from './support/probe-report.ts';

const PASSWORD = 'Aa1!of-the-probe';

/** Whose access key the SDK takes up, as it would in a shell that has sourced the file. */
function source(environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('ISB_PROBE_PASSWORD', PASSWORD);
}

const options = (...args: string[]) => readOptions(args, process.env);

async function runQuietly(...args: string[]): Promise<Report> {
  return run(options(...args), { tell: () => {} });
}

describe('the probe of what has been set up', () => {
  let sandbox: Sandbox;
  let parts: SetupParts;
  const cleanup = new Cleanup();
  const deployed: string[] = [];

  const probeRoles = () =>
    [...sandbox.account.identities.roles.keys()].filter((name) => name.includes('Probe'));

  beforeAll(async () => {
    sandbox = await startSandbox({ assemblyDirectory: inject('assemblyDirectory'), maxEnvironments: 1 });
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
    expect(probeRoles()).toEqual([]);
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
    onTestFinished(sandbox.account.faults.inject({ service: 'sts', operation: 'AssumeRole', stall: true }));
    expect(failuresOf(await runQuietly(...deployed, '--timeout-ms', '1000'))).toMatchObject({
      'the application has a session of its own role': 'no answer within 1000 ms',
      'the application gets credentials for the tenant': 'not tried: there is no session of the application',
    });
  });

  it('finds that the application is not registered any more', async () => {
    source(sandbox.environment);
    const { clients, account, api, names } = parts;
    const application = await assumeRole(
      clients.sts,
      `arn:aws:iam::${account.accountId}:role/${names.application}`,
    );
    const before = await callBroker(api, { method: 'GET', path: 'applications' }, application);
    await callBroker(api, { method: 'DELETE', path: 'applications' }, application);
    expect(failuresOf(await runQuietly(...deployed))).toMatchObject({
      'the application gets credentials for the tenant': '404 ApplicationNotFound',
    });
    const { ApplicationName: _, ExternalId: __, RegisteredAt: ___, Warnings, ...body } = before.body;
    expect(Warnings).toEqual([]);
    expect(await callBroker(api, { method: 'POST', path: 'applications', body }, application)).toMatchObject({
      status: 201,
    });
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
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
    const endpoint = await serve(() => {});
    const failures = failuresOf(await runQuietly(...deployed, '--endpoint', endpoint, '--timeout-ms', '200'));
    for (const name of overTheApi) expect(failures[name]).toBe('no answer within 200 ms');
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

describe('the probe of what it creates itself', () => {
  let own: Sandbox;

  beforeAll(async () => {
    own = await startSandbox({ assemblyDirectory: inject('assemblyDirectory'), maxEnvironments: 1 });
  });
  beforeEach(() => source(own.environment));
  afterEach(() => {
    vi.unstubAllEnvs();
    forget();
  });
  afterAll(() => own?.stop());

  const roles = () => [...own.account.identities.roles.keys()].filter((name) => name.includes('Probe'));

  function forget(): void {
    const { identities } = own.account;
    for (const role of roles()) {
      for (const policy of [...identities.role(role).inlinePolicies.keys()]) {
        identities.deleteRolePolicy(role, policy);
      }
      identities.deleteRole(role);
    }
  }

  it('finds what it could not remove, and goes on to remove the rest', async () => {
    const error = { code: 'ServiceFailure', message: 'canary', statusCode: 500 };
    onTestFinished(own.account.faults.inject({ service: 'iam', operation: 'DeleteRole', error }));
    const report = await runQuietly();
    expect(report.passed).toBe(false);
    expect(Object.keys(failuresOf(report))).toEqual(['nothing is left behind']);
    expect(failuresOf(report)['nothing is left behind']).toMatch(
      /^the registration and the role IAMSessionBrokerProbe-\w+: ServiceFailureException; the role .*Stranger/,
    );
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('keeps the application’s role while its registration cannot be removed', async () => {
    const error = { code: 'ValidationException', message: 'canary', statusCode: 400 };
    onTestFinished(own.account.faults.inject({ service: 'dynamodb', operation: 'DeleteItem', error }));
    const kept = failuresOf(await runQuietly())['nothing is left behind'];
    expect(kept).toMatch(/: the deregistration was refused: 503 AccessMetadataUnavailable$/);
    expect(roles()).toEqual([expect.stringMatching(/^IAMSessionBrokerProbe-\w+$/)]);
  });

  it('leaves nothing behind of a preparation that ran out of time', async () => {
    onTestFinished(own.account.faults.inject({ service: 'iam', operation: 'CreateRole', delayMs: 1_000 }));
    const failures = failuresOf(await runQuietly('--timeout-ms', '500'));
    expect(failures).toEqual({ 'the probe is ready': 'no answer within 1500 ms' });
    expect(roles()).toEqual([]);
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('does not say that nothing is left behind of a preparation that does not end', async () => {
    onTestFinished(own.account.faults.inject({ service: 'iam', operation: 'CreateRole', stall: true }));
    expect(failuresOf(await runQuietly('--timeout-ms', '200'))).toEqual({
      'the probe is ready': 'no answer within 600 ms',
      'nothing is left behind': 'nothing, and what the preparation may yet create: it has not ended',
    });
    expect([...own.account.buckets.keys()]).toEqual([]);
  });

  it('signs in as its own user, whoever the environment names', async () => {
    vi.stubEnv('ISB_PROBE_USERNAME', 'somebody-else');
    expect(failuresOf(await runQuietly())).toEqual({});
    const setup = options('--setup');
    expect((await setupParts(setup, prepare(setup).clients)).names.user).toBe('isb-probe');
  });
});

it('finds a route that lets unsigned requests in', async () => {
  const openRoute = (_: string, { Resources }: Template) => {
    const routes = Object.values(Resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
    const open = routes.find(({ Properties }) => Object(Properties)['RouteKey'] === 'GET /credentials');
    if (open) Object.assign(open.Properties as object, { AuthorizationType: 'NONE' });
  };
  const openSandbox = await startSandbox({
    assemblyDirectory: inject('assemblyDirectory'),
    amendTemplate: openRoute,
    maxEnvironments: 1,
  });
  onTestFinished(() => openSandbox.stop());
  source(openSandbox.environment);
  expect(failuresOf(await runQuietly())).toEqual({
    'unsigned requests are refused on every route': 'GET /credentials: 403 CallerNotAllowed',
  });
});
