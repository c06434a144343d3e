// Shared sessions with data access, end to end: what one execution environment was given for a user serves the others, and no other user.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { DataBroker, SHOP } from './support/data-broker.ts';

const ENVIRONMENTS = 4;
const VISITS = 12;

let directory: string;
let data: DataBroker;
let app: BrokerApplication;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shared-data-'));
  const assemblyDirectory = join(directory, 'cdk.out');
  const { environments, examples } = cdkJson.context;
  const context = {
    environments: { sandbox: { ...environments.sandbox, sharedSessions: true } },
    examples,
    example: 'shopfast',
  };
  const env = { ...process.env, CDK_OUTDIR: assemblyDirectory, CDK_CONTEXT_JSON: JSON.stringify(context) };
  await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/iam-session-broker.ts'], { env });
  data = await DataBroker.start({
    assemblyDirectory,
    maxEnvironments: ENVIRONMENTS,
    // However busy the machine is: what a table that is slow costs is tested in virtual time.
    amendTemplate: (name, template) =>
      name.startsWith('IAMSessionBroker') &&
      setVariables(template, () => ({ SHARED_SESSIONS_TIMEOUT_MS: '60000' })),
  });
  app = data.createApplication(SHOP);
  data.grant({
    subPrefix: 'users/*',
    permission: 'READ',
    grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: data.user('ada').userId },
  });
  const registration = data.registrationOf(app, { AccessMode: 'IdentityContext', AccessGrants: {} });
  expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
});
afterAll(async () => {
  await data?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** By a token of its own, whoever has visited before. */
const visit = async (email: string) =>
  app.call('POST', 'credentials', {
    JWT: await data.token(email),
    Target: 's3://shopfast-data/users/*',
    Permission: 'READ',
  });
const asked = () => ['CreateTokenWithIAM', 'GetDataAccess'].map((operation) => data.callsOf(operation));

it('a user whom one environment knows is exchanged no token by the others, and S3 is asked no more', async () => {
  const first = await visit('ada@example.com');
  expect(first).toMatchObject({ status: 200, body: { Grantee: { GranteeType: 'DIRECTORY_USER' } } });
  const before = asked();
  const answers = await Promise.all(Array.from({ length: VISITS }, () => visit('ada@example.com')));
  expect(answers.map(({ body }) => body)).toEqual(Array(VISITS).fill(first.body));
  const busy = data.sandbox.functions.all
    .flatMap((one) => one.environments)
    .filter(({ requestsServed }) => requestsServed > 0);
  expect(busy.length).toBeGreaterThan(1);
  expect(asked()).toEqual(before);
});

it('another user is asked for by themselves, and has nothing of it', async () => {
  const [exchanges = 0] = asked();
  const answers = await Promise.all(Array.from({ length: VISITS }, () => visit('grace@example.com')));
  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
    Array(VISITS).fill([403, 'GrantDenied']),
  );
  expect(asked()[0]).toBeGreaterThan(exchanges);
});

it('nothing of it stands in the clear in a table', async () => {
  const { body } = await visit('ada@example.com');
  const items = await data.shared();
  // The session of the user, their credentials for the data, and the data key of the hour.
  expect(items.length).toBeGreaterThanOrEqual(3);
  const stored = JSON.stringify(items);
  for (const secret of [body['SecretAccessKey'], body['SessionToken'], 'ada@example.com'])
    expect(stored.includes(String(secret))).toBe(false);
});
