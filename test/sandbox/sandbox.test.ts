// A sandbox as a test starts it: what it has, how a start fails, and that it ends.
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { brokerStacks } from '../../client/account/stacks.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { childrenOf, isRunning } from '../support/processes.ts';
import { call } from './fixtures/signed-request.ts';
import { setProperties } from './support/amendments.ts';

const assemblyDirectory = inject('assemblyDirectory');
/** What the sandbox's own settings do without: a process of the function before there is a request. */
const oneProvisioned = { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 1 } };
/** For what a sandbox may leave behind. */
let temporaryDirectory: string;

beforeAll(async () => {
  temporaryDirectory = await mkdtemp(join(tmpdir(), 'iam-session-broker-test-'));
});
afterAll(() => rm(temporaryDirectory, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

describe('a sandbox', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox({ assemblyDirectory, stacks: brokerStacks('Sandbox') });
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
      'APIId',
      'AccessLogGroupName',
      'AccessMetadataTableName',
      'CognitoUserPoolClientID',
      'CognitoUserPoolID',
      'DashboardName',
      'DashboardURL',
      'FunctionAliasName',
      'FunctionLogGroupName',
      'FunctionName',
      'JWKSetURL',
      'ServicePrincipalRoleName',
      'UsagePlansTableName',
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

test('of stacks by their names has those, of whatever environment', async () => {
  const sandbox = await startSandbox({ stacks: ['IdentityProvider-Service-Gamma'] });
  onTestFinished(() => sandbox.stop());

  expect([...sandbox.account.stacks.keys()]).toEqual(['IdentityProvider-Service-Gamma']);
  expect(sandbox.account.accountId).toBe('444455556666');
});

describe('a start that fails', () => {
  test('leaves neither process nor folder behind, not even of a function that runs already', async () => {
    vi.stubEnv('TMPDIR', temporaryDirectory);
    const left = () => ({ files: readdirSync(temporaryDirectory), children: childrenOf(process.pid) });
    const before = left();

    const starting = startSandbox({
      assemblyDirectory,
      stacks: brokerStacks('Sandbox'),
      amendTemplate: (_, { Resources }) => {
        const alias = Object.keys(Resources).find((id) => Resources[id]?.Type === 'AWS::Lambda::Alias');
        if (!alias) return;
        Object.assign(Resources[alias]?.Properties as object, oneProvisioned);
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

  test('says which environments there are before anything is synthesized', async () => {
    const steps: string[] = [];
    const starting = startSandbox({ environment: 'staging', onProgress: (step) => steps.push(step) });

    await expect(starting).rejects.toThrow('there is no environment staging; cdk.json has sandbox, gamma');
    expect(steps).toEqual([]);
  });

  test('ends at its next step when it is told to', async () => {
    const abort = new AbortController();
    const steps: string[] = [];

    const starting = startSandbox({
      assemblyDirectory,
      stacks: brokerStacks('Sandbox'),
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
  const sandbox = await startSandbox({
    assemblyDirectory,
    stacks: brokerStacks('Sandbox'),
    amendTemplate: (_, template) => setProperties(template, 'AWS::Lambda::Alias', oneProvisioned),
  });
  const pids = sandbox.functions.all.flatMap(({ environments }) => environments.map(({ pid }) => pid ?? 0));

  await Promise.all([sandbox.stop(), sandbox.stop()]);
  await sandbox.stop();

  expect(pids.length).toBeGreaterThan(0);
  expect(pids.filter(isRunning)).toEqual([]);
});
