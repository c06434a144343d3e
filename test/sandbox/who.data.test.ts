// `isb who` where the broker issues credentials for data: who got which, by what the data are, by user and by grant.
import { beforeAll, expect, it } from 'vitest';
import { data, SHOP, useDataBroker } from './support/data-broker.ts';
import { isb } from './support/isb.ts';
import { operatorOf } from './support/operator.ts';

useDataBroker();

let ada: string;
let lin: string;
let support: string;
const answers: Record<string, unknown>[] = [];

beforeAll(async () => {
  [ada, lin, support] = [data.user('ada').userId, data.user('lin').userId, data.groupId('CustomerSupport')];
  const app = data.createApplication(SHOP);
  const grant = (
    subPrefix: string,
    granteeType: 'DIRECTORY_USER' | 'DIRECTORY_GROUP',
    granteeIdentifier: string,
  ) => data.grant({ subPrefix, permission: 'READ', grantee: { granteeType, granteeIdentifier } });
  grant('users/*', 'DIRECTORY_USER', ada);
  grant('feedback/*', 'DIRECTORY_GROUP', support);
  const registration = data.registrationOf(app, {
    AccessMode: 'IdentityContext',
    AccessGrants: { Privilege: 'Default' },
  });
  expect(await app.call('POST', 'applications', registration)).toMatchObject({ status: 201 });
  const ask = async (email: string, path: string, status: number) => {
    const Target = `s3://shopfast-data/${path}`;
    const JWT = await data.token(email);
    const answer = await app.call('POST', 'credentials', { JWT, Target, Permission: 'READ' });
    expect(answer.status).toBe(status);
    answers.push(answer.body as Record<string, unknown>);
  };
  await ask('ada@example.com', 'users/user_list', 200);
  await ask('lin@example.com', 'feedback/*', 200);
  await ask('lin@example.com', 'users/*', 403);
});

async function who(...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const environment = operatorOf(data.sandbox, 'Who got what');
  const { exitCode, stdout, stderr } = await isb(environment, 'who', ...args, '--format', 'json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout).decisions;
}

const usersOf = async (...args: readonly string[]) =>
  (await who(...args)).map(({ directoryUser }) => directoryUser);

it('tells for whom, by which grant, and what the credentials reach', async () => {
  const decisions = await who('--target', 's3://shopfast-data/users/user_list');
  expect(decisions).toMatchObject([
    { application: SHOP, accessKeyId: answers[0]?.['AccessKeyId'], outcome: 'allowed' },
  ]);
  expect(decisions[0]).toMatchObject({
    directoryUser: ada,
    data: {
      target: 's3://shopfast-data/users/user_list',
      permission: 'READ',
      privilege: 'Default',
      durationSeconds: 3_600,
      matchedGrantTarget: 's3://shopfast-data/users/*',
      granteeType: 'DIRECTORY_USER',
      grantee: ada,
    },
  });
});

it('goes by the data that are reached, the user of the directory and the grant', async () => {
  expect(await usersOf('--target', 's3://shopfast-data/*')).toEqual([lin, ada]);
  expect(await usersOf('--target', 's3://shopfast-data/users/another')).toEqual([ada]);
  expect(await usersOf('--target', 's3://shopfast-data/transactions/*')).toEqual([]);
  expect(await usersOf('--target', 's3://shopfast-dat/*')).toEqual([]);
  expect(await usersOf('--directory-user', lin)).toEqual([lin]);
  expect(await usersOf('--grantee', support)).toEqual([lin]);
  expect(await usersOf('--grantee', ada)).toEqual([ada]);
  expect(await usersOf('--grantee', lin)).toEqual([]);
  expect(await usersOf('--directory-user', lin, '--target', 's3://shopfast-data/users/*')).toEqual([]);
});

it('tells what was asked for and denied', async () => {
  expect(await who('--refused', '--target', 's3://shopfast-data/users/user_list')).toMatchObject([
    { code: 'GrantDenied', data: { target: 's3://shopfast-data/users/*', permission: 'READ' } },
  ]);
  expect(await usersOf('--refused', '--directory-user', lin)).toEqual([lin]);
  expect(await usersOf('--refused', '--directory-user', ada)).toEqual([]);
});

it('shows it in the table', async () => {
  const { stdout } = await isb(data.sandbox.environment, 'who', '--grantee', support);
  const [headings = '', row = ''] = stdout.split('\n');
  expect(headings).toMatch(/ directory user +data +grantee +request /);
  expect(row).toContain(` ${lin}  READ s3://shopfast-data/feedback/*  DIRECTORY_GROUP ${support}  `);
});

it.each([
  [['--target', 'shopfast-data/users'], '--target must be s3://bucket/prefix* or s3://bucket/key'],
  [['--target', ''], '--target must be s3://bucket/prefix* or s3://bucket/key'],
  [['--grantee', ''], '--grantee must not be empty'],
  [['--directory-user', ''], '--directory-user must not be empty'],
])('refuses %j, and asks AWS nothing', async (args, reason) => {
  const { exitCode, stdout, stderr } = await isb({}, 'who', ...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr.startsWith(reason)).toBe(true);
});
