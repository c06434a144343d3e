import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { call } from './fixtures/signed-request.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const assemblyDirectory = inject('assemblyDirectory');
/** For what a sandbox may leave behind. */
let temporaryDirectory: string;

beforeAll(async () => {
  temporaryDirectory = await mkdtemp(join(tmpdir(), 'iam-session-broker-test-'));
});
afterAll(() => rm(temporaryDirectory, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** Not one that has ended, whose parent was gone, and whose end nobody has taken note of yet. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

describe('npm start', () => {
  interface Started {
    readonly process: ChildProcess;
    readonly variables: Record<string, string>;
    readonly ports: number[];
    readonly stateDirectory: string;
    readonly exited: Promise<number | null>;
  }

  function run(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(process.execPath, ['--import', 'tsx', 'sandbox/main.ts', ...args], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  function exitOf(child: ChildProcess): Promise<number | null> {
    return new Promise((resolve) => child.once('exit', resolve));
  }

  async function outputUntil(stream: Readable, end: string): Promise<string> {
    let output = '';
    for await (const chunk of stream) {
      output += chunk;
      if (output.endsWith(end)) break;
    }
    return output;
  }

  async function start(): Promise<Started> {
    vi.stubEnv('TMPDIR', temporaryDirectory);
    const child = run('--port', '0');
    const exited = exitOf(child);
    const output = await outputUntil(child.stdout, 'ready\n');
    const exports = [...output.matchAll(/^export (\w+)=(.*)$/gm)];
    const variables = Object.fromEntries(exports.map(([, name, value]) => [name, value]));
    const urls = [variables['AWS_ENDPOINT_URL'], variables['ISB_API_ENDPOINT'], variables['ISB_JWKS_URL']];
    const ports = urls.map((url) => Number(new URL(url ?? '').port));
    return {
      process: child,
      variables,
      ports,
      stateDirectory: join(project, '.sandbox', String(ports[0])),
      exited,
    };
  }

  test('serves two sandboxes at once, each with its own files, and ends without a trace', async () => {
    const [one, other] = await Promise.all([start(), start()]);

    expect(Object.keys(one.variables)).toEqual([
      'AWS_ENDPOINT_URL',
      'AWS_REGION',
      'AWS_DEFAULT_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'ISB_API_ENDPOINT',
      'ISB_JWKS_URL',
      'NODE_EXTRA_CA_CERTS',
    ]);
    const environmentFile = join(one.stateDirectory, 'env');
    expect(statSync(environmentFile).mode & 0o777).toBe(0o600);
    for (const [name, value] of Object.entries(one.variables)) {
      expect(readFileSync(environmentFile, 'utf8')).toContain(`export ${name}=${value}\n`);
    }
    expect(existsSync(one.variables['NODE_EXTRA_CA_CERTS'] ?? '')).toBe(true);
    expect(new Set([...one.ports, ...other.ports]).size).toBe(6);

    const children = childrenOf(one.process.pid ?? 0);
    expect(children).not.toEqual([]);
    one.process.kill('SIGTERM');
    one.process.kill('SIGINT');

    expect(await one.exited).toBe(0);
    expect(children.filter(isRunning)).toEqual([]);
    expect(await Promise.all(one.ports.map(listens))).toEqual([false, false, false]);
    expect(existsSync(one.stateDirectory)).toBe(false);

    // The other knows nothing of it; killed outright, it still takes its execution environments along.
    expect(await Promise.all(other.ports.map(listens))).toEqual([true, true, true]);
    const orphans = childrenOf(other.process.pid ?? 0);
    other.process.kill('SIGKILL');
    await other.exited;
    await expect.poll(() => orphans.filter(isRunning), { timeout: 10_000 }).toEqual([]);

    await rm(other.stateDirectory, { recursive: true, force: true });
  });

  test('says which file to source, and that rids a shell of what would get in its way', async () => {
    vi.stubEnv('TMPDIR', temporaryDirectory);
    const child = run('--port', '0');
    const exited = exitOf(child);
    const told = text(child.stderr);
    const { port } = new URL(
      /AWS_ENDPOINT_URL=(.*)/.exec(await outputUntil(child.stdout, 'ready\n'))?.[1] ?? '',
    );
    const [firstLine] = readFileSync(join(project, '.sandbox', port, 'env'), 'utf8').split('\n');
    const script = `source .sandbox/${port}/env; echo "$AWS_ACCESS_KEY_ID,$AWS_SESSION_TOKEN,$AWS_PROFILE"`;
    const sourced = execFileSync('bash', ['-c', script], {
      cwd: project,
      env: { PATH: process.env['PATH'], AWS_SESSION_TOKEN: 'of another account', AWS_PROFILE: 'absent' },
      encoding: 'utf8',
    });
    child.kill('SIGTERM');
    await exited;

    expect(firstLine).toMatch(/^unset AWS_SESSION_TOKEN AWS_PROFILE/);
    expect(sourced).toMatch(/^AKIA\w+,,\n$/);
    expect(await told).toContain(`in another terminal: source .sandbox/${port}/env\n`);
    expect((await told).endsWith('stopping\n')).toBe(true);
  });

  test('ends at once in mid-synthesis, and takes the synthesis along', async () => {
    vi.stubEnv('TMPDIR', temporaryDirectory);
    const foldersLeft = () => readdirSync(temporaryDirectory).filter((name) => name.startsWith('iam-'));
    const before = foldersLeft();
    const child = run('--port', '0');
    const exited = exitOf(child);
    const told = text(child.stderr);
    await expect.poll(() => childrenOf(child.pid ?? 0), { timeout: 10_000 }).toHaveLength(1);
    const [synthesis = 0] = childrenOf(child.pid ?? 0);
    // The CLI runs the application in a process of its own.
    await expect.poll(() => childrenOf(synthesis), { timeout: 10_000 }).not.toEqual([]);
    const processes = [synthesis, ...childrenOf(synthesis)];
    const signalledAt = performance.now();
    child.kill('SIGINT');

    expect(await exited).toBe(0);
    expect(performance.now() - signalledAt).toBeLessThan(3_000);
    expect(await told).toBe('synthesizing the CDK application\nstopping\n');
    await expect.poll(() => processes.filter(isRunning)).toEqual([]);
    expect(foldersLeft()).toEqual(before);
  });

  test('names the ports that it needs, and the one that is in use, and exits with 1', async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });

    const child = run('--port', String(port));
    const [exitCode, stderr] = await Promise.all([exitOf(child), text(child.stderr)]);
    taken.close();

    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `ports ${port} to ${port + 2} are needed, and ${port} is in use; choose others with -- --port N\n`,
    );
  });

  test('prints its usage when it is asked for', async () => {
    const child = run('--help');
    const [exitCode, stdout, stderr] = await Promise.all([
      exitOf(child),
      text(child.stdout),
      text(child.stderr),
    ]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: npm start [-- [--port N] [--environment NAME]]');
    expect(stderr).toBe('');
  });

  test('names the ports that there are', async () => {
    expect(await text(run('--port', '65534').stderr)).toContain('--port must be from 0 to 65533\n');
  });

  test.each([['--port', 'http'], ['--port', '65534'], ['--verbose']])(
    'explains its usage and exits with 2 for %s %s',
    async (...args) => {
      const child = run(...args);
      const [exitCode, stderr] = await Promise.all([exitOf(child), text(child.stderr)]);

      expect(exitCode).toBe(2);
      expect(stderr).toContain('Usage: npm start [-- [--port N] [--environment NAME]]');
    },
  );
});

describe('a sandbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ assemblyDirectory });
  });
  afterAll(() => sandbox.stop());

  test('gives its administrator to the SDK', async () => {
    const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = sandbox.environment;
    const sts = new STSClient({
      endpoint: AWS_ENDPOINT_URL ?? '',
      region: AWS_REGION ?? '',
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID ?? '', secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '' },
    });

    const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));

    expect(Account).toBe(sandbox.account.accountId);
    expect(Arn).toBe(`arn:aws:iam::${Account}:user/Administrator`);
  });

  test('has the outputs of both stacks', () => {
    const outputs = [...sandbox.account.stacks.values()].flatMap((stack) => stack.outputs);

    expect(outputs.map(({ key }) => key).sort()).toEqual([
      'APIEndpoint',
      'CognitoUserPoolClientID',
      'CognitoUserPoolID',
      'JWKSetURL',
      'ServicePrincipalRoleName',
    ]);
    expect(sandbox.environment['ISB_API_ENDPOINT']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(sandbox.environment['ISB_JWKS_URL']).toMatch(
      new RegExp(`^${sandbox.jwks.url}/eu-west-1_\\w{9}/.well-known/jwks.json$`),
    );
  });

  test("answers a signed request with the function's own words", async () => {
    const { account, environment } = sandbox;
    const role = account.identities.createRole({
      roleName: 'AppService',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
        ],
      },
      inlinePolicies: {
        Invoke: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
        },
      },
    });
    const credentials = account.identities.issueSession(role, { sessionName: 'app', durationSeconds: 900 });

    const reply = await call(environment['ISB_API_ENDPOINT'] ?? '', {
      path: '/applications',
      as: {
        endpoint: environment['ISB_API_ENDPOINT'] ?? '',
        region: account.region,
        maxAttempts: 1,
        credentials,
      },
    });

    expect(reply).toMatchObject({ statusCode: 404, json: { code: 'ApplicationNotFound' } });
    expect(sandbox.logs().join('\n')).toContain('ApplicationNotFound');
    expect(sandbox.logs().join('\n')).not.toContain(credentials.sessionToken);
    expect(JSON.stringify(account.trail.events)).not.toContain(credentials.sessionToken);
  });
});

describe('a start that fails', () => {
  test('leaves neither process nor folder behind, not even of a function that runs already', async () => {
    vi.stubEnv('TMPDIR', temporaryDirectory);
    const left = () => ({ files: readdirSync(temporaryDirectory), children: childrenOf(process.pid) });
    const before = left();

    const starting = startSandbox({
      assemblyDirectory,
      amendTemplate: (_, { Resources }) => {
        const alias = Object.keys(Resources).find((id) => Resources[id]?.Type === 'AWS::Lambda::Alias');
        if (!alias) return;
        Resources['Late'] = { Type: 'AWS::SQS::Queue', DependsOn: alias };
      },
    });

    await expect(starting).rejects.toThrow(
      'Late (AWS::SQS::Queue): the sandbox does not know this resource type',
    );
    expect(left()).toEqual(before);
  });

  test('says which stack the assembly lacks', async () => {
    await expect(startSandbox({ assemblyDirectory, stacks: ['Nowhere'] })).rejects.toThrow(
      'the cloud assembly has no stack Nowhere',
    );
  });

  test('says which environments the assembly has', async () => {
    await expect(startSandbox({ assemblyDirectory, environment: 'staging' })).rejects.toThrow(
      /there is no environment staging; the cloud assembly has .*\bsandbox\b/,
    );
  });

  test('ends at its next step when it is told to', async () => {
    const abort = new AbortController();
    const steps: string[] = [];

    const starting = startSandbox({
      assemblyDirectory,
      signal: abort.signal,
      onProgress: (step) => {
        steps.push(step);
        abort.abort(new Error('not wanted any more'));
      },
    });

    await expect(starting).rejects.toThrow('not wanted any more');
    expect(steps).toEqual(['starting the endpoints']);
  });
});

test('stopping twice is stopping once', async () => {
  const sandbox = await startSandbox({ assemblyDirectory });
  const pids = sandbox.functions.all.flatMap(({ environments }) => environments.map(({ pid }) => pid ?? 0));

  await Promise.all([sandbox.stop(), sandbox.stop()]);
  await sandbox.stop();

  expect(pids.length).toBeGreaterThan(0);
  expect(pids.filter(isRunning)).toEqual([]);
});
