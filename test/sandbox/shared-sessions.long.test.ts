// Shared sessions, end to end: ten execution environments and one call of STS a tenant, what the table shows, revocation, and an outage.
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { setVariables } from './support/amendments.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isb } from './support/isb.ts';
import { operatorsTables } from './support/operator-table.ts';

const ENVIRONMENTS = 10;
const tenants = ['Yellow', 'Blue', 'Green'];

const ample = { rateLimit: 10_000, burstLimit: 50_000 };
// The one of cdk.json that shares sessions.
useBroker({
  environment: 'production',
  maxEnvironments: ENVIRONMENTS,
  amendTemplate: (_, template) =>
    setVariables(template, () => ({
      REGISTRATION_CACHE_SECONDS: '1',
      // However busy the machine is: what a table that is slow costs is tested in virtual time.
      SHARED_SESSIONS_TIMEOUT_MS: '60000',
      USAGE_PLANS: JSON.stringify({ default: ample, registration: ample, applications: {} }),
    })),
});

let app: BrokerApplication;
let other: BrokerApplication;
const pinned = { trustCondition: { StringEquals: { 'sts:ExternalId': 'Shop' } } };
beforeAll(async () => {
  app = broker.createApplication('Shop', pinned);
  other = broker.createApplication('Other', {
    trustCondition: { StringEquals: { 'sts:ExternalId': 'Other' } },
  });
  for (const one of [app, other])
    expect(await one.call('POST', 'applications', one.registration())).toMatchObject({ status: 201 });
  for (const tenant of tenants) await broker.tokenOf(tenant);
});
const fallbacks = () => sandbox.logs().filter((line) => line.includes('shared sessions: on its own'));
const events = (operation: string) =>
  sandbox.account.trail.events.filter((event) => event.operation === operation);
/** Calls of STS for the access role, that it granted. */
const sessionsOf = ({ accessRoleName }: BrokerApplication) =>
  events('AssumeRole').filter(
    ({ statusCode, parameters }) =>
      statusCode === 200 && parameters?.['RoleArn']?.endsWith(`/${accessRoleName}`),
  ).length;

/** Every tenant's session, each asked for by so many requests at once. */
async function askAtOnce(of: BrokerApplication, each: number): Promise<Map<string, Set<unknown>>> {
  const asked = Array.from({ length: each }, () => tenants).flat();
  const answers = await Promise.all(asked.map((tenant) => of.credentials(tenant)));
  expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
  const keys = new Map<string, Set<unknown>>();
  answers.forEach(({ body }, index) => {
    const tenant = asked[index] as string;
    keys.set(tenant, (keys.get(tenant) ?? new Set()).add(body['AccessKeyId']));
  });
  return keys;
}

const usedEnvironments = () =>
  sandbox.functions.all.flatMap((one) => one.environments).filter(({ requestsServed }) => requestsServed > 0);

it('are issued once a tenant, whichever of ten environments is asked', async () => {
  const before = sessionsOf(app);
  const keys = await askAtOnce(app, 20);
  expect(usedEnvironments()).toHaveLength(ENVIRONMENTS);
  expect(sessionsOf(app) - before).toBe(tenants.length);
  for (const tenant of tenants) expect(keys.get(tenant)?.size).toBe(1);
  expect(fallbacks()).toEqual([]);
  // What environment had which tenant's first is chance; again, all of them have all.
  expect(await askAtOnce(app, 20)).toEqual(keys);
  expect(sessionsOf(app) - before).toBe(tenants.length);
});

it('are another application’s never', async () => {
  const [ours, theirs] = [await askAtOnce(app, 2), await askAtOnce(other, 2)];
  for (const tenant of tenants) expect(theirs.get(tenant)).not.toEqual(ours.get(tenant));
  const session = broker.sessionOf((await other.credentials('Blue')).body);
  expect(session.role.roleName).toBe('OtherAccess');
});

it('have KMS asked twice an environment and hour at most', () => {
  const asked = events('GenerateDataKey').length + events('Decrypt').length;
  expect(asked).toBeGreaterThanOrEqual(ENVIRONMENTS);
  // An hour may have begun meanwhile.
  expect(asked).toBeLessThanOrEqual(2 * 2 * ENVIRONMENTS);
});

it('lie in the table sealed: nothing of a session, of a token or of a tenant is in any byte', async () => {
  const { body } = await app.credentials('Yellow');
  const TableName = sandbox.functions.all[0]?.configuration.variables['SHARED_SESSIONS_TABLE_NAME'];
  const { Items = [] } = await operatorsTables(sandbox).send(new ScanCommand({ TableName }));
  expect(Items.filter(({ Sealed }) => Sealed)).toHaveLength(2 * tenants.length);
  const bytes = Items.flatMap((item) => [
    JSON.stringify(item),
    ...Object.values(item)
      .filter((value): value is Uint8Array => value instanceof Uint8Array)
      .map((value) => Buffer.from(value).toString('latin1')),
  ]).join('\n');
  const [, claims = ''] = (await broker.tokenOf('Yellow')).split('.');
  const secrets = [body['AccessKeyId'], body['SecretAccessKey'], body['SessionToken'], claims];
  const found = [...secrets, ...tenants, 'Shop', 'SecretAccessKey'].filter((one) =>
    bytes.includes(String(one)),
  );
  expect(found.length).toBe(0);
});

it('that were revoked are handed out by no environment, however many have them', async () => {
  const old = await askAtOnce(app, 20);
  const before = sessionsOf(app);
  const { exitCode, stderr } = await isb(
    sandbox.environment,
    'revoke',
    '--application',
    'Shop',
    '--environment',
    'production',
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await expect
    .poll(async () => [...(await askAtOnce(app, 10)).values()].some((keys) => [...keys].some(isOld)))
    .toBe(false);
  const young = await askAtOnce(app, 20);
  for (const [tenant, keys] of young)
    expect([...keys].filter((key) => old.get(tenant)?.has(key))).toEqual([]);
  expect(sessionsOf(app) - before).toBe(tenants.length);

  function isOld(key: unknown): boolean {
    return [...old.values()].some((keys) => keys.has(key));
  }
});

it('are asked of STS by each environment where the table refuses, and no request fails', async () => {
  // Another version of the registration, and so another session.
  expect(await other.call('PUT', 'applications', other.registration())).toMatchObject({ status: 200 });
  // The environments keep usage plans by themselves meanwhile, too.
  const end = sandbox.account.faults.inject({
    service: 'dynamodb',
    operation: 'UpdateItem',
    error: { code: 'InternalServerError', message: 'The request could not be processed.', statusCode: 500 },
  });
  try {
    await expect.poll(async () => (await askAtOnce(other, 20)).size).toBe(tenants.length);
    await expect.poll(() => fallbacks().length).toBeGreaterThan(0);
    expect(fallbacks().join()).not.toMatch(/SessionToken|eyJ/);
  } finally {
    end();
  }
});
