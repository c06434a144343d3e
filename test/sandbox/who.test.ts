// `isb who` end to end: what the deployed broker has audited, found again by tenant, application, user and issuer.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BrokerApplication } from './support/broker.ts';
import { broker, sandbox, useBroker } from './support/broker-sandbox.ts';
import { isb } from './support/isb.ts';
import { operatorOf } from './support/operator.ts';

useBroker();

interface Decision {
  readonly application: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly accessKeyId?: string;
  readonly [name: string]: unknown;
}

let shop: BrokerApplication;
let yellow: Record<string, unknown>;

beforeAll(async () => {
  shop = await registered('Shop');
  const bill = await registered('Bill');
  yellow = (await shop.credentials('Yellow')).body as Record<string, unknown>;
  await shop.credentials('Yellow');
  await shop.credentials('Blue Sky');
  await bill.credentials('Yellow');
  await shop.call('GET', 'credentials', undefined, { query: { jwt: 'x.y.z' } });
});

async function registered(name: string): Promise<BrokerApplication> {
  const application = broker.createApplication(name);
  const registration = { ...application.registration(), SessionTagValues: 'Any' };
  const { status } = await application.call('POST', 'applications', registration);
  expect(status).toBe(201);
  return application;
}

const who = (...args: readonly string[]) => isb(sandbox.environment, 'who', ...args);

async function decisions(...args: readonly string[]): Promise<readonly Decision[]> {
  const { exitCode, stdout, stderr } = await who(...args, '--format', 'json');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout).decisions;
}

/** The applications and tenants of what is found, the newest first. */
const pairs = async (...args: readonly string[]) =>
  (await decisions(...args)).map(({ application, tags }) => `${application} ${tags?.['TenantID']}`);

describe('isb who', () => {
  it('tells who got sessions for a tenant, the newest first, and which had been kept', async () => {
    const found = await decisions('--tag', 'TenantID=Yellow');
    expect(found.map(({ application, session }) => [application, session])).toEqual([
      ['Bill', 'new'],
      ['Shop', 'kept'],
      ['Shop', 'new'],
    ]);
    const token = decodeJwt(await broker.tokenOf('Yellow'));
    expect(found[2]).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      application: 'Shop',
      accessRole: 'ShopAccess',
      tags: { TenantID: 'Yellow' },
      subject: expect.stringMatching(/^sha256:[0-9a-f]{32}$/),
      issuer: token.iss,
      tokenId: token.jti,
      accessKeyId: yellow['AccessKeyId'],
      sessionName: 'Yellow',
      session: 'new',
      requestId: expect.any(String),
      traceId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      outcome: 'allowed',
    });
  });

  it('tells it in a table, of which no column is empty', async () => {
    const { stdout } = await who('--tag', 'TenantID=Yellow', '--application', 'Bill');
    const [headings = '', row = '', end] = stdout.split('\n');
    expect(headings.split(/ {2,}/)).toEqual([
      ...['time', 'application', 'tags', 'subject', 'issuer', 'access key', 'session', 'request', 'trace'],
    ]);
    expect(row).toMatch(/^\S+Z +Bill +TenantID=Yellow +sha256:\w+ +https:\S+ +ASIA\w+ +new +\S+ +1-\S+$/);
    expect(row.indexOf('Bill')).toBe(headings.indexOf('application'));
    expect(end).toMatch(/^1 from \S+Z to \S+Z: all that there are$/);
  });

  it('goes by application, subject, issuer and all tags that are named', async () => {
    const { iss = '', sub = '' } = decodeJwt(await broker.tokenOf('Blue Sky'));
    expect(await pairs('--application', 'Bill')).toEqual(['Bill Yellow']);
    expect(await pairs('--subject', sub)).toEqual(['Shop Blue Sky']);
    const [{ subject } = { subject: '' }] = await decisions('--subject', sub);
    expect(await pairs('--subject', String(subject))).toEqual(['Shop Blue Sky']);
    expect(await pairs('--issuer', iss, '--application', 'Bill')).toEqual(['Bill Yellow']);
    expect(await pairs('--issuer', `${iss}/`)).toEqual([]);
    expect(await pairs('--tag', 'TenantID=Yellow', '--tag', 'TenantID=Blue Sky')).toEqual([]);
    expect(await pairs()).toEqual(['Bill Yellow', 'Shop Blue Sky', 'Shop Yellow', 'Shop Yellow']);
  });

  it('takes a value for itself, whatever stands in it', async () => {
    expect(await pairs('--tag', 'TenantID=Blue Sky')).toEqual(['Shop Blue Sky']);
    const values = [
      ...[
        '*',
        'Yell*',
        '"',
        '" || $.outcome = "allowed',
        '\\',
        'Yellow\\',
        '%Yellow%',
        'yellow',
        'ellow',
        'Yellow ',
      ],
      ...['Yellow" && $.outcome = "denied', 'Yellow\n', 'Grün', '{ $.a = 1 }', "'", 'Yellow"}'],
    ];
    for (const value of values) expect(await pairs('--tag', `TenantID=${value}`), value).toEqual([]);
    for (const value of ['*', 'Sh*', '" || $.outcome = "allowed', 'Shop"'])
      expect(await pairs('--application', value), value).toEqual([]);
    expect(await pairs('--subject', '*')).toEqual([]);
    expect(await pairs('--tag', 'Tenant*=Yellow')).toEqual([]);
  });

  it('tells what was refused, and why, instead', async () => {
    const [refused, ...others] = await decisions('--refused');
    expect(others).toEqual([]);
    expect(refused).toMatchObject({ application: 'Shop', outcome: 'denied', code: 'TokenMalformed' });
    expect((await who('--refused')).stdout).toMatch(
      /^time +application +code +request +trace\n.* TokenMalformed /,
    );
    expect(await pairs('--refused', '--tag', 'TenantID=Yellow')).toEqual([]);
  });

  it('says when there are more than it shows, and when there are none', async () => {
    const { stdout } = await who('--limit', '2');
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines.at(-1)).toMatch(
      /^the newest 2 from \S+ to \S+: there are more, before \S+Z; --limit shows more$/,
    );
    expect((await who('--limit', '4')).stdout).toMatch(/\n4 from .*: all that there are\n$/);
    expect((await who('--until', '1h')).stdout).toMatch(/^nothing from \S+Z to \S+Z\n$/);
    expect(await pairs('--since', '2030-01-01', '--until', '2030-01-02')).toEqual([]);
    expect(await pairs('--since', '1h', '--limit', '1')).toEqual(['Bill Yellow']);
  });

  it('escapes what others wrote into the log', async () => {
    const { logGroups, stacks } = sandbox.account;
    const outputs = [...stacks.values()].flatMap((stack) => stack.outputs);
    const logGroup = outputs.find(({ key }) => key === 'FunctionLogGroupName')?.value ?? '';
    const planted = {
      ...{ operation: 'GetCredentials', outcome: 'allowed', application: 'Planted' },
      ...{ timestamp: 7, tags: 'none', token: { iss: 'https://a\u001b[2J\u202e' } },
    };
    logGroups.append(logGroup, JSON.stringify(planted));
    for (const line of ['null', '[]', '"text"', '{"operation":"GetCredentials"'])
      logGroups.append(logGroup, line);
    const { stdout } = await who('--application', 'Planted');
    expect(stdout).toContain('https://a\\u001b[2J\\u202e');
    for (const steering of ['\u001b', '\u202e']) expect(stdout).not.toContain(steering);
    const json = (await who('--application', 'Planted', '--format', 'json')).stdout;
    for (const steering of ['\u001b', '\u202e']) expect(json).not.toContain(steering);
    expect(JSON.parse(json).decisions).toEqual([
      { application: 'Planted', issuer: 'https://a\u001b[2J\u202e', outcome: 'allowed' },
    ]);
  });

  it('needs the permissions that docs/operations.md names, and each of them', async () => {
    const heading = 'Who got what';
    const args = ['who', '--tag', 'TenantID=Yellow', '--application', 'Bill'];
    expect(await isb(operatorOf(sandbox, heading), ...args)).toMatchObject({ exitCode: 0, stderr: '' });
    for (const action of ['cloudformation:DescribeStacks', 'logs:FilterLogEvents']) {
      const { exitCode, stdout, stderr } = await isb(operatorOf(sandbox, heading, action), ...args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^isb who failed: AccessDenied\\w*: User: \\S+ is not authorized .* ${action} .*\n$`),
      );
    }
  });

  it.each([
    [['--tag', 'TenantID'], '--tag must be KEY=VALUE'],
    [['--tag', '=Yellow'], '--tag must be KEY=VALUE'],
    [['--since', 'yesterday'], '--since must be a span'],
    [['--until', '2030-13-01'], '--until must be a span'],
    [['--since', '1h', '--until', '2h'], '--since must not be after --until'],
    [['--limit', '0'], '--limit must be a whole number from 1 to 10000'],
    [['--limit', '10001'], '--limit must be a whole number from 1 to 10000'],
    [['--format', 'xml'], '--format must be table or json'],
    [['--application', ''], '--application must not be empty'],
    [['--tenant', 'Yellow'], "Unknown option '--tenant'; npx isb who --help says what there is"],
  ])('refuses %j, and asks AWS nothing', async (args, reason) => {
    const { exitCode, stdout, stderr } = await isb({}, 'who', ...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.startsWith(reason)).toBe(true);
  });
});

describe('after the demo, in a sandbox that runs already,', () => {
  it('isb who finds whom the story gave what', async () => {
    const story = ['--import', 'tsx', 'demo/main.ts', '--target', 'aws'];
    const env = { ...process.env, ...sandbox.environment };
    const { stdout } = await promisify(execFile)(process.execPath, story, { env });
    const [, accessKeyId] = /→ 200, (ASIA\w+), TenantID Yellow/.exec(stdout) ?? [];
    const found = await decisions('--tag', 'TenantID=Yellow', '--limit', '2');
    expect(found).toMatchObject([
      { application: expect.stringMatching(/^AppService-/), accessKeyId, session: 'kept' },
      { application: expect.stringMatching(/^AppService-/), accessKeyId, session: 'new' },
    ]);
  });
});
