// Crashes in mid-registration: the registration is whole or absent, repeating the request repairs it, and no
// claim is orphaned.
import { beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../sandbox/account/faults.ts';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { OperatorTable } from './support/operator-table.ts';

let table: OperatorTable;

useBroker();
beforeAll(() => {
  table = new OperatorTable(sandbox);
});

const claimOf = ({ accessRoleName }: BrokerApplication) =>
  table.item(`AccessRole#${accessRoleName.toLowerCase()}`);

/** Kills the function's process, as the loss of its machine would. */
function killEnvironments(): void {
  for (const { pid } of sandbox.functions.all.flatMap(({ environments }) => environments)) {
    if (pid) process.kill(pid, 'SIGKILL');
  }
}

interface Crash {
  readonly title: string;
  readonly operation: 'BatchGetItem' | 'GetItem' | 'TransactWriteItems';
  /** The crash comes at this call of the operation, counted from one. */
  readonly nth: number;
  /** Whether the call is carried out all the same. */
  readonly carriedOut: boolean;
}

const crashesOf = (operation: Crash['operation'], steps: readonly string[]): Crash[] =>
  steps.flatMap((step, index) =>
    [false, true].map((carriedOut) => ({
      title: `at ${step}, which is ${carriedOut ? '' : 'not '}carried out`,
      operation,
      nth: index + 1,
      carriedOut,
    })),
  );

/** Runs a request and crashes within it. */
async function crashing(
  { operation, nth, carriedOut }: Crash,
  request: () => Promise<unknown>,
): Promise<void> {
  const service = 'dynamodb';
  const passed = Array.from({ length: nth - 1 }, () =>
    sandbox.account.faults.inject({ service, operation, times: 1 }),
  );
  let crashes = 0;
  const fault: Fault = {
    service,
    operation,
    times: 1,
    ...(!carriedOut && { disconnect: true }),
    onMatch: () => {
      crashes += 1;
      killEnvironments();
    },
  };
  const end = sandbox.account.faults.inject(fault);
  expect(await request()).toMatchObject({ status: 500, body: { message: 'Internal Server Error' } });
  expect(crashes).toBe(1);
  for (const stop of [...passed, end]) stop();
}

/** The registration and the claim belong together, and another application cannot have the role. */
async function expectWhole(app: BrokerApplication): Promise<void> {
  const [registration, claim] = [await table.item(app.roleName), await claimOf(app)];
  expect(registration).toMatchObject({ ApplicationName: app.roleName, AccessRoleName: app.accessRoleName });
  expect(claim).toMatchObject({ Owner: app.roleName });
  const thief = broker.createApplication(`Thief${app.roleName}`);
  expect(
    await thief.call('POST', 'applications', { ...thief.registration(), AccessRoleName: app.accessRoleName }),
  ).toMatchObject({ status: 409, body: { code: 'AccessRoleClaimed' } });
}

let names = 0;
function newApplication(): BrokerApplication {
  names += 1;
  return broker.createApplication(`Crash${names}`);
}

describe('an execution environment that is killed while it registers', () => {
  it.each([...crashesOf('BatchGetItem', ['the read']), ...crashesOf('TransactWriteItems', ['the write'])])(
    '$title',
    async (crash) => {
      const app = newApplication();
      await crashing(crash, () => app.call('POST', 'applications', app.registration()));
      // Whole or absent: never one without the other.
      if (await table.item(app.roleName)) expect(await claimOf(app)).toMatchObject({ Owner: app.roleName });
      else expect(await claimOf(app)).toBeUndefined();
      const repeated = await app.call('POST', 'applications', app.registration());
      expect([200, 201]).toContain(repeated.status);
      await expectWhole(app);
      expect(await app.credentials('Yellow')).toMatchObject({ status: 200 });
    },
  );
});

describe('an execution environment that is killed while it moves to another access role', () => {
  it.each([...crashesOf('BatchGetItem', ['the read']), ...crashesOf('TransactWriteItems', ['the write'])])(
    '$title',
    async (crash) => {
      const app = newApplication();
      const spare = newApplication();
      expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
      const moved = { ...app.registration(), AccessRoleName: spare.accessRoleName };
      await crashing(crash, () => app.call('PUT', 'applications', moved));
      expect(await app.call('PUT', 'applications', moved)).toMatchObject({ status: 200 });
      expect(await table.item(app.roleName)).toMatchObject({ AccessRoleName: spare.accessRoleName });
      expect(await claimOf(spare)).toMatchObject({ Owner: app.roleName });
      expect(await claimOf(app)).toBeUndefined();
      // And back again.
      expect(await app.call('PUT', 'applications', app.registration())).toMatchObject({ status: 200 });
      await expectWhole(app);
    },
  );
});

describe('an execution environment that is killed while it deregisters', () => {
  it.each([...crashesOf('GetItem', ['the read']), ...crashesOf('TransactWriteItems', ['the removal'])])(
    '$title',
    async (crash) => {
      const app = newApplication();
      expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
      await crashing(crash, () => app.call('DELETE', 'applications'));
      expect([200, 404]).toContain((await app.call('DELETE', 'applications')).status);
      expect(await table.item(app.roleName)).toBeUndefined();
      expect(await claimOf(app)).toBeUndefined();
      expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
      await expectWhole(app);
    },
  );
});

describe('DynamoDB that goes away in mid-registration', () => {
  it.each(crashesOf('TransactWriteItems', ['the write']))(
    '$title',
    async ({ operation, nth, carriedOut }) => {
      const app = newApplication();
      const service = 'dynamodb';
      const ends = Array.from({ length: nth - 1 }, () =>
        sandbox.account.faults.inject({ service, operation, times: 1 }),
      );
      let stopped: Promise<void> | undefined;
      ends.push(
        sandbox.account.faults.inject({
          service,
          operation,
          times: 1,
          ...(!carriedOut && { disconnect: true }),
          onMatch: () => {
            // Whatever comes after this call meets a table that is gone.
            ends.push(sandbox.account.faults.inject({ service, disconnect: true }));
            stopped = carriedOut ? undefined : sandbox.dynamoDb.stop();
          },
        }),
      );
      const answer = await app.call('POST', 'applications', app.registration());
      for (const end of ends) end();
      await stopped;
      if (stopped) await sandbox.dynamoDb.start();
      expect(answer.status).toBe(carriedOut ? 201 : 503);
      expect([200, 201]).toContain((await app.call('POST', 'applications', app.registration())).status);
      await expectWhole(app);
    },
  );
});
