// The examples of docs/clients.md that ask for data, as processes: what they read with what S3 Access Grants vend, and what not.
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { useOneServer } from '../support/one-server.ts';
import { putObject, served, useAccessGrantsAccount } from './fixtures/access-grants-account.ts';
import { DataBroker } from './fixtures/data-broker.ts';
import { bucket, openShop } from './fixtures/shopfast.ts';
import { processCommand, profile } from './support/isb-profiles.ts';
import { fileWith } from './support/isb-world.ts';

useAccessGrantsAccount();
const start = useOneServer();

const run = promisify(execFile);
const python = process.env['ISB_PYTHON'] ?? 'python3';
const TOKEN = 'header.canary-of-a-user.signature';
const USERS = 'name,city\nAda,London\n';
/** The application's, of which the sandbox knows nothing: what stands for the broker takes any. */
const own = { AWS_ACCESS_KEY_ID: 'AKIAAPPLICATION', AWS_SECRET_ACCESS_KEY: 'canary-own-secret' };

let broker: DataBroker;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  await openShop();
  putObject(bucket, 'users/second', 'two');
  putObject(bucket, 'feedback/first', 'good');
  broker = new DataBroker('ShopFast-CustomerSupport', [TOKEN]);
  const { endpoint, region } = served.administrator;
  env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ISB_API_ENDPOINT: await start(broker.listener),
    TOKEN,
  };
});

/** What a program prints, its failure too; nothing secret is in it. */
async function said(file: string, args: readonly string[], variables: object = own): Promise<string> {
  const { stdout, stderr } = await run(file, args, { env: { ...env, ...variables } }).catch(
    (failed: { stdout: string; stderr: string }) => failed,
  );
  for (const secret of [...broker.secrets, TOKEN, 'canary']) expect(stdout + stderr).not.toContain(secret);
  expect(broker.problems).toEqual([]);
  return stdout + stderr;
}

const works = (program: string, ...args: string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
/** Said in the name of a test that is left out. */
const missing = (has: boolean, what: string) => (has ? '' : ` (left out: ${what} is not there)`);
const hasBoto3 = works(python, '-c', 'import boto3');
const hasCli = works('aws', '--version');

describe('the example in Node.js', () => {
  const node = (script: string) =>
    said(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `const { listGrants, readUsers } = await import('./examples/node/data.ts'); const { TOKEN } = process.env; ${script}`,
    ]);

  it('reads what was granted, for one request, and lists what could be', async () => {
    const text = await node(`
      console.log(await readUsers(TOKEN, '${bucket}', 'user_list'), await readUsers(TOKEN, '${bucket}', 'second'));
      console.log((await listGrants(TOKEN)).join(', '));
    `);
    expect(text).toBe(`${USERS} two\nREAD s3://${bucket}/users*, READWRITE s3://${bucket}/feedback*\n`);
    expect(broker.asked).toEqual([{ Target: `s3://${bucket}/users/*`, Permission: 'READ' }, {}]);
  });

  it('reads nothing with credentials for other data', async () => {
    broker.otherTarget = `s3://${bucket}/feedback/*`;
    const text = await node(
      `await readUsers(TOKEN, '${bucket}', 'user_list').catch((e) => console.log(e.code))`,
    );
    expect(text).toBe('UnexpectedAnswer\n');
  });
});

describe('the example in Python', () => {
  const name = (what: string) => `${what}${missing(hasBoto3, `${python} with boto3`)}`;
  const programs = (...lines: string[]) =>
    said(python, ['-c', ['import os, data', "TOKEN = os.environ['TOKEN']", ...lines].join('\n')], {
      ...own,
      PYTHONPATH: 'examples/python',
      PYTHONDONTWRITEBYTECODE: '1',
    });
  const caught = (call: string) => [
    'try:',
    `    ${call}`,
    'except Exception as error:',
    '    print(type(error).__name__, getattr(error, "code", None), error)',
  ];

  it.skipIf(!hasBoto3)(name('reads what was granted, for one request for fifteen minutes'), async () => {
    const read = (object: string) => `data.read_users(TOKEN, '${bucket}', '${object}')`;
    const text = await programs(`print(${read('user_list')}, ${read('second')}, ${read('second')})`);
    expect(text).toBe(`${USERS} two two\n`);
    expect(broker.asked).toEqual([
      { Target: `s3://${bucket}/users/*`, Permission: 'READ', DurationSeconds: 900 },
    ]);
  });

  it.skipIf(!hasBoto3)(name('keeps apart what is for other data, and asks again for them'), async () => {
    const credentials = (target: string, permission: string) =>
      `data.broker.credentials(TOKEN, target='s3://${bucket}/${target}', permission='${permission}').access_key`;
    const text = await programs(
      `keys = [${credentials('users/*', 'READ')}, ${credentials('feedback/*', 'READ')}, ${credentials('feedback/*', 'WRITE')}, ${credentials('users/*', 'READ')}]`,
      'print(len(set(keys)), keys[0] == keys[3])',
    );
    expect(text).toBe('3 True\n');
    expect(broker.asked).toHaveLength(3);
  });

  it.skipIf(!hasBoto3)(name('reads nothing with credentials for other data, or with none'), async () => {
    broker.otherTarget = `s3://${bucket}/feedback/*`;
    expect(await programs(...caught(`data.read_users(TOKEN, '${bucket}', 'user_list')`))).toBe(
      "BrokerError None the answer is not the broker's: status 200\n",
    );
    broker.otherTarget = `s3://${bucket}/secrets/*`;
    expect(await programs(...caught(`data.read_users(TOKEN, '${bucket}', 'user_list')`))).toMatch(
      /^BrokerError GrantDenied You do not have READ permissions/,
    );
  });
});

describe('a profile whose credential_process asks for data', () => {
  const configured = (target: string) => ({
    AWS_CONFIG_FILE: fileWith(
      [
        profile(
          'application',
          `aws_access_key_id = ${own.AWS_ACCESS_KEY_ID}\naws_secret_access_key = ${own.AWS_SECRET_ACCESS_KEY}`,
        ),
        profile(
          'users',
          `credential_process = ${processCommand(`--profile application --token-file ${fileWith(TOKEN)} --target '${target}' --permission READ`)}`,
        ),
      ].join('\n'),
    ),
    AWS_PROFILE: 'users',
  });
  const copy = (key: string, target = `s3://${bucket}/users/*`) =>
    said('aws', ['s3', 'cp', `s3://${bucket}/${key}`, '-'], configured(target));

  it.skipIf(!hasCli)(`reads those alone${missing(hasCli, 'the AWS CLI')}`, async () => {
    expect(await copy('users/user_list')).toBe(USERS);
    expect(await copy('feedback/first')).toMatch(/403|Forbidden|AccessDenied/);
    expect(await copy('users/second', `s3://${bucket}/users/second`)).toBe('two');
    expect(await copy('users/user_list', `s3://${bucket}/users/second`)).toMatch(
      /403|Forbidden|AccessDenied/,
    );
  });
});
