// The exchange of a token, end to end, with the time that a lease lasts: one for many execution environments, and what an environment that dies in the middle leaves.
import { beforeAll, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { data, SHOP, useDataBroker } from './support/data-broker.ts';

useDataBroker({ maxEnvironments: 4 });

const TARGET = 's3://shopfast-data/users/*';
let app: BrokerApplication;
const visit = (JWT: string) => app.call('POST', 'credentials', { JWT, Target: TARGET, Permission: 'READ' });

beforeAll(async () => {
  app = data.createApplication(SHOP);
  data.grant({
    subPrefix: 'users/*',
    permission: 'READ',
    grantee: { granteeType: 'DIRECTORY_USER', granteeIdentifier: data.user('ada').userId },
  });
  const registration = data.registrationOf(app, { AccessMode: 'IdentityContext', AccessGrants: {} });
  expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
});

const environments = () => data.sandbox.functions.all.flatMap((one) => one.environments);

it('is made once, though several environments are asked at once', async () => {
  const JWT = await data.token('ada@example.com', { sub: 'of many' });
  const before = data.callsOf('CreateTokenWithIAM');
  const answers = await Promise.all(Array.from({ length: 12 }, () => visit(JWT)));
  expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  const busy = environments().filter(({ requestsServed }) => requestsServed > 0);
  expect(busy.length).toBeGreaterThan(1);
  expect(data.callsOf('CreateTokenWithIAM')).toBe(before + 1);
});

it('that an environment dies over before it is carried out, is carried out by the next', async () => {
  const JWT = await data.token('ada@example.com', { sub: 'of one that died before' });
  const before = data.callsOf('CreateTokenWithIAM');
  expect((await dyingVisit(JWT, false)).status).not.toBe(200);
  expect(await visitOfTheLiving(JWT)).toMatchObject({ status: 200 });
  expect(data.callsOf('CreateTokenWithIAM')).toBe(before + 2);
});

it('that an environment dies over after it is carried out, has used up the token, and every later visit is told so', async () => {
  const JWT = await data.token('ada@example.com', { sub: 'of one that died after' });
  expect((await dyingVisit(JWT, true)).status).not.toBe(200);
  for (let again = 0; again < 2; again += 1) {
    expect(await visitOfTheLiving(JWT)).toMatchObject({
      status: 403,
      body: { code: 'TokenAlreadyExchanged' },
    });
  }
});

/** The gateway may still send a request to an environment that was killed a moment ago: 500 is its answer, and none of the broker's. */
async function visitOfTheLiving(JWT: string) {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const answer = await visit(JWT);
    if (answer.status !== 500) return answer;
  }
  throw new Error('no environment lives');
}

/** Kills whoever asks, when IAM Identity Center is asked. */
async function dyingVisit(JWT: string, isCarriedOut: boolean) {
  const onMatch = () => {
    for (const { pid } of environments()) if (pid !== undefined) process.kill(pid, 'SIGKILL');
  };
  const { faults } = data.sandbox.account;
  const end = faults.inject({
    service: 'sso-oauth',
    times: 1,
    onMatch,
    ...(!isCarriedOut && { disconnect: true }),
  });
  try {
    return await visit(JWT);
  } finally {
    end();
  }
}
