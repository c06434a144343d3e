// The operator's probe: it passes on the sandbox, names what is wrong with a broken one, and never hangs or leaks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { callBroker } from '../../demo/broker-client.ts';
import { Cleanup } from '../../demo/cleanup.ts';
import { readOptions } from '../../probe/options.ts';
import { prepare, setupParts } from '../../probe/preparation.ts';
import { type Report, run } from '../../probe/run.ts';
import { type SetupParts, setUp } from '../../probe/setup.ts';
import { assumeRole } from '../../probe/subject.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { Template } from '../../sandbox/template.ts';

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

/** What came out otherwise than it should, as `name: seen`. */
const failuresOf = ({ checks }: Report) =>
  Object.fromEntries(checks.filter(({ passed }) => !passed).map(({ name, seen }) => [name, seen]));

describe('the probe', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ assemblyDirectory: inject('assemblyDirectory'), maxEnvironments: 2 });
  });
  afterAll(() => sandbox?.stop());
  afterEach(() => vi.unstubAllEnvs());

  const probeRoles = () =>
    [...sandbox.account.identities.roles.keys()].filter((name) => name.includes('Probe'));

  describe('npm run probe', () => {
    async function start(args: string[], env: Record<string, string | undefined>) {
      const child = spawn(process.execPath, ['--import', 'tsx', 'probe/main.ts', ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'], ...env },
      });
      const exited = once(child, 'exit');
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { exitCode: (await exited)[0], stdout, stderr };
    }

    it('passes on the sandbox with no arguments, and leaves nothing behind', async () => {
      const { exitCode, stdout, stderr } = await start([], sandbox.environment);
      const report = JSON.parse(stdout) as Report;
      expect(failuresOf(report)).toEqual({});
      expect(exitCode).toBe(0);
      expect(report).toMatchObject({ passed: true, endpoint: sandbox.environment['ISB_API_ENDPOINT'] });
      expect(stderr.match(/^✓ /gm)).toHaveLength(report.checks.length);
      expect(stdout + stderr).not.toMatch(/eyJ|[\w+/]{40}/);
      expect(probeRoles()).toEqual([]);
      expect([...sandbox.account.buckets.keys()]).toEqual([]);
    });

    it('exits with 1 and a report where nothing answers', async () => {
      const gone = { ...sandbox.environment, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
      const { exitCode, stdout } = await start([], gone);
      expect(exitCode).toBe(1);
      expect(failuresOf(JSON.parse(stdout))).toEqual({
        'the probe is ready': expect.stringContaining('ECONNREFUSED'),
      });
    });

    it('exits with 2 and the usage where there is nothing to probe', async () => {
      const { exitCode, stdout, stderr } = await start([], { AWS_REGION: 'eu-west-1' });
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^there is nothing to probe: .*\n\nUsage: npm run probe/);
    });
  });

  it.each([
    [
      'creates nothing in an account that is not a sandbox',
      [],
      { AWS_ENDPOINT_URL: 'https://aws.example.com' },
      'there is nothing to probe',
    ],
    [
      'a bucket, and no way to a token',
      ['--bucket', 'mine'],
      {},
      '--bucket needs --token-command or --user-pool-client',
    ],
    ['two ways to a token', ['--token-command', 'x', '--user-pool-client', 'y'], {}, 'two ways to one token'],
    ['a user pool, and no password', ['--user-pool-client', 'x'], {}, 'set ISB_PROBE_PASSWORD'],
    ['no region', ['--token-command', 'x'], { AWS_REGION: undefined }, 'give --region'],
    [
      'an endpoint without its slash',
      ['--token-command', 'x'],
      { ISB_API_ENDPOINT: 'https://broker.example.com' },
      'ends in a slash',
    ],
    ['no time', ['--token-command', 'x', '--timeout-ms', '0'], {}, '--timeout-ms must be from 100'],
    ['one tenant twice', ['--token-command', 'x', '--tenant', 'A', '--other-tenant', 'A'], {}, 'must differ'],
    ['setup and teardown', ['--setup', '--teardown'], {}, 'exclude each other'],
    ['an option that there is not', ['--force'], {}, "Unknown option '--force'"],
  ])('takes for wrong usage: %s', (_, args, env, message) => {
    const base = { AWS_REGION: 'eu-west-1', ISB_API_ENDPOINT: 'https://broker.example.com/' };
    expect(() => readOptions(args, { ...base, ...env })).toThrow(message);
  });

  describe('of what has been set up', () => {
    let parts: SetupParts;
    const cleanup = new Cleanup();
    const deployed: string[] = [];

    beforeAll(async () => {
      source(sandbox.environment);
      const setup = options('--setup');
      parts = await setupParts(setup, prepare(setup).clients);
      await setUp(parts, cleanup);
      deployed.push('--user-pool-client', parts.deployment.userPool?.clientId ?? '');
    });
    afterEach(() => vi.unstubAllEnvs());
    afterAll(async () => {
      source(sandbox.environment);
      await cleanup.run(() => {});
      expect(probeRoles()).toEqual([]);
      vi.unstubAllEnvs();
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
        what: 'STS throttles',
        breakIt: () => {
          const error = { code: 'Throttling', message: 'Rate exceeded', statusCode: 400 };
          return sandbox.account.faults.inject({ service: 'sts', operation: 'AssumeRole', error });
        },
        failures: expect.objectContaining({ 'the application has a session of its own role': 'Throttling' }),
      },
      {
        what: 'STS hangs',
        breakIt: () =>
          sandbox.account.faults.inject({ service: 'sts', operation: 'AssumeRole', stall: true }),
        failures: expect.objectContaining({
          'the application has a session of its own role': 'no answer within 1000 ms',
          'the application gets credentials for the tenant':
            'not tried: there is no session of the application',
        }),
      },
    ])('finds that $what', async ({ breakIt, failures }) => {
      source(sandbox.environment);
      onTestFinished(breakIt());
      const report = await runQuietly(...deployed, '--timeout-ms', '1000');
      expect(report.passed).toBe(false);
      expect(failuresOf(report)).toEqual(failures);
    });

    it('finds that the application is not registered any more', async () => {
      source(sandbox.environment);
      const { clients, account, deployment, names } = parts;
      const application = await assumeRole(
        clients.sts,
        `arn:aws:iam::${account.accountId}:role/${names.application}`,
      );
      const api = { endpoint: deployment.endpoint, region: account.region };
      const before = await callBroker(api, { method: 'GET', path: 'applications' }, application);
      await callBroker(api, { method: 'DELETE', path: 'applications' }, application);
      expect(failuresOf(await runQuietly(...deployed))).toMatchObject({
        'the application gets credentials for the tenant': '404 ApplicationNotFound',
      });
      const { ApplicationName: _, ExternalId: __, RegisteredAt: ___, Warnings, ...body } = before.body;
      expect(Warnings).toEqual([]);
      expect(
        await callBroker(api, { method: 'POST', path: 'applications', body }, application),
      ).toMatchObject({ status: 201 });
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
      const failures = failuresOf(
        await runQuietly(...deployed, '--endpoint', endpoint, '--timeout-ms', '200'),
      );
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
      const failures = failuresOf(
        await runQuietly('--token-command', 'echo canary; echo canary >&2; exit 3'),
      );
      expect(failures['the user of the tenant gets a token']).toBe(
        'the token command failed; run it by itself to see why',
      );
      expect(failuresOf(await runQuietly('--token-command', 'echo not.a.token'))).toMatchObject({
        'the application gets credentials for the tenant': '403 TokenMalformed',
      });
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
});
