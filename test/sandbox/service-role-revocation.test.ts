// The service role's sessions are revoked, as an operator may do in the console: the next request is served.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { setVariables } from './support/amendments.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';

const SERVICE_ROLE = 'IAMSessionBroker';
const directory = mkdtempSync(join(tmpdir(), 'iam-session-broker-test-'));
const clockFile = join(directory, 'clock');
const shiftedClock = fileURLToPath(new URL('fixtures/shifted-clock.mjs', import.meta.url));

// The directory goes after the sandbox that reads it.
afterAll(() => rmSync(directory, { recursive: true, force: true }));
beforeAll(() => letPass(0));
useBroker({
  amendTemplate: (_, template) =>
    setVariables(template, () => ({ NODE_OPTIONS: `--import=${shiftedClock}`, CLOCK_FILE: clockFile })),
});

let ahead = 0;

/** For the function alone, whose session of the service role is then old enough to have been revoked. */
function letPass(ms: number): void {
  ahead += ms;
  writeFileSync(clockFile, String(ahead));
}

/** What the console's *Revoke active sessions* does, but for the half minute that it adds. */
async function revokeOlderSessions(roleName: string): Promise<void> {
  const { account } = sandbox;
  const second = () => Math.floor(account.now() / 1_000);
  const asked = second();
  // By whole seconds: what was issued in this one already is not older.
  await vi.waitUntil(() => second() > asked, { timeout: 240_000, interval: 20 });
  const time = new Date(second() * 1_000).toISOString();
  account.identities.putRolePolicy(roleName, 'AWSRevokeOlderSessions', {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': time } },
      },
    ],
  });
}

/** Outcomes of AssumeRole since the function that comes back was made, as `role error`. */
function assumptions(): () => string[] {
  const { events } = sandbox.account.trail;
  const before = events.length;
  return () =>
    events
      .slice(before)
      .filter(({ operation }) => operation === 'AssumeRole')
      .map(({ parameters, errorCode }) =>
        [parameters?.['RoleArn']?.split('/').at(-1), errorCode].filter(Boolean).join(' '),
      );
}

it('the next request is served, and the others then with the new session', async () => {
  const app = broker.createApplication('App');
  expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  const held = await app.credentials('Yellow');
  expect(held).toMatchObject({ status: 200 });
  letPass(60_000);
  await revokeOlderSessions(SERVICE_ROLE);

  const since = assumptions();
  expect(await app.credentials('Blue')).toMatchObject({ status: 200 });
  expect(await app.credentials('Green')).toMatchObject({ status: 200 });
  expect(since()).toEqual(['AppAccess AccessDenied', SERVICE_ROLE, 'AppAccess', 'AppAccess']);
  // What was handed out goes on, and is handed out.
  expect((await app.credentials('Yellow')).body['AccessKeyId']).toBe(held.body['AccessKeyId']);
});

it('a registration is taken', async () => {
  const young = broker.createApplication('Young');
  letPass(60_000);
  await revokeOlderSessions(SERVICE_ROLE);
  expect(await young.call('POST', 'applications', young.registration())).toMatchObject({ status: 201 });
});

it('an application that the broker may not enter is told so, at the price of one session', async () => {
  const [shut, open] = [broker.createApplication('Shut'), broker.createApplication('Open')];
  for (const app of [shut, open]) {
    expect(await app.call('POST', 'applications', app.registration())).toMatchObject({ status: 201 });
  }
  broker.setTrustPolicy(shut.accessRoleName, { Condition: { StringEquals: { 'sts:ExternalId': 'Other' } } });
  letPass(60_000);
  await revokeOlderSessions(SERVICE_ROLE);

  const since = assumptions();
  const refused = { status: 403, body: { code: 'AccessRoleNotAssumable' } };
  expect(await shut.credentials('Yellow')).toMatchObject(refused);
  // STS takes the new session: what it refuses now, the trust policy does.
  expect(await open.credentials('Yellow')).toMatchObject({ status: 200 });
  expect(await shut.credentials('Blue')).toMatchObject(refused);
  const denied = 'ShutAccess AccessDenied';
  expect(since()).toEqual([denied, SERVICE_ROLE, denied, 'OpenAccess', denied]);
});
